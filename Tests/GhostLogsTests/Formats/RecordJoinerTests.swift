import GhostModel
import GhostTestSupport
import Testing

@testable import GhostLogs

/// Which lines become one record.
struct RecordJoinerTests {
    /// What a record came out as.
    struct Joined: Equatable {
        var level: LogLevel?
        var message: String
    }

    @Test func stackTrace_belongsToItsLine() {
        let records = join(
            """
            2026-11-22 16:04:01,123 [main] ERROR c.x.Y - failed
            java.lang.IllegalStateException: bad
            \tat c.x.Y.run(Y.java:1)
            Caused by: java.io.IOException: worse
            \t... 3 more
            2026-11-22 16:04:02,123 [main] INFO  c.x.Y - on
            """
        )
        #expect(records.count == 2)
        #expect(records.first?.level == .error)
        #expect(records.first?.message.hasSuffix("worse\n\t... 3 more") == true)
        #expect(records.last == Joined(level: .info, message: "on"))
    }

    @Test func traceback_endsWithTheFirstLineThatIsNotIndented() {
        let records = join(
            """
            ERROR:app:failed
            Traceback (most recent call last):
              File "a.py", line 1, in <module>
            ValueError: no
            plain text of somebody else
            """
        )
        #expect(records.map(\.level) == [.error, nil])
        #expect(records.last?.message == "plain text of somebody else")
    }

    @Test func goroutineDump_isOneRecord() {
        let records = join(
            """
            panic: runtime error: index out of range

            goroutine 1 [running]:
            main.main()
            \t/x/main.go:7 +0x1d
            exit status 2
            2026/11/22 16:04:02 restarted
            """
        )
        #expect(records.count == 2)
        #expect(records.first?.level == .fatal)
        #expect(records.first?.message.contains("main.main()\n\t/x/main.go:7") == true)
    }

    @Test func postgresDetail_belongsToTheRecord() {
        let records = join(
            """
            2026-11-22 16:04:01.123 UTC [12] ERROR:  duplicate key
            2026-11-22 16:04:01.123 UTC [12] DETAIL:  Key (id)=(1) exists.
            2026-11-22 16:04:01.123 UTC [12] STATEMENT:  INSERT
            \tINTO x
            2026-11-22 16:04:02.123 UTC [12] LOG:  on
            """
        )
        #expect(
            records == [
                Joined(level: .error, message: "duplicate key\nKey (id)=(1) exists.\nINSERT\n\tINTO x"),
                Joined(level: .info, message: "on"),
            ]
        )
    }

    @Test func partsOfARuntimeLine_areJoinedWithoutALineEnd() {
        let records = join(
            """
            2026-11-22T16:04:01Z stdout P first
            2026-11-22T16:04:01Z stdout P  and
            2026-11-22T16:04:01Z stdout F  last
            2026-11-22T16:04:01Z stdout F other
            """
        )
        #expect(records.map(\.message) == ["first and last", "other"])
    }

    @Test func traceInDocker_belongsToItsLine() {
        let end = #"","stream":"stderr","time":"2026-11-22T16:04:01Z"}"#
        let records = join(
            [#"{"log":"ERROR: no\n"# + end, #"{"log":"\tat a.B\n"# + end, #"{"log":"on\n"# + end].joined(
                separator: "\n"
            )
        )
        #expect(records == [Joined(level: .error, message: "no\n\tat a.B"), Joined(level: nil, message: "on")])
    }

    @Test func journalExport_isARecordUpToTheBlankLine() throws {
        var records = RecordAssembler(LineParser(latest: readingInstant))
        var found: [LogRecord] = []
        let text = """
            __CURSOR=s=1
            __REALTIME_TIMESTAMP=1795363441123456
            PRIORITY=3
            SYSLOG_IDENTIFIER=app
            MESSAGE=no

            __CURSOR=s=2
            MESSAGE=yes
            """
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            records.take(Array(line.utf8).span, at: 0) { found.append($0) }
        }
        records.finish { found.append($0) }
        try #require(found.count == 2)
        #expect(found[0].parsed.level == .error)
        #expect(found[0].parsed.time?.text == "2026-11-22T16:04:01.123456Z")
        #expect(found[0].message == Array("no".utf8))
        #expect(
            found[0].fields(LineParser(latest: readingInstant)).contains(.init(name: "SYSLOG_IDENTIFIER", value: "app"))
        )
        #expect(found[1].message == Array("yes".utf8))
    }

    @Test func javaUtilLevel_standsOnTheSecondLine() {
        let records = join("Nov 22, 2026 4:04:01 PM c.x.Y run\nSEVERE: no\nNov 22, 2026 4:04:02 PM c.x.Y run\nINFO: on")
        #expect(records.map(\.level) == [.error, .info])
    }

    @Test func linesOfTheirOwn_areNotJoined() {
        let text = "one\ntwo\n{\"msg\":\"three\"}\n[ERROR] four\n2026-11-22 16:04:01 five"
        #expect(join(text).count == 5)
    }

    @Test func blankLines_areNoRecords_andEndNoTrace() {
        #expect(join("\n\none\n\n\n").map(\.message) == ["one"])
        #expect(join("one\n\n  two").map(\.message) == ["one\n\n  two"])
    }

    @Test func aLongRecord_isCut_andTheRestCounted() {
        var joiner = RecordJoiner()
        var parser = LineParser(latest: readingInstant)
        var omitted = 0
        for index in 0..<RecordJoiner.mostLines + 7 {
            let line = Array((index == 0 ? "head" : "  more").utf8)
            if joiner.place(parser.parse(line.span), line.span) == .omitted { omitted += 1 }
        }
        #expect(omitted == 7)
        #expect(joiner.omittedLines == 7)
        #expect(joiner.omittedBytes == 42)
        let long = [UInt8](repeating: .space, count: RecordJoiner.mostBytes)
        _ = joiner.place(parser.parse(Array("head".utf8).span), Array("head".utf8).span)
        let text = long + [UInt8(ascii: "x")]
        #expect(joiner.place(parser.parse(text.span), text.span) == .omitted)
    }

    private func join(_ text: String) -> [Joined] {
        var records = RecordAssembler(LineParser(latest: readingInstant))
        var joined: [Joined] = []
        func note(_ record: LogRecord) {
            joined.append(Joined(level: record.parsed.level, message: String(decoding: record.message, as: UTF8.self)))
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            records.take(Array(line.utf8).span, at: 0, note)
        }
        records.finish(note)
        return joined
    }
}
