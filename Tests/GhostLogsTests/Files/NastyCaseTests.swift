import Foundation
import GhostModel
import GhostTestSupport
import Testing

@testable import GhostLogs

/// What log files go through, case by case.
struct NastyCaseTests {
    private func lines(_ range: ClosedRange<Int>, _ word: String = "line") -> String {
        range.map { "\(word) \($0)\n" }.joined()
    }

    private func texts(_ range: ClosedRange<Int>, _ word: String = "line") -> [String] {
        range.map { "\(word) \($0)" }
    }

    @Test func truncatedAndGrownPastTheOldPlace_isReadFromItsBeginning() throws {
        let folder = try TemporaryFolder()
        var reader = TailHarness(folder)
        try folder.write(lines(1...30), to: "a.log")
        reader.look()
        try folder.truncate("a.log")
        try folder.append(lines(31...500), to: "a.log")
        reader.look()
        #expect(reader.texts == texts(1...500))
        #expect(reader.losses.isEmpty)
    }

    @Test func truncatedAndGrown_withTheSameBanner_isReadFromItsBeginning() throws {
        let folder = try TemporaryFolder()
        var reader = TailHarness(folder)
        let banner = String(repeating: "the same banner as ever, longer than any window\n", count: 200)
        try folder.write(banner + lines(1...300), to: "a.log")
        reader.look()
        try folder.truncate("a.log")
        try folder.append(banner + lines(301...900), to: "a.log")
        reader.look()
        #expect(reader.texts.filter { $0.hasPrefix("line") } == texts(1...900))
    }

    @Test func truncatedAndGrown_withTheSameBytesAllOver_isNoticedWhenItWasSeenShorter() throws {
        let folder = try TemporaryFolder()
        var reader = TailHarness(folder)
        try folder.write(String(repeating: "beat\n", count: 2000), to: "a.log")
        reader.look()
        try folder.truncate("a.log")
        try folder.append(String(repeating: "beat\n", count: 1500), to: "a.log")
        reader.look()
        #expect(reader.lines.count == 3500)
    }

    @Test func rewrittenByItsWriter_isReadOnce() throws {
        let folder = try TemporaryFolder()
        var reader = TailHarness(folder)
        try folder.write(lines(1...20, "before"), to: "a.log")
        reader.look()
        try folder.write(lines(1...200, "after"), to: "a.log")
        reader.look()
        #expect(reader.texts == texts(1...20, "before") + texts(1...200, "after"))
    }

    @Test func replacedByACopyOfItself_isNotReadAgain() throws {
        let folder = try TemporaryFolder()
        var reader = TailHarness(folder)
        try folder.write(lines(1...20), to: "a.log")
        reader.look()
        try folder.write(lines(1...25), to: "b")
        try folder.remove("a.log")
        try folder.rename("b", to: "a.log")
        reader.look()
        #expect(reader.texts == texts(1...25))
    }

    @Test func writerThatMissedTheRotation_isReadOn() throws {
        let folder = try TemporaryFolder()
        var reader = TailHarness(folder)
        try folder.write("one\n", to: "a.log")
        reader.look()
        try folder.rename("a.log", to: "a.log.1")
        try folder.write("new\n", to: "a.log")
        reader.look()
        try folder.append("two\n", to: "a.log.1")
        reader.now = reader.now.advanced(by: .seconds(60))
        reader.look()
        try folder.rename("a.log.1", to: "a.log.2")
        try folder.append("three\nfo", to: "a.log.2")
        reader.look()
        try folder.append("ur\n", to: "a.log.2")
        reader.look()
        #expect(reader.texts == ["one", "new", "two", "three", "four"])
    }

    @Test(arguments: [2, 5, 9])
    func burstOfRotations_isReadInOrder(count: Int) throws {
        let folder = try TemporaryFolder()
        var reader = TailHarness(folder)
        try folder.write("0\n", to: "a.log")
        reader.look()
        for round in 1...count {
            try folder.append("\(round) end\n", to: "a.log")
            for number in stride(from: round - 1, through: 1, by: -1) {
                try folder.rename("a.log.\(number)", to: "a.log.\(number + 1)")
            }
            try folder.rename("a.log", to: "a.log.1")
            try folder.write("\(round) start\n", to: "a.log")
        }
        reader.look()
        let expected = ["0"] + (1...count).flatMap { ["\($0) end", "\($0) start"] }
        #expect(reader.texts == expected)
        #expect(reader.losses.isEmpty)
    }

    @Test(arguments: ["a.log.1", "a.log-20261122", "a.log.2026-11-22", "a-20261122.log", "elsewhere"])
    func rotationWhileAway_finishesTheOldFileFirst(name: String) throws {
        let folder = try TemporaryFolder()
        var reader = TailHarness(folder)
        try folder.write("one\ntwo\nthr", to: "a.log")
        reader.look()
        try reader.save()
        reader.look()
        try folder.append("ee\n", to: "a.log")
        try folder.rename("a.log", to: name)
        try folder.write("four\n", to: "a.log")
        reader.crash()
        reader.look()
        #expect(reader.texts == ["one", "two", "three", "four"])
        #expect(reader.losses.isEmpty)
    }

