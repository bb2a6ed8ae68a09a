import GhostModel
import GhostTestSupport
import Testing

@testable import GhostLogs

/// One line or more of every form, each for itself: its time, zone, level, form and message.
struct LineFormTests {
    @Test(arguments: syslog + servers + languages + wrappers + structured + platforms + clusters + others)
    func line(sample: LineSample) {
        #expect(sample.read() == sample, "\(sample.read())")
    }

    @Test func everyForm_hasASample() {
        let all =
            Self.syslog + Self.servers + Self.languages + Self.wrappers + Self.structured + Self.platforms
            + Self.clusters + Self.others
        let missing = Set(LineFormat.allCases).subtracting(all.map(\.format))
        // A field of a journal record is tested with its record.
        #expect(missing == [.journalExport])
    }

    @Test func places_areThoseOfAllCases() {
        #expect(LineFormat.allCases.map(\.place) == Array(LineFormat.allCases.indices))
    }

    static let syslog: [LineSample] = [
        LineSample("Nov 22 16:04:01 host sshd[12]: bye", .syslog, "2026-11-22T16:04:01", nil, "bye"),
        LineSample("Nov  2 16:04:01 host cron: tick", .syslog, "2026-11-02T16:04:01", nil, "tick"),
        LineSample("Dec 24 16:04:01 host app[1]: of last year", .syslog, "2025-12-24T16:04:01", nil, "of last year"),
        LineSample("Feb 29 12:00:00 host app[1]: leap", .syslog, "2024-02-29T12:00:00", nil, "leap"),
        LineSample("Nov 23 16:04:01 host app[1]: clocks differ", .syslog, "2026-11-23T16:04:01", nil, "clocks differ"),
        LineSample("<11>Nov 22 16:04:01 host su: no", .syslog, "2026-11-22T16:04:01", .error, "no"),
        LineSample("<165>Nov 22 16:04:01 host text only", .syslog, "2026-11-22T16:04:01", .info, "text only"),
        LineSample("<13>Nov 22 16:04:01 host app[1]: ERROR inside", .syslog, "2026-11-22T16:04:01", .info, "inside"),
        LineSample("<34>su: no time", .syslog, nil, .fatal, "su: no time"),
        LineSample("Nov 22 16:04:01 h app[1]: level=warn msg=\"low\"", .syslog, "2026-11-22T16:04:01", .warning, "low"),
        LineSample(
            "2026-11-22T16:04:01.5+01:00 host app[9]: from rsyslog",
            .syslog,
            "2026-11-22T16:04:01.500+01:00",
            nil,
            "from rsyslog"
        ),
        LineSample(
            "2026-11-22T16:04:01+0100 host app[9]: short-iso",
            .syslog,
            "2026-11-22T16:04:01+01:00",
            nil,
            "short-iso"
        ),
        LineSample(
            "<165>1 2026-11-22T16:04:01.003Z host app 12 ID7 [a@1 b=\"x ] y\"] text",
            .syslog5424,
            "2026-11-22T16:04:01.003Z",
            .info,
            "text"
        ),
        LineSample("<27>1 - - - - - - bare", .syslog5424, nil, .error, "bare"),
        LineSample(
            "1 2026-11-22T16:04:01Z host app - - - no priority",
            .syslog5424,
            "2026-11-22T16:04:01Z",
            nil,
            "no priority"
        ),
        LineSample(
            "Nov 22 16:04:01 mac com.apple.x[1] (com.apple.y[22]): exited",
            .syslog,
            "2026-11-22T16:04:01",
            nil,
            "exited"
        ),
        LineSample(
            "Nov 22 16:04:01 --- last message repeated 2 times ---",
            .syslog,
            "2026-11-22T16:04:01",
            nil,
            "--- last message repeated 2 times ---"
        ),
    ]

