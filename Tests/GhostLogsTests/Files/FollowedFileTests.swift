import Foundation
import GhostModel
import GhostTestSupport
import Testing

@testable import GhostLogs

struct FollowedFileTests {
    /// Follows a file and notes what came: bytes as text, events in angle brackets.
    private struct Follower {
        var file: FollowedFile
        var buffer = [UInt8](repeating: 0, count: 7)

        /// Looks until nothing is new.
        mutating func drain(now: Timestamp = .test) throws -> String {
            var text: [UInt8] = []
            while true {
                switch try file.look(into: &buffer, now: now) {
                case .bytes(let count, _, _): text += buffer[..<count]
                case .replaced: text += Array("<replaced>".utf8)
                case .truncated: text += Array("<truncated>".utf8)
                case .nothing: return String(decoding: text, as: UTF8.self)
                }
            }
        }
    }

    @Test func growth_isReadOnce() throws {
        let folder = try TemporaryFolder()
        try folder.write("one\ntwo\n", to: "a.log")
        var follower = Follower(file: FollowedFile(path: folder.path("a.log")))
        #expect(try follower.drain() == "one\ntwo\n")
        #expect(try follower.drain() == "")
        try folder.append("three\n", to: "a.log")
        #expect(try follower.drain() == "three\n")
        #expect(follower.file.offset == 14)
        #expect(follower.file.generation == 1)
    }

    @Test func aStart_countsForTheFirstFileOnly_andOnlyIfItIsLongEnough() throws {
        let folder = try TemporaryFolder()
        try folder.write("one\ntwo\n", to: "a.log")
        var follower = Follower(file: FollowedFile(path: folder.path("a.log"), startingAt: 4))
        #expect(try follower.drain() == "two\n")
        try folder.rename("a.log", to: "a.log.1")
        try folder.write("new\n", to: "a.log")
        #expect(try follower.drain() == "<replaced>new\n")
        var beyond = Follower(file: FollowedFile(path: folder.path("a.log"), startingAt: 400))
        #expect(try beyond.drain() == "new\n")
    }

    @Test func rotation_readsTheOldFileToItsEndFirst() throws {
        let folder = try TemporaryFolder()
        try folder.write("one\n", to: "a.log")
        var follower = Follower(file: FollowedFile(path: folder.path("a.log")))
        #expect(try follower.drain() == "one\n")
        try folder.rename("a.log", to: "a.log.1")
        try folder.append("two\n", to: "a.log.1")
        #expect(try follower.drain() == "two\n")
        try folder.append("late\n", to: "a.log.1")
        try folder.write("three\n", to: "a.log")
        #expect(try follower.drain() == "late\n<replaced>three\n")
        #expect(follower.file.generation == 2)
        #expect(follower.file.offset == 6)
    }

    @Test func truncation_startsAtTheBeginning() throws {
        let folder = try TemporaryFolder()
        try folder.write("one\ntwo\n", to: "a.log")
        var follower = Follower(file: FollowedFile(path: folder.path("a.log")))
        #expect(try follower.drain() == "one\ntwo\n")
        try folder.write("new\n", to: "a.log")
        #expect(try follower.drain() == "<truncated>new\n")
        #expect(follower.file.generation == 2)
    }

    @Test func missingFile_isReportedAtOnceAndFoundLater() throws {
        let folder = try TemporaryFolder()
        var follower = Follower(file: FollowedFile(path: folder.path("a.log")))
        #expect(throws: SourceTrouble.missing) { try follower.drain() }
        try folder.write("one\n", to: "a.log")
        #expect(try follower.drain() == "one\n")
    }