    @Test func compressedWhileUnread_isReadOn_andOnce() throws {
        let folder = try TemporaryFolder()
        var reader = TailHarness(folder)
        try folder.write(lines(1...3000), to: "a.log")
        reader.look(budget: 5000)
        try reader.save()
        reader.look()
        try folder.append(lines(3001...4000), to: "a.log")
        try folder.rename("a.log", to: "a.log.1")
        try folder.compress("a.log.1")
        try folder.write(lines(4001...4001), to: "a.log")
        reader.crash()
        reader.look()
        #expect(reader.texts == texts(1...4001))
        try folder.rename("a.log.1.gz", to: "a.log.2.gz")
        try folder.rename("a.log", to: "a.log.1")
        try folder.write(lines(4002...4002), to: "a.log")
        reader.look()
        try reader.save()
        reader.crash()
        reader.look()
        #expect(reader.texts == texts(1...4002))
        #expect(reader.losses.isEmpty)
    }

    @Test func deletedAndMadeAnew_isReadFromItsBeginning() throws {
        let folder = try TemporaryFolder()
        var reader = TailHarness(folder)
        for round in 1...20 {
            // Without an open descriptor the new file often gets the old one's number.
            try folder.write(lines(1...round, "round \(round)"), to: "a.log")
            reader.look()
            try folder.append("last of \(round)\n", to: "a.log")
            reader.look()
            reader.letGo()
            try folder.remove("a.log")
        }
        let expected = (1...20).flatMap { texts(1...$0, "round \($0)") + ["last of \($0)"] }
        #expect(reader.texts == expected)
    }

    @Test func deletedWhileOpen_isReadToItsEnd() throws {
        let folder = try TemporaryFolder()
        var reader = TailHarness(folder)
        try folder.write(lines(1...1000), to: "a.log")
        reader.look(budget: 100)
        try folder.remove("a.log")
        reader.look()
        #expect(reader.texts == texts(1...1000))
        #expect(reader.losses.isEmpty)
    }

    @Test func sameFirstLines_doNotConfuse() throws {
        let folder = try TemporaryFolder()
        var reader = TailHarness(folder)
        let banner = "the same first line in every file, as a program writes it\n"
        try folder.write(banner, to: "a.log")
        reader.look()
        try folder.rename("a.log", to: "a.log.1")
        try folder.write(banner + "two\n", to: "a.log")
        reader.look()
        try reader.save()
        reader.crash()
        try folder.append("three\n", to: "a.log")
        reader.look()
        let first = String(banner.dropLast())
        #expect(reader.texts == [first, first, "two", "three"])
    }

    @Test func tinyFiles_areRead() throws {
        let folder = try TemporaryFolder()
        var reader = TailHarness(folder)
        try folder.write("x", to: "a.log")
        reader.look()
        #expect(reader.texts == [])
        try folder.append("\n", to: "a.log")
        reader.look()
        #expect(reader.texts == ["x"])
        try folder.rename("a.log", to: "a.log.1")
        try folder.write("y\n", to: "a.log")
        reader.look()
        #expect(reader.texts == ["x", "y"])
    }

    @Test func unfinishedLine_waitsForItsEnd_alsoOverARestart() throws {
        let folder = try TemporaryFolder()
        var reader = TailHarness(folder)
        try folder.write("one\ntw", to: "a.log")
        reader.look()
        reader.now = reader.now.advanced(by: .seconds(3600))
        reader.look()
        #expect(reader.texts == ["one"])
        try reader.save()
        reader.crash()
        try folder.append("o\nthree", to: "a.log")
        reader.look()
        #expect(reader.texts == ["one", "two"])
        try folder.rename("a.log", to: "a.log.1")
        try folder.write("four\n", to: "a.log")
        reader.lookLater()
        #expect(reader.texts == ["one", "two", "four", "three"])
    }

    @Test(arguments: 1...7)
    func cutCharacters_stayWhole(blockBytes: Int) throws {
        let folder = try TemporaryFolder()
        var reader = TailHarness(folder, blockBytes: blockBytes)
        try folder.write("\u{FEFF}✅ α\r\n🔄 β\r\n", to: "a.log")
        reader.look()
        #expect(reader.texts == ["✅ α", "🔄 β"])
    }

    @Test func longLine_doesNotStopTheFile() throws {
        let folder = try TemporaryFolder()
        var reader = TailHarness(folder, blockBytes: 10_000)
        try folder.write("one\n" + String(repeating: "x", count: 3_000_000) + "\ntwo\n", to: "a.log")
        reader.look()
        #expect(reader.lines.count == 3)
        #expect(reader.texts.last == "two")
    }

    @Test func killBeforeSaving_repeatsNothingAndLosesNothing() throws {
        let folder = try TemporaryFolder()
        var reader = TailHarness(folder)
        for round in 0..<20 {
            try folder.append(lines(round * 50 + 1...round * 50 + 50), to: "a.log")
            reader.look(budget: 170)
            if round % 3 == 0 { try reader.save() }
            reader.look(budget: 90)
            if round % 2 == 0 { reader.crash() }
        }
        reader.look()
        #expect(reader.texts == texts(1...1000))
    }