    static let servers: [LineSample] = [
        LineSample(
            #"10.0.0.1 - bob [22/Nov/2026:16:04:01 +0100] "GET /a HTTP/1.1" 503 12"#,
            .access,
            "2026-11-22T16:04:01+01:00",
            .error,
            #""GET /a HTTP/1.1" 503 12"#
        ),
        LineSample(
            #"::1 - - [22/Nov/2026:16:04:01 -0330] "GET / HTTP/1.1" 404 - "-" "x""#,
            .access,
            "2026-11-22T16:04:01-03:30",
            .warning,
            #""GET / HTTP/1.1" 404 - "-" "x""#
        ),
        LineSample(
            #"www.example.com - - [22/Nov/2026:16:04:01 +0000] "\x16" 200 5"#,
            .access,
            "2026-11-22T16:04:01Z",
            .info,
            #""\x16" 200 5"#
        ),
        LineSample(
            "2026/11/22 16:04:01 [crit] 12#12: *3 open() failed",
            .nginxError,
            "2026-11-22T16:04:01",
            .fatal,
            "*3 open() failed"
        ),
        LineSample("[Sun Nov 22 16:04:01 2026] [error] no", .apacheError, "2026-11-22T16:04:01", .error, "no"),
        LineSample(
            "[Sun Nov 22 16:04:01.123456 2026] [core:notice] [pid 1:tid 2] AH1: up",
            .apacheError,
            "2026-11-22T16:04:01.123456",
            .info,
            "AH1: up"
        ),
        LineSample(
            "2026-11-22 16:04:01.123 UTC [12] LOG:  ready",
            .postgres,
            "2026-11-22T16:04:01.123Z",
            .info,
            "ready"
        ),
        LineSample(
            "2026-11-22 16:04:01.123 CET [12] u@db FATAL:  no role",
            .postgres,
            "2026-11-22T16:04:01.123",
            .fatal,
            "no role"
        ),
        LineSample(
            "2026-11-22 16:04:01.123 UTC [12] STATEMENT:  SELECT 1",
            .postgres,
            "2026-11-22T16:04:01.123Z",
            nil,
            "SELECT 1"
        ),
        LineSample("12:M 22 Nov 2026 16:04:01.123 # low", .redis, "2026-11-22T16:04:01.123", .warning, "low"),
        LineSample("12:C 22 Nov 16:04:01.123 * up", .redis, "2026-11-22T16:04:01.123", .info, "up"),
        LineSample("12:S 22 Nov 2026 16:04:01.123 - seen", .redis, "2026-11-22T16:04:01.123", .debug, "seen"),
        LineSample(
            "2026-11-22T16:04:01.123456Z 0 [Warning] [MY-1] [Server] old",
            .layout,
            "2026-11-22T16:04:01.123456Z",
            .warning,
            "old"
        ),
    ]

    static let languages: [LineSample] = [
        LineSample(
            "2026-11-22 16:04:01,123 [main] INFO  c.x.Y - up",
            .layout,
            "2026-11-22T16:04:01.123",
            .info,
            "up"
        ),
        LineSample(
            "2026-11-22 16:04:01,123 WARN  [main] c.x.Y - up",
            .layout,
            "2026-11-22T16:04:01.123",
            .warning,
            "up"
        ),
        LineSample(
            "2026-11-22T16:04:01.123+01:00  INFO 12 --- [app] [  main] c.x.Y    : up",
            .layout,
            "2026-11-22T16:04:01.123+01:00",
            .info,
            "up"
        ),
        LineSample(
            "[2026-11-22 16:04:01.123] [net] [warning] slow",
            .layout,
            "2026-11-22T16:04:01.123",
            .warning,
            "slow"
        ),
        LineSample(
            "2026-11-22 16:04:01.123 | ERROR    | __main__:<module>:3 - no",
            .layout,
            "2026-11-22T16:04:01.123",
            .error,
            "no"
        ),
        LineSample("16:04:01.123 [main] DEBUG x.Y - t", .layout, nil, .debug, "t"),
        LineSample(
            "2015-07-29 17:41:44,747 - INFO  [a[b=1]/0:0:x@7] - out",
            .layout,
            "2015-07-29T17:41:44.747",
            .info,
            "out"
        ),
        LineSample("[E 2026-11-22 16:04:01.123 App] no", .layout, "2026-11-22T16:04:01.123", .error, "no"),
        LineSample(
            "2026-11-22 16:04:01,123 - my.app - CRITICAL - no",
            .python,
            "2026-11-22T16:04:01.123",
            .fatal,
            "no"
        ),
        LineSample("[2026-11-22 16:04:01,5: INFO/Main] up", .layout, "2026-11-22T16:04:01.500", .info, "up"),
        LineSample("[16:04:01] [Server thread/WARN]: low", .layout, nil, .warning, "low"),
        LineSample(
            "E, [2026-11-22T16:04:01.123456 #12] ERROR -- app: no",
            .layout,
            "2026-11-22T16:04:01.123456",
            .error,
            "no"
        ),
        LineSample("2026-11-22 16:04:01 7 [Note] up", .layout, "2026-11-22T16:04:01", .info, "up"),
        LineSample("WARNING:root:low", .python, nil, .warning, "low"),
        LineSample("2026/11/22 16:04:01 main.go:7: up", .go, "2026-11-22T16:04:01", nil, "up"),
        LineSample("2026/11/22 16:04:01.123456 up", .go, "2026-11-22T16:04:01.123456", nil, "up"),
        LineSample("2026/11/22 16:04:01 ERROR no a=1", .go, "2026-11-22T16:04:01", .error, "no a=1"),
        LineSample("2026-11-22T16:04:01.123456Z  INFO a::b: up", .rust, "2026-11-22T16:04:01.123456Z", .info, "up"),
        LineSample("[2026-11-22T16:04:01Z WARN  a::b] low", .rust, "2026-11-22T16:04:01Z", .warning, "low"),
        LineSample("Nov 22, 2026 4:04:01 PM c.x.Y run", .javaUtil, "2026-11-22T16:04:01", nil, "c.x.Y run"),
        LineSample("E1122 16:04:01.123456    12 a.go:34] no", .klog, "2026-11-22T16:04:01.123456", .error, "no"),
        LineSample("I20251122 16:04:01.123456 12 a.cc:34] up", .klog, "2025-11-22T16:04:01.123456", .info, "up"),
    ]