    @Test func removedFile_isReportedAfterATolerance() throws {
        let folder = try TemporaryFolder()
        try folder.write("one\n", to: "a.log")
        var follower = Follower(file: FollowedFile(path: folder.path("a.log")))
        #expect(try follower.drain() == "one\n")
        try FileManager.default.removeItem(atPath: folder.path("a.log"))
        #expect(try follower.drain(now: .test) == "")
        #expect(try follower.drain(now: .test.advanced(by: FollowedFile.toleratedAbsence)) == "")
        #expect(throws: SourceTrouble.missing) {
            try follower.drain(now: .test.advanced(by: FollowedFile.toleratedAbsence + .milliseconds(1)))
        }
        try folder.write("two\n", to: "a.log")
        #expect(try follower.drain(now: .test.advanced(by: .seconds(9))) == "<replaced>two\n")
    }

    @Test func otherThings_areRefusedWithoutWaiting() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path("folder"), withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("loop"),
            withDestinationPath: folder.path("loop")
        )
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("dangling"),
            withDestinationPath: folder.path("x")
        )
        try #require(mkfifo(folder.path("pipe"), 0o600) == 0)
        let table: [(String, SourceTrouble)] = [
            (folder.path("folder"), .notAFile(.folder)), (folder.path("pipe"), .notAFile(.pipe)),
            (folder.path("loop"), .symbolicLinkLoop), (folder.path("dangling"), .missing),
            ("/dev/null", .notAFile(.device)),
        ]
        for (path, trouble) in table {
            var follower = Follower(file: FollowedFile(path: path))
            #expect(throws: trouble, "\(path)") { try follower.drain() }
        }
    }

    @Test(.enabled(if: geteuid() != 0, "root may read everything"))
    func unreadableFile_isReported() throws {
        let folder = try TemporaryFolder()
        try folder.write("one\n", to: "a.log")
        try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: folder.path("a.log"))
        var follower = Follower(file: FollowedFile(path: folder.path("a.log")))
        #expect(throws: SourceTrouble.permissionDenied) { try follower.drain() }
    }

    @Test func replacementByAFolder_isReportedAfterTheOldFileIsRead() throws {
        let folder = try TemporaryFolder()
        try folder.write("one\n", to: "a.log")
        var follower = Follower(file: FollowedFile(path: folder.path("a.log")))
        #expect(try follower.drain() == "one\n")
        try folder.rename("a.log", to: "b.log")
        try FileManager.default.createDirectory(atPath: folder.path("a.log"), withIntermediateDirectories: false)
        #expect(throws: SourceTrouble.notAFile(.folder)) { try follower.drain() }
    }

    @Test func rotationOfAComponentLog_losesNothingAndCountsOn() throws {
        let folder = try TemporaryFolder()
        let name = ComponentKind.watchdog.fileName
        var reader = ComponentLogReader(folder: folder.path)
        try folder.write("\(stamp(1)) ✅ api restart attempt 1\n\(stamp(2)) ✅ api restart", to: name)
        #expect(reader.read(now: .test) == .changed)
        #expect(reader.snapshot.watchdog.fold.restarts == 1)
        try folder.append(" attempt 2", to: name)
        try folder.rename(name, to: name + ".1")
        try folder.write("\(stamp(3)) ❌ api restart attempt 1 - x\n", to: name)
        #expect(reader.read(now: .test) == .changed)
        // The writer of the old file has a moment to finish its line.
        let later = Timestamp.test.advanced(by: SourceTailer.lineGrace)
        #expect(reader.read(now: later) == .changed)
        let fold = reader.snapshot.watchdog.fold
        #expect((fold.restarts, fold.failures) == (2, 1))
        let position = reader.snapshot.watchdog.facts.errors.first?.position
        #expect(position == SourcePosition(file: name, generation: 2, offset: 0))
        #expect(reader.read(now: later) == .unchanged)
    }

    @Test func truncationOfAComponentLog_countsTheHalfLineAsLost() throws {
        let folder = try TemporaryFolder()
        let name = ComponentKind.watchdog.fileName
        var reader = ComponentLogReader(folder: folder.path)
        try folder.write("\(stamp(1)) ✅ api restart attempt 1\nhalf a line", to: name)
        #expect(reader.read(now: .test) == .changed)
        try folder.write("\(stamp(2)) ✅ a restart attempt 1\n", to: name)
        #expect(reader.read(now: .test) == .changed)
        let fold = reader.snapshot.watchdog.fold
        #expect(fold.restarts == 2)
        #expect(fold.ledger.lossBytes == 11)
    }
}

struct LastLinesTests {
    @Test(arguments: [
        ("a\nb\nc\n", 2, ["b", "c"], 2), ("a\nb\nc", 2, ["b", "c"], 2), ("a\nb\nc\n", 9, ["a", "b", "c"], 0),
        ("a\r\nb\r\n", 1, ["b"], 3), ("\n\n\n", 2, ["", ""], 1), ("", 3, [], 0), ("a\n", 0, [], 2), ("a", 1, ["a"], 0),
    ])
    func tail_hasTheLastLines(text: String, count: Int, expected: [String], offset: Int64) throws {
        let folder = try TemporaryFolder()
        try folder.write(text, to: "a.log")
        let tail = try LastLines.read(path: folder.path("a.log"), count: count)
        #expect(tail.lines.map { String(decoding: $0, as: UTF8.self) } == expected)
        #expect(tail.offset == offset)
        #expect(tail.end == Int64(text.utf8.count))
    }

    @Test(arguments: [1, 5, 999, 5000, 20_000])
    func tail_equalsTheEndOfTheWholeFile(count: Int) throws {
        var random = SeededRandom(seed: 7)
        let lines = (0..<9000).map { "\($0)" + String(repeating: "x", count: Int.random(in: 0...60, using: &random)) }
        let folder = try TemporaryFolder()
        try folder.write(lines.joined(separator: "\n") + "\n", to: "a.log")
        let tail = try LastLines.read(path: folder.path("a.log"), count: count)
        #expect(tail.lines.map { String(decoding: $0, as: UTF8.self) } == Array(lines.suffix(count)))
    }

    @Test func tail_isBounded() throws {
        let folder = try TemporaryFolder()
        try folder.write(String(repeating: "0123456789\n", count: 20_000), to: "a.log")
        let tail = try LastLines.read(path: folder.path("a.log"), count: 20_000, longest: 1105)
        #expect(tail.lines.count == 100)
        #expect(tail.lines.allSatisfy { $0.count == 10 })
    }

    @Test func trouble_isReported() throws {
        let folder = try TemporaryFolder()
        #expect(throws: SourceTrouble.missing) { try LastLines.read(path: folder.path("x"), count: 3) }
        #expect(throws: SourceTrouble.notAFile(.folder)) { try LastLines.read(path: folder.path, count: 3) }
    }
}
