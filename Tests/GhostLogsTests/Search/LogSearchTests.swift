import GhostModel
import GhostPatterns
import GhostTestSupport
import Testing

@testable import GhostLogs

struct LogSearchTests {
    private let folder: TemporaryFolder
    private let now: Timestamp

    init() throws {
        folder = try TemporaryFolder()
        now = try #require(Timestamp(rfc3339: "2026-11-22T18:00:00.000Z"))
    }

    private func daemon(_ name: String) -> SearchedLog { SearchedLog(.daemon(name), path: folder.path("\(name).log")) }

    private func run(_ query: LogQuery, _ names: String..., bytes: Int64 = .max) -> LogSearch.Result {
        var incarnations = LogIncarnations()
        let budget = SearchBudget(bytes: bytes, time: .seconds(60)) { MonotonicTime(nanoseconds: 0) }
        return LogSearch.run(query, in: names.map(daemon), incarnations: &incarnations, budget: budget, now: now)
    }

    /// A line of the minute `minute` and second `second` after 16:00.
    private func line(_ minute: Int, _ second: Int, _ text: String) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "2026-11-22T16:\(two(minute)):\(two(second)).000Z \(text)\n"
    }

    private func messages(_ page: LogPageBody) -> [String] { page.lines.map { String($0.message.dropFirst(25)) } }

    private func bookmark(_ text: String?) throws -> LogBookmark {
        let text = try #require(text)
        return try #require(LogBookmark(text))
    }

    @Test func severalLogs_areMergedByTime() throws {
        try folder.write(line(0, 1, "a1") + line(0, 4, "a2") + line(0, 5, "a3"), to: "a.log")
        try folder.write(line(0, 2, "b1") + line(0, 3, "b2") + line(0, 6, "b3"), to: "b.log")
        let all = ["a1", "b1", "b2", "a2", "a3", "b3"]
        #expect(messages(run(LogQuery(entry: .newest), "a", "b").page) == all)
        #expect(messages(run(LogQuery(entry: .oldest), "a", "b").page) == all)
        let newest = run(LogQuery(limit: 3, entry: .newest), "a", "b").page
        #expect(messages(newest) == ["a2", "a3", "b3"])
        #expect(newest.lines.map(\.daemon) == ["a", "a", "b"])
        let earlier = run(LogQuery(limit: 3, entry: .before(try bookmark(newest.before))), "a", "b").page
        #expect(messages(earlier) == ["a1", "b1", "b2"])
        guard let before = earlier.before else { return }
        let nothing = run(LogQuery(entry: .before(try bookmark(before))), "a", "b").page
        #expect(nothing.lines.isEmpty)
        #expect(nothing.before == nil)
    }

    @Test func whatIsWrittenLater_isFoundBehindTheCursor_alsoAfterRotation() throws {
        try folder.write(line(0, 1, "one"), to: "a.log")
        let first = run(LogQuery(), "a").page
        #expect(messages(first) == ["one"])
        var after = try bookmark(first.after)
        #expect(run(LogQuery(entry: .after(after)), "a").page.lines.isEmpty)
        try folder.write(line(0, 1, "one") + line(0, 2, "two"), to: "a.log.1")
        try folder.write(line(0, 3, "three") + "2026-11-22T16:00:04.000Z unfini", to: "a.log")
        let second = run(LogQuery(entry: .after(after)), "a").page
        #expect(messages(second) == ["two", "three"])
        after = try bookmark(second.after)
        try folder.write(line(0, 3, "three") + line(0, 4, "unfinished"), to: "a.log")
        #expect(messages(run(LogQuery(entry: .after(after)), "a").page) == ["unfinished"])
    }

    @Test func anUnfinishedLine_isShownAsTheNewest_andComesAgainWhenItIsWhole() throws {
        try folder.write(line(0, 1, "one") + "2026-11-22T16:00:02.000Z tw", to: "a.log")
        let page = run(LogQuery(), "a").page
        #expect(messages(page) == ["one", "tw"])
        try folder.write(line(0, 1, "one") + line(0, 2, "two"), to: "a.log")
        let next = run(LogQuery(entry: .after(try bookmark(page.after))), "a").page
        #expect(messages(next) == ["two"])
        #expect(next.lines.first?.cursor == page.lines.last?.cursor)
    }

    @Test func aPlaceThatIsGone_isTold() throws {
        try folder.write(line(0, 1, "one") + line(0, 2, "two"), to: "a.log")
        let after = try bookmark(run(LogQuery(), "a").page.after)
        try folder.write(line(9, 1, "new"), to: "a.log")
        let result = run(LogQuery(entry: .after(after)), "a")
        #expect(messages(result.page) == ["new"])
        #expect(result.lost == [daemon("a")])
    }

    @Test func aBeginningThatIsTheSame_doesNotHideThatAFileWasCut() throws {
        let head = line(0, 0, "the same banner")
        try folder.write(head + line(0, 1, "one") + line(0, 2, "two"), to: "a.log")
        let after = try bookmark(run(LogQuery(), "a").page.after)
        try folder.write(head, to: "a.log")
        let result = run(LogQuery(entry: .after(after)), "a")
        #expect(messages(result.page) == ["the same banner"])
        #expect(result.lost == [daemon("a")])
    }

    @Test func aFileThatIsWrittenAnewBeyondItsPlace_isTold() throws {
        let head = String(repeating: line(0, 0, "the same banner"), count: 8)
        try folder.write(head + line(0, 1, "one"), to: "a.log")
        let after = try bookmark(run(LogQuery(), "a").page.after)
        try folder.write(head + line(0, 9, "not the one") + line(0, 10, "new"), to: "a.log")
        let result = run(LogQuery(entry: .after(after)), "a")
        #expect(result.lost == [daemon("a")])
        #expect(result.page.lines.count == 10)
        // A copy of what was there before has the place still.
        try folder.write(head + line(0, 1, "one") + line(0, 2, "two"), to: "a.log.1")
        let found = run(LogQuery(limit: 1, entry: .after(after)), "a")
        #expect(found.lost.isEmpty)
        #expect(messages(found.page) == ["two"])
    }

    @Test func filters_countAStackTraceToItsError() throws {
        try folder.write(
            line(0, 1, "INFO fine") + line(0, 2, "ERROR broken") + "    at load (x)\n" + line(0, 3, "WARN hot")
                + line(0, 4, "nothing said"),
            to: "a.log"
        )
        var query = LogQuery()
        query.level = .error
        #expect(run(query, "a").page.lines.map(\.message).map { String($0.suffix(6)) } == ["broken", "ad (x)"])
        query.level = .warning
        #expect(run(query, "a").page.lines.count == 3)
        query.level = .info
        #expect(run(query, "a").page.lines.count == 5)
        query = LogQuery()
        query.text = SearchText("BROKEN")
        #expect(messages(run(query, "a").page) == ["ERROR broken"])
        query = LogQuery()
        query.regex = try LinearRegex("(INFO|WARN) [a-z]+$")
        #expect(messages(run(query, "a").page) == ["INFO fine", "WARN hot"])
    }

    @Test func context_isShownAroundMatches_alsoBeyondTheLimit() throws {
        try folder.write((0..<20).map { line(0, $0, "n\($0)") }.joined(), to: "a.log")
        var query = LogQuery(limit: 1)
        query.context = 2
        query.text = SearchText("n10")
        for entry in [LogQuery.Entry.newest, .oldest] {
            query.entry = entry
            let page = run(query, "a").page
            #expect(messages(page) == ["n8", "n9", "n10", "n11", "n12"])
            #expect(page.lines.map { $0.isContext ?? false } == [true, true, false, true, true])
        }
    }

    @Test func times_boundTheSearch() throws {
        try folder.write((0..<60).map { line($0, 0, "a\($0)") }.joined(), to: "a.log")
        try folder.write((0..<60).map { line($0, 30, "b\($0)") }.joined(), to: "b.log")
        var query = LogQuery()
        query.since = Timestamp(rfc3339: "2026-11-22T16:10:00.000Z")
        query.until = Timestamp(rfc3339: "2026-11-22T16:12:00.000Z")
        for entry in [LogQuery.Entry.newest, .oldest] {
            query.entry = entry
            let page = run(query, "a", "b").page
            #expect(messages(page) == ["a10", "b10", "a11", "b11"])
        }
    }

    @Test func aLine_isAPlaceToGoOnFrom() throws {
        try folder.write((0..<60).map { line($0, 0, "a\($0)") }.joined(), to: "a.log")
        try folder.write((0..<60).map { line($0, 30, "b\($0)") }.joined(), to: "b.log")
        var query = LogQuery()
        query.text = SearchText("a30")
        let found = try #require(run(query, "a", "b").page.lines.first { $0.message.hasSuffix("a30") })
        let cursor = try bookmark(found.cursor)
        #expect(messages(run(LogQuery(limit: 3, entry: .after(cursor)), "a", "b").page) == ["b30", "a31", "b31"])
        #expect(messages(run(LogQuery(limit: 3, entry: .before(cursor)), "a", "b").page) == ["b28", "a29", "b29"])
    }

    @Test func reachingABound_isSaid_andTheCursorGoesOn() throws {
        try folder.write((0..<3000).map { line($0 % 60, $0 % 60, "n\($0)") }.joined(), to: "a.log")
        var query = LogQuery(entry: .oldest)
        query.text = SearchText("n2999")
        var rounds = 0
        while true {
            let page = run(query, "a", bytes: 20_000).page
            rounds += 1
            guard let partial = page.partial else {
                #expect(messages(page) == ["n2999"])
                break
            }
            #expect(partial.reason == .bytes)
            query.entry = .after(try bookmark(page.after))
            guard page.lines.isEmpty, rounds < 100 else { break }
        }
        #expect(rounds > 2)
        #expect(rounds < 100)
    }

    @Test func incarnations_keepTheirNumbersWhenOlderFilesGo() throws {
        try folder.write(line(0, 1, "one"), to: "a.log.1")
        try folder.write(line(0, 2, "two"), to: "a.log")
        var incarnations = LogIncarnations()
        func generations() -> [Int] {
            let budget = SearchBudget { MonotonicTime(nanoseconds: 0) }
            return LogSearch.run(LogQuery(), in: [daemon("a")], incarnations: &incarnations, budget: budget, now: now)
                .page.lines.map(\.generation)
        }
        #expect(generations() == [1, 2])
        try folder.remove("a.log.1")
        #expect(generations() == [2])
        try folder.rename("a.log", to: "a.log.1")
        try folder.write(line(0, 3, "three"), to: "a.log")
        #expect(generations() == [2, 3])
    }

    @Test func aLogWithoutTimes_isAmongTheNewestWhenItWasJustWritten() throws {
        try folder.write("plain one\nplain two\n", to: "plain.log")
        try folder.write((0..<30).map { line(0, $0, "old\($0)") }.joined(), to: "a.log")
        let page = run(LogQuery(limit: 2), "plain", "a").page
        #expect(page.lines.map(\.message) == ["plain one", "plain two"])
        #expect(page.lines.allSatisfy { $0.timestamp == nil })
    }

    @Test func nothingIsWrittenYet_isNoError() {
        let page = run(LogQuery(), "nobody").page
        #expect(page.lines.isEmpty)
        #expect(page.notices.isEmpty)
        #expect(page.before == nil)
    }

    /// Whatever is asked for, in whichever pages, in either direction: every line once.
    @Test(arguments: 0..<12) func pages_holdEveryLineOnce(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        var expected: [String] = []
        for name in ["a", "b", "c"] {
            var second = Int.random(in: 0..<60, using: &random)
            for file in ["\(name).log.2", "\(name).log.1", "\(name).log"] {
                var text = ""
                for _ in 0..<Int.random(in: 0..<40, using: &random) {
                    second += Int.random(in: 0...20, using: &random)
                    let jitter = Int.random(in: 0..<4, using: &random) == 0 ? -3 : 0
                    let moment = max(0, second + jitter)
                    let message = "\(name)\(expected.count)"
                    expected.append(message)
                    text += line(moment / 60 % 60, moment % 60, message)
                }
                try folder.write(text, to: file)
            }
        }
        let limit = Int.random(in: 1...17, using: &random)
        var back: [String] = []
        var entry = LogQuery.Entry.newest
        while true {
            let page = run(LogQuery(limit: limit, entry: entry), "a", "b", "c").page
            back = messages(page) + back
            guard let before = page.before, back.count <= expected.count else { break }
            entry = .before(try bookmark(before))
        }
        var forward: [String] = []
        entry = .oldest
        while true {
            let page = run(LogQuery(limit: limit, entry: entry), "a", "b", "c").page
            forward += messages(page)
            guard !page.lines.isEmpty, forward.count <= expected.count else { break }
            entry = .after(try bookmark(page.after))
        }
        #expect(back.sorted() == expected.sorted())
        #expect(forward.sorted() == expected.sorted())
    }
}