    static let wrappers: [LineSample] = [
        LineSample(
            #"{"log":"up\n","stream":"stderr","time":"2026-11-22T16:04:01.000000001Z"}"#,
            .docker,
            "2026-11-22T16:04:01.000000001Z",
            nil,
            "up"
        ),
        LineSample(
            #"{"log":"{\"level\":\"warn\",\"msg\":\"a \\\"b\\\"\"}\n","stream":"stdout","time":"2026-11-22T16:04:01Z"}"#,
            .docker,
            "2026-11-22T16:04:01Z",
            .warning,
            #"a "b""#
        ),
        LineSample(
            #"{"log":"ERROR: \"x\"\r\n","stream":"stdout","time":"2026-11-22T16:04:01Z"}"#,
            .docker,
            "2026-11-22T16:04:01Z",
            .error,
            #""x""#
        ),
        LineSample(
            "2026-11-22T16:04:01.5Z stderr F E1122 16:04:01.123456 1 a.go:3] no",
            .cri,
            "2026-11-22T16:04:01.500Z",
            .error,
            "no"
        ),
        LineSample("2026-11-22T16:04:01.5+01:00 stdout P half", .cri, "2026-11-22T16:04:01.500+01:00", nil, "half"),
    ]

    static let structured: [LineSample] = [
        LineSample(
            #"{"time":"2026-11-22T16:04:01.1Z","level":"INFO","msg":"a\tb\u00e9\ud83d\ude00"}"#,
            .json,
            "2026-11-22T16:04:01.100Z",
            .info,
            "a\tbé😀"
        ),
        LineSample(#"{"level":50,"time":1795363441123,"msg":"no"}"#, .json, "2026-11-22T16:04:01.123Z", .error, "no"),
        LineSample(
            #"{"ts":1795363441.5,"lvl":"w","message":"low"}"#,
            .json,
            "2026-11-22T16:04:01.500Z",
            .warning,
            "low"
        ),
        LineSample(
            #"{"@timestamp":"2026-11-22T16:04:01+01:00","log":{"level":"debug"},"message":"x"}"#,
            .json,
            "2026-11-22T16:04:01+01:00",
            .debug,
            "x"
        ),
        LineSample(
            #"{"severity":"ALERT","eventTime":"2026-11-22T16:04:01Z","event":"e"}"#,
            .json,
            "2026-11-22T16:04:01Z",
            .fatal,
            "e"
        ),
        LineSample(
            #"{"t":{"$date":"2026-11-22T16:04:01.5Z"},"s":"W","c":"NET","msg":"m"}"#,
            .json,
            "2026-11-22T16:04:01.500Z",
            .warning,
            "m"
        ),
        LineSample(
            #"{ "levelname" : "ERROR" , "asctime" : "2026-11-22 16:04:01,5" }"#,
            .json,
            "2026-11-22T16:04:01.500",
            .error,
            #"{ "levelname" : "ERROR" , "asctime" : "2026-11-22 16:04:01,5" }"#
        ),
        LineSample(
            #"{"PRIORITY":"4","__REALTIME_TIMESTAMP":"1795363441123456","MESSAGE":"j"}"#,
            .json,
            "2026-11-22T16:04:01.123456Z",
            .warning,
            "j"
        ),
        LineSample(
            #"time=2026-11-22T16:04:01.5Z level=ERROR msg="no \"way\"" a=1"#,
            .logfmt,
            "2026-11-22T16:04:01.500Z",
            .error,
            #"no "way""#
        ),
        LineSample("lvl=dbug a=1 msg=x", .logfmt, nil, nil, "x"),
        LineSample("a=1 b=two", .logfmt, nil, nil, "a=1 b=two"),
        LineSample("level=DEBUG-4 msg=x", .logfmt, nil, .debug, "x"),
    ]

    static let platforms: [LineSample] = [
        LineSample("11-17 16:13:38.811  1702  2395 D Tag x: text", .logcat, "2026-11-17T16:13:38.811", .debug, "text"),
        LineSample("E/Tag( 12): text", .logcat, nil, .error, "text"),
        LineSample("11-17 16:13:38.811 V/Tag( 12): text", .logcat, "2026-11-17T16:13:38.811", .trace, "text"),
        LineSample("20171223-22:15:29:606|Step_LSC|30002312|a|b", .healthApp, "2017-12-23T22:15:29.606", nil, "a|b"),
        LineSample("20171223-2:5:9:6|S|3|a", .healthApp, "2017-12-23T02:05:09.006", nil, "a"),
        LineSample(
            "2016-09-28 04:30:30, Info                  CBS    Loaded",
            .cbs,
            "2016-09-28T04:30:30",
            .info,
            "Loaded"
        ),
        LineSample("[   12.345678] usb 1-1: new", .kernel, nil, nil, "usb 1-1: new"),
    ]

    static let clusters: [LineSample] = [
        LineSample("081109 203615 148 WARN dfs.A$B: text", .hadoop, "2008-11-09T20:36:15", .warning, "text"),
        LineSample("17/06/09 20:10:40 INFO a.B: text", .spark, "2017-06-09T20:10:40", .info, "text"),
        LineSample(
            "nova-api.log.1.2017-05-16_13:53:08 2017-05-16 00:00:00.008 25746 INFO nova.x.y [req-1 a b] GET",
            .openStack,
            "2017-05-16T00:00:00.008",
            .info,
            "GET"
        ),
        LineSample(
            "- 1117838570 2005.06.03 R02-M1 2005-06-03-15.42.50.363779 R02-M1 RAS KERNEL FAILURE text",
            .supercomputer,
            "2005-06-03T15:42:50.363779-07:00",
            .error,
            "text"
        ),
        LineSample(
            "- 1131566461 2005.11.09 dn228 Nov 9 12:01:01 dn228/dn228 crond[2]: text",
            .supercomputer,
            "2005-11-09T12:01:01-08:00",
            nil,
            "text"
        ),
        LineSample(
            "134681 node-246 unix.hw state.x 1077804742 1 text",
            .supercomputer,
            "2004-02-26T14:12:22Z",
            nil,
            "text"
        ),
    ]

    static let others: [LineSample] = [
        LineSample("[2026-11-22T16:04:01.123Z] ❌ down", .ghost, "2026-11-22T16:04:01.123Z", .error, "down"),
        LineSample("[2026-11-22T16:04:01.123Z] ⚠️ slow", .ghost, "2026-11-22T16:04:01.123Z", .warning, "slow"),
        LineSample("[2026-11-22T16:04:01.123Z] ⚠ slow", .ghost, "2026-11-22T16:04:01.123Z", .warning, "slow"),
        LineSample("[2026-11-22T16:04:01.123Z] text", .ghost, "2026-11-22T16:04:01.123Z", nil, "text"),
        LineSample("1795363441.123 text", .epoch, "2026-11-22T16:04:01.123Z", nil, "text"),
        LineSample("[1795363441] INFO text", .epoch, "2026-11-22T16:04:01Z", .info, "text"),
        LineSample("1795363441123456789 text", .epoch, "2026-11-22T16:04:01.123456789Z", nil, "text"),
        LineSample(
            "2026-11-22 16:04:01 Got ERROR from peer",
            .timed,
            "2026-11-22T16:04:01",
            nil,
            "Got ERROR from peer"
        ),
        LineSample("2026-11-22 16:04:01 error reading x", .timed, "2026-11-22T16:04:01", nil, "error reading x"),
        LineSample("2026-11-22 16:04:01 I am here", .timed, "2026-11-22T16:04:01", nil, "I am here"),
        LineSample("Sun, 22 Nov 2026 16:04:01 GMT hello", .timed, "2026-11-22T16:04:01Z", nil, "hello"),
        LineSample("Sun Nov 22 16:04:01 UTC 2026 hello", .timed, "2026-11-22T16:04:01Z", nil, "hello"),
        LineSample("ERROR: no", .levelled, nil, .error, "no"),
        LineSample("[warn] low", .levelled, nil, .warning, "low"),
        LineSample("💥 bang", .levelled, nil, .error, "bang"),
        LineSample("Errors were found", .plain, nil, nil, "Errors were found"),
        LineSample("an ERROR in a sentence", .plain, nil, nil, "an ERROR in a sentence"),
        LineSample("\tat a.B.c(B.java:1)", .plain, nil, nil, "\tat a.B.c(B.java:1)"),
        LineSample("2026-02-30 16:04:01 no such day", .plain, nil, nil, "2026-02-30 16:04:01 no such day"),
        LineSample("2026-11-22 25:04:01 no such hour", .plain, nil, nil, "2026-11-22 25:04:01 no such hour"),
        LineSample("", .plain, nil, nil, ""),
    ]
}
