import GhostModel
import GhostTestSupport
import Testing

@testable import GhostLogs

/// Unread bytes are found elsewhere, or their loss is named: exactly, and once.
struct NamedLossTests {
    private func lines(_ range: ClosedRange<Int>, _ word: String = "line") -> String {
        range.map { "\(word) \($0)\n" }.joined()
    }

    private func texts(_ range: ClosedRange<Int>, _ word: String = "line") -> [String] {
        range.map { "\(word) \($0)" }
    }

    @Test func copiedAndTruncated_behind_isReadOnInTheCopy() throws {
        let folder = try TemporaryFolder()
        var reader = TailHarness(folder)
        try folder.write(lines(1...2000), to: "a.log")
        reader.look(budget: 3000)
        try folder.copyAndTruncate("a.log", to: "a.log.1")
        try folder.append(lines(2001...2010), to: "a.log")
        reader.look()
        #expect(reader.texts == texts(1...2010))
        #expect(reader.losses.isEmpty)
    }

    @Test func truncatedBehind_withoutACopy_isNamedExactly() throws {
        let folder = try TemporaryFolder()
        var reader = TailHarness(folder)
        try folder.write(lines(1...2000), to: "a.log")
        let length = Int64(lines(1...2000).utf8.count)
        reader.look(budget: 1000)
        let from = Int64(lines(1...reader.lines.count).utf8.count)
        let before = reader.now
        reader.now = before.advanced(by: .seconds(5))
        try folder.truncate("a.log")
        try folder.append(lines(2001...2001), to: "a.log")
        reader.look()
        #expect(reader.texts.last == "line 2001")
        let expected = SourceTailer.Loss(
            file: "a.log",
            generation: 1,
            from: from,
            to: length,
            reason: .truncatedUnread,
            lastSeen: before,
            noticed: reader.now
        )
        #expect(reader.losses == [expected])
    }

    @Test func copyThatIsShort_namesTheRest() throws {
        let folder = try TemporaryFolder()
        var reader = TailHarness(folder)
        try folder.write(lines(1...100), to: "a.log")
        try folder.copy("a.log", to: "a.log.1")
        try folder.append(lines(101...200), to: "a.log")
        reader.look(budget: 1200)
        let copied = Int64(lines(1...100).utf8.count)
        #expect(reader.lines.count > 100)
        try folder.truncate("a.log")
        reader.look()
        #expect(reader.losses.map(\.to) == [Int64(lines(1...200).utf8.count)])
        #expect(reader.losses.allSatisfy { ($0.from ?? 0) > copied })
        #expect(Set(reader.texts).count == reader.texts.count)
    }

    @Test func goneWhileAway_isNamedWithoutAnEnd() throws {
        let folder = try TemporaryFolder()
        var reader = TailHarness(folder)
        try folder.write("one\n", to: "a.log")
        reader.look()
        try reader.save()
        try folder.append("two\n", to: "a.log")
        try folder.remove("a.log")
        try folder.write("three\n", to: "a.log")
        reader.crash()
        reader.look()
        #expect(reader.texts == ["one", "three"])
        #expect(reader.losses.map(\.from) == [4])
        #expect(reader.losses.map(\.to) == [nil])
        #expect(reader.losses.map(\.reason) == [.deletedUnread])
        try reader.save()
        reader.crash()
        reader.look()
        #expect(reader.losses.count == 1, "a loss is named once")
    }

    @Test func nothingLost_namesNothing() throws {
        let folder = try TemporaryFolder()
        var reader = TailHarness(folder)
        for round in 1...6 {
            try folder.append(lines(1...40, "round \(round)"), to: "a.log")
            reader.look()
            if round % 2 == 0 {
                try folder.truncate("a.log")
            } else {
                try folder.rename("a.log", to: "a.log.\(round)")
            }
        }
        try reader.save()
        reader.look()
        #expect(reader.losses.isEmpty)
        #expect(reader.lines.count == 240)
    }

    @Test func whatWentIntoAnArchiveThatCannotBeRead_isNamed() throws {
        let folder = try TemporaryFolder()
        try folder.write("one\n", to: "a.log")
        var reader = TailHarness(folder)
        reader.look()
        try reader.save()
        try folder.append("two\n", to: "a.log")
        try folder.rename("a.log", to: "a.log.1.zst")
        try folder.write("compressed", to: "a.log.1.zst")
        try folder.copy("a.log.1.zst", to: "a.log.1.xz")
        try folder.remove("a.log.1.zst")
        try folder.write("three\n", to: "a.log")
        reader.crash()
        reader.look()
        #expect(reader.texts == ["one", "three"])
        #expect(reader.losses.map(\.reason) == [.unreadable])
        #expect(reader.losses.map(\.file) == ["a.log.1.xz"])
    }

    @Test func damagedArchive_isReadAsFarAsItGoes_andNamed() throws {
        let folder = try TemporaryFolder()
        try folder.write(lines(1...1000), to: "a.log.1")
        try folder.compress("a.log.1", removing: 1000)
        try folder.write(lines(1001...1001), to: "a.log")
        var reader = TailHarness(folder)
        reader.look()
        let read = reader.lines.count - 1
        #expect(reader.texts == texts(1...read) + ["line 1001"])
        #expect(read > 800)
        #expect(reader.losses.map(\.reason) == [.damagedArchive])
        #expect(reader.losses.map(\.from) == [Int64(lines(1...read).utf8.count)])
        try reader.save()
        reader.crash()
        try folder.rename("a.log", to: "a.log.0")
        try folder.write(lines(1002...1002), to: "a.log")
        reader.look()
        #expect(reader.texts.suffix(2) == ["line 1001", "line 1002"])
        #expect(reader.losses.count == 1, "a loss is named once")
    }
}