struct LogBookmarkTests {
    private func sample() -> LogBookmark {
        let place = LogBookmark.Place(
            log: 0xDEAD_BEEF,
            headLength: 256,
            headHash: 7,
            file: 65_535,
            offset: 1 << 40,
            trail: LogBookmark.Trail(length: 32, hash: .max)
        )
        let other = LogBookmark.Place(log: 1, headLength: 0, headHash: 0, file: 0, offset: 0)
        return LogBookmark(.page(time: -5), [place, other])
    }

    @Test func bookmarks_areReadAsTheyWereWritten() {
        #expect(LogBookmark(sample().text) == sample())
        let line = LogBookmark(.line(time: 1_795_363_441_123), [sample().places[0]])
        #expect(LogBookmark(line.text) == line)
        let timeless = LogBookmark(.line(time: nil), [sample().places[1]])
        #expect(LogBookmark(timeless.text) == timeless)
        #expect(sample().text.utf8.allSatisfy { $0 > 0x2C && $0 < 0x7B && $0 != 0x2F })
    }

    @Test func bookmarksOfTheFirstVersion_areRead() {
        // Written before places knew what stands before them.
        let text = "AQDoAwAAAAAAAAEEAwIBGAgHBgUCAYAIYTHonQ"
        let place = LogBookmark.Place(log: 0x0102_0304, headLength: 24, headHash: 0x0506_0708, file: 258, offset: 1024)
        #expect(LogBookmark(text) == LogBookmark(.page(time: 1000), [place]))
    }

    @Test func alteredTexts_areNoBookmarks() {
        let text = Array(sample().text)
        for index in text.indices {
            var altered = text
            altered[index] = altered[index] == "A" ? "B" : "A"
            #expect(LogBookmark(String(altered)) == nil)
            #expect(LogBookmark(String(text[..<index])) == nil)
        }
        #expect(LogBookmark("") == nil)
        #expect(LogBookmark("ä") == nil)
        #expect(LogBookmark(String(repeating: "A", count: 100_000)) == nil)
    }
}
