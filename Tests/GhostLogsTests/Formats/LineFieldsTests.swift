import GhostModel
import Testing

@testable import GhostLogs

/// The named values of a line, in their order.
struct LineFieldsTests {
    @Test(arguments: [
        (
            "<165>1 2026-11-22T16:04:01Z h app 12 ID [a@1 b=\"x\" c=\"]\"][d e=\"\\\"\"] t",
            "host=h program=app pid=12 msgid=ID a@1.b=x a@1.c=] d.e=\""
        ),
        ("Nov 22 16:04:01 h sshd(pam)[12]: t", "host=h program=sshd(pam) pid=12"),
        ("Nov 22 16:04:01 h text", "host=h"),
        (
            #"1.2.3.4 - bob [22/Nov/2026:16:04:01 +0100] "GET /a?b=c HTTP/1.1" 200 12 "r" "agent x""#,
            "client=1.2.3.4 user=bob method=GET path=/a?b=c protocol=HTTP/1.1 status=200 size=12 referer=r agent=agent x"
        ),
        (
            #"{"a":1,"level":"info","b":{"c":[1,"}"]},"d":"x\ty","msg":"m","e":null}"#,
            "a=1 b={\"c\":[1,\"}\"]} d=x\ty e=null"
        ),
        (#"level=info msg="m" a="b \" c" d=e"#, "a=b \" c d=e"),
        ("11-17 16:13:38.811  1702  2395 D Tag: text", "pid=1702 tid=2395 tag=Tag"),
        ("12:M 22 Nov 2026 16:04:01.123 # low", "pid=12 role=M"),
        ("20171223-22:15:29:606|Step|30|t", "component=Step pid=30"),
        ("E1122 16:04:01.123456 12 a.go:34] no", "source=a.go:34"),
        (#"{"log":"a=1 b=2\n","stream":"stderr","time":"2026-11-22T16:04:01Z"}"#, "stream=stderr a=1 b=2"),
        ("2026-11-22T16:04:01Z stdout F {\"a\":1}", "stream=stdout a=1"),
        ("just text", ""),
    ])
    func fields(line: String, expected: String) {
        var parser = LineParser(latest: readingInstant)
        let bytes = Array(line.utf8)
        let fields = parser.fields(of: parser.parse(bytes.span), in: bytes.span)
        #expect(fields.map { "\($0.name)=\($0.value)" }.joined(separator: " ") == expected)
    }

    @Test(arguments: [
        ("INFO", LogLevel.info), ("notice", .info), ("Warn", .warning), ("SEVERE", .error), ("failure", .error),
        ("Crit", .fatal), ("ALERT", .fatal), ("emerg", .fatal), ("EMERGENCY", .fatal), ("panic", .fatal),
        ("verbose", .trace), ("FINE", .debug), ("FINEST", .trace), ("30", .info), ("60", .fatal), ("3", .error),
        ("7", .debug), ("W", .warning), ("INFO+2", .info), ("Information", .info), ("critical", .fatal),
    ])
    func levelValues(text: String, level: LogLevel) {
        // Alone, and with text behind it: the word is loaded differently.
        for line in [text, text + " and more text"] {
            let bytes = Array(line.utf8)
            #expect(bytes.span.levelValue(0..<text.utf8.count) == level)
        }
    }

    @Test(arguments: ["", "x", "informed", "errors", "9", "70", "INFO ", "\u{6F}\u{12}", "warn\u{FF}"])
    func otherValues_areNoLevels(text: String) {
        let bytes = Array(text.utf8)
        #expect(bytes.span.levelValue(0..<bytes.count) == nil)
    }

    @Test(
        arguments: [
            (1_795_363_441_123_000_000, 60, "2026-11-22T16:04:01.123+01:00"),
            (0, 0, "1970-01-01T00:00:00Z"),
            (-1, nil, "1969-12-31T23:59:59.999999999"),
            (951_782_400_000_000_000, -210, "2000-02-29T00:00:00-03:30"),
        ] as [(Int64, Int?, String)]
    )
    func times_areWrittenAsRFC3339(nanoseconds: Int64, offset: Int?, text: String) {
        #expect(LineTime(nanoseconds: nanoseconds, offset: offset).text == text)
    }

    @Test(arguments: [
        ("2026-01-01T00:30:00Z", "Dec 31 23:59:59 h a[1]: x", "2025-12-31T23:59:59"),
        ("2026-01-01T00:30:00Z", "Jan  1 00:10:00 h a[1]: x", "2026-01-01T00:10:00"),
        ("2026-12-31T23:59:00Z", "Jan  1 00:00:10 h a[1]: x", "2027-01-01T00:00:10"),
        ("2024-02-29T10:00:00Z", "Feb 29 09:00:00 h a[1]: x", "2024-02-29T09:00:00"),
        ("2024-02-27T10:00:00Z", "Feb 29 09:00:00 h a[1]: x", "2020-02-29T09:00:00"),
        ("1904-02-01T10:00:00Z", "Feb 29 09:00:00 h a[1]: x", "1896-02-29T09:00:00"),
    ])
    func yearlessTimes_areOfTheLatestYearThatIsNotInTheFuture(latest: String, line: String, expected: String) throws {
        let sample = LineSample(line, .syslog, expected, nil, "x")
        #expect(sample.read(by: LineParser(latest: try #require(Timestamp(rfc3339: latest)))) == sample)
    }
}
