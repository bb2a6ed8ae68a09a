import GhostModel
import GhostTestSupport
import Testing

@testable import GhostLogs

struct CaptureTimesTests {
    private let folder: TemporaryFolder
    private let now: Timestamp

    init() throws {
        folder = try TemporaryFolder()
        now = try #require(Timestamp(rfc3339: "2026-11-22T18:00:00.000Z"))
    }

    /// The bytes that the keeper writes.
    static func bytes(_ entries: [(offset: Int64, time: Int64)], inode: UInt64, version: Int = 1) -> [UInt8] {
        func number(_ value: UInt64, _ width: Int) -> [UInt8] {
            (0..<width).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
        }
        let header = Array("ghost-times \(version)\n\0\0".utf8) + number(inode, 8) + number(100, 4) + number(0, 4)
        return entries.reduce(header) { $0 + number(UInt64($1.offset), 8) + number(UInt64($1.time), 8) }
    }

    private func read(_ entries: [(offset: Int64, time: Int64)], length: Int64 = 1000) -> CaptureTimes? {
        CaptureTimes(Self.bytes(entries, inode: 7), inode: 7, length: length)
    }

    @Test func aByte_hasTheTimeOfTheEntryBeforeIt() throws {
        let times = try #require(read([(10, 100), (50, 200), (90, 150)]))
        let found = [0, 9, 10, 49, 50, 89, 90, 5000].map { times.time(at: $0)?.milliseconds }
        #expect(found == [nil, nil, 100, 100, 200, 200, 150, 150])
        #expect(times.offset(at: Timestamp(milliseconds: 0)) == 10)
        #expect(times.offset(at: Timestamp(milliseconds: 101)) == 10)
        #expect(times.offset(at: Timestamp(milliseconds: 200)) == 10)
        #expect(times.offset(at: Timestamp(milliseconds: 201)) == nil)
        #expect(times.offset(behind: Timestamp(milliseconds: 0)) == 10)
        #expect(times.offset(behind: Timestamp(milliseconds: 101)) == 50)
        #expect(times.offset(behind: Timestamp(milliseconds: 201)) == nil)
    }

    @Test func whatIsDamaged_isLeftOut() throws {
        // Offsets that do not rise, and those behind the end.
        #expect(read([(0, 1), (10, 2), (10, 3), (20, 4)])?.time(at: 30)?.milliseconds == 2)
        #expect(read([(0, 1), (999, 2), (1000, 3)])?.time(at: 5000)?.milliseconds == 2)
        #expect(read([(1000, 1)]) == nil)
        #expect(read([]) == nil)
        let good = Self.bytes([(0, 1), (10, 2)], inode: 7)
        #expect(CaptureTimes(good, inode: 8, length: 1000) == nil)
        #expect(CaptureTimes(Self.bytes([(0, 1)], inode: 7, version: 2), inode: 7, length: 1000) == nil)
        #expect(CaptureTimes(good.dropLast(3) + [], inode: 7, length: 1000)?.time(at: 30)?.milliseconds == 1)
        var random = SeededRandom(seed: 11)
        for _ in 0..<2000 {
            var bytes = good
            for _ in 0..<3 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let cut = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
            _ = CaptureTimes(cut, inode: 7, length: 1000)?.time(at: 15)
        }
    }

    // MARK: Reading back