    @Test func roomMadeForLater_isNotTakenForText() throws {
        let folder = try TemporaryFolder()
        var reader = TailHarness(folder)
        var bytes = Array("one\n".utf8) + [UInt8](repeating: 0, count: 100_000)
        try folder.write(bytes: bytes, to: "a.log")
        reader.look()
        bytes.replaceSubrange(4..<8, with: Array("two\n".utf8))
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.path("a.log")))
        try handle.seek(toOffset: 4)
        try handle.write(contentsOf: Data("two\n".utf8))
        reader.look()
        #expect(reader.texts == ["one", "two"])
        // The writer gives the room back.
        try handle.truncate(atOffset: 8)
        try handle.close()
        reader.look()
        try folder.append("three\n", to: "a.log")
        reader.look()
        #expect(reader.texts == ["one", "two", "three"])
        #expect(reader.losses.isEmpty)
    }

    @Test func holeOfAPowerCut_isPassedOver() throws {
        let folder = try TemporaryFolder()
        var reader = TailHarness(folder)
        let hole = [UInt8](repeating: 0, count: 70_000)
        try folder.write(bytes: Array("one\n".utf8) + hole + Array("two\n".utf8), to: "a.log")
        reader.look()
        #expect(reader.texts == ["one", "two"])
    }

    @Test func swappedLink_isFollowed() throws {
        let folder = try TemporaryFolder()
        var reader = TailHarness(folder)
        try folder.write("one\n", to: "first")
        try folder.write("three\n", to: "second")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("a.log"),
            withDestinationPath: folder.path("first")
        )
        reader.look()
        try folder.append("two\n", to: "first")
        try folder.remove("a.log")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("a.log"),
            withDestinationPath: folder.path("second")
        )
        reader.look()
        #expect(reader.texts == ["one", "two", "three"])
    }

    @Test(.enabled(if: geteuid() != 0, "root may read everything"))
    func unreadableAtFirst_isReadWhenAllowed() throws {
        let folder = try TemporaryFolder()
        var reader = TailHarness(folder)
        try folder.write("one\n", to: "a.log", mode: 0)
        reader.look()
        #expect(reader.trouble == .permissionDenied)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder.path("a.log"))
        reader.look()
        #expect(reader.texts == ["one"])
    }

    @Test func pipeUnderASiblingsName_isPassedOver() throws {
        let folder = try TemporaryFolder()
        try #require(mkfifo(folder.path("a.log.1"), 0o600) == 0)
        try FileManager.default.createDirectory(atPath: folder.path("a.log.2"), withIntermediateDirectories: false)
        try folder.write("one\n", to: "a.log")
        var reader = TailHarness(folder)
        reader.look()
        #expect(reader.texts == ["one"])
    }

    @Test func idleFiles_holdNoDescriptor_andAreReadAtOnce() throws {
        let folder = try TemporaryFolder()
        var readers: [TailHarness] = []
        // More than a process may have open by default: 1,024.
        for index in 0..<1100 {
            try folder.write("start \(index)\n", to: "\(index).log")
            var reader = TailHarness(folder, name: "\(index).log", blockBytes: 100)
            reader.look()
            reader.look()
            reader.letGo()
            #expect(reader.tailer.descriptors == 0)
            readers.append(reader)
        }
        try folder.append("rare\n", to: "1034.log")
        readers[1034].look()
        #expect(readers[1034].texts == ["start 1034", "rare"])
        #expect(readers[1034].losses.isEmpty)
    }

    @Test func hardLinks_areReadOnce() throws {
        let folder = try TemporaryFolder()
        let names = ComponentKind.executor.fileNames
        try folder.write("\(stamp(1)) executing task 1 attempt=1 command=\"x\"\n", to: names[0])
        try folder.link(names[0], to: names[1])
        try folder.link(names[0], to: names[0] + ".1")
        var track = ComponentTrack<ExecutorFold>(folder: folder.path)
        var (budget, buffer) = (Int.max, [UInt8](repeating: 0, count: 1000))
        _ = track.read(&budget, &buffer, now: .test)
        #expect(track.fold.started == 1)
    }

    @Test func siblings_areReadOldestFirst() throws {
        let folder = try TemporaryFolder()
        try folder.write("1\n", to: "a.log.10")
        try folder.compress("a.log.10")
        try folder.write("2\n", to: "a.log.2")
        try folder.write("3\n", to: "a.log.1")
        try folder.write("4\n", to: "a.log")
        try folder.write("not ours\n", to: "a.log.txt")
        try folder.write("not ours\n", to: "ba.log.1")
        var reader = TailHarness(folder)
        reader.look()
        #expect(reader.texts == ["1", "2", "3", "4"])
        #expect(reader.lines.map(\.generation) == [1, 2, 3, 4])
    }
}