    private func write(_ log: String, _ text: String, _ entries: [(offset: Int64, time: String)]) throws {
        try folder.write(text, to: log)
        let inode = try FileFacts(path: folder.path(log)).identity.inode
        let times = try entries.map { entry in
            (offset: entry.offset, time: try #require(Timestamp(rfc3339: entry.time)).milliseconds)
        }
        try folder.write(bytes: Self.bytes(times, inode: inode), to: ".\(log).times")
    }

    private func search(_ query: LogQuery, _ names: String...) -> [LogLineBody] {
        var incarnations = LogIncarnations()
        let budget = SearchBudget(bytes: .max, time: .seconds(60)) { MonotonicTime(nanoseconds: 0) }
        let logs = names.map { SearchedLog(.daemon($0), path: folder.path("\($0).log")) }
        return LogSearch.run(query, in: logs, incarnations: &incarnations, budget: budget, now: now).page.lines
    }

    @Test func linesWithoutATime_areShownWithTheirs_andMergedByIt() throws {
        try write(
            "a.log",
            "a1\na2\na3\n",
            [(0, "2026-11-22T16:00:01.000Z"), (3, "2026-11-22T16:10:00.000Z"), (6, "2026-11-22T16:20:00.000Z")]
        )
        try folder.write(
            "2026-11-22T16:05:00.000Z b1\n2026-11-22T16:15:00.000Z b2\n2026-11-22T16:25:00.000Z b3\n",
            to: "b.log"
        )
        for entry in [LogQuery.Entry.newest, .oldest] {
            let lines = search(LogQuery(entry: entry), "a", "b")
            #expect(lines.map { String($0.message.suffix(2)) } == ["a1", "b1", "a2", "b2", "a3", "b3"])
            #expect(lines.map { $0.timestamp == nil } == [true, false, true, false, true, false])
            #expect(lines.map { $0.capturedAt == nil } == [false, true, false, true, false, true])
            #expect(lines[2].capturedAt?.description == "2026-11-22T16:10:00.000Z")
        }
        for entry in [LogQuery.Entry.newest, .oldest] {
            var query = LogQuery(entry: entry)
            query.since = Timestamp(rfc3339: "2026-11-22T16:06:00Z")
            query.until = Timestamp(rfc3339: "2026-11-22T16:16:00Z")
            #expect(search(query, "a", "b").map { String($0.message.suffix(2)) } == ["a2", "b2"])
        }
    }

    @Test func whatWasPutAway_keepsItsTimes() throws {
        try write("a.log.1", "old\n", [(0, "2026-11-22T15:00:00.000Z")])
        try write("a.log", "new\n", [(0, "2026-11-22T16:00:00.000Z")])
        let lines = search(LogQuery(), "a")
        #expect(lines.map(\.message) == ["old", "new"])
        let times = lines.map { $0.capturedAt?.description }
        #expect(times == ["2026-11-22T15:00:00.000Z", "2026-11-22T16:00:00.000Z"])
    }

    @Test func aStackTrace_belongsToItsLine_andWhatComesLaterDoesNot() throws {
        // The daemon's clock is an hour behind: only pauses count.
        let first = "2026-11-22T15:00:00.000Z ERROR it broke\n"
        let trace = "  at main\n"
        try write(
            "a.log",
            first + trace + "restarted\n",
            [(0, "2026-11-22T16:00:00.000Z"), (Int64(first.utf8.count), "2026-11-22T16:00:00.200Z"),
                (Int64((first + trace).utf8.count), "2026-11-22T16:10:00.000Z")]
        )
        var query = LogQuery()
        query.level = .error
        #expect(search(query, "a").map(\.message) == [String(first.dropLast()), "  at main"])
        query = LogQuery()
        query.since = Timestamp(rfc3339: "2026-11-22T15:09:00Z")
        query.until = Timestamp(rfc3339: "2026-11-22T15:11:00Z")
        #expect(search(query, "a").map(\.message) == ["restarted"])
    }

    @Test func withoutTheFile_orWithADamagedOne_nothingIsKnownAndNothingFails() throws {
        for damage in [nil, Array("ghost-times 1\n".utf8), [UInt8](repeating: 0xFF, count: 500)] {
            try folder.write("one\ntwo\n", to: "a.log")
            if let damage { try folder.write(bytes: damage, to: ".a.log.times") }
            let lines = search(LogQuery(), "a")
            #expect(lines.map(\.message) == ["one", "two"])
            #expect(lines.allSatisfy { $0.capturedAt == nil })
        }
    }
}
