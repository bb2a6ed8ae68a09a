import GhostModel
import HTTPTypes
import NIOCore
import Synchronization
import Testing

@testable import GhostServer

struct LogRoutesTests {
    private func router(_ library: ScriptedLibrary) -> TestRouter {
        var router = TestRouter()
        router.library = library
        return router
    }

    @Test func aQuery_isReadWhole() async throws {
        let library = ScriptedLibrary(lines: [ScriptedLibrary.line("hello")])
        let path =
            "/api/v1/logs?daemon=api,db&daemon=web&component=sentinel&level=warning&since=10m&until=2026-11-22T16:00:00Z"
            + "&text=a%20b&regex=%5Ea&limit=7&context=2&before=XYZ"
        let answer = try await router(library).get(path)
        #expect(answer.status == 200)
        let body = try answer.decoded(as: LogPageBody.self)
        #expect(body.lines.map(\.message) == ["hello"])
        #expect(body.after == "newer")
        let asked = try #require(library.asked.withLock { $0.first })
        #expect(asked.daemons == ["api", "db", "web"])
        #expect(asked.components == ["sentinel"])
        #expect(asked.level == .warning)
        #expect(asked.since == TestRouter.now.advanced(by: .seconds(-600)))
        #expect(asked.until == Timestamp(rfc3339: "2026-11-22T16:00:00Z"))
        #expect(asked.text == "a b")
        #expect(asked.regex == "^a")
        #expect(asked.limit == 7)
        #expect(asked.context == 2)
        #expect(asked.entry == .before("XYZ"))
    }

    @Test(arguments: [
        ("", LogRequest.Entry.newest), ("?before=end", .newest), ("?after=start", .oldest), ("?after=a", .after("a")),
    ])
    func theEntry_isWhereCursorsSay(query: String, entry: LogRequest.Entry) async throws {
        let library = ScriptedLibrary()
        _ = try await router(library).get("/api/v1/logs" + query)
        #expect(library.asked.withLock { $0.first?.entry } == entry)
    }

    @Test(arguments: [
        ("limit=0", "limit is a whole number from 1 to 5000."),
        ("limit=many", "limit is a whole number from 1 to 5000."),
        ("context=51", "context is a whole number from 0 to 50."),
        ("level=loud", "level is one of trace, debug, info, warning, error, fatal."),
        ("since=yesterday", "since is a time such as 2026-11-22T16:00:00Z, or how long ago, such as 10m."),
        ("before=a&after=b", "Give before or after, not both."),
        (
            "leve=error",
            "There is no parameter \"leve\"; there are daemon, component, level, since, until, text, regex, limit, context, before, after."
        ),
    ])
    func whatIsNotUnderstood_isToldInOneSentence(query: String, detail: String) async throws {
        let library = ScriptedLibrary()
        let answer = try await router(library).get("/api/v1/logs?" + query)
        #expect(answer.status == 400)
        #expect(answer.headers[.contentType] == "application/problem+json")
        #expect(try answer.decoded(as: ProblemDetails.self).detail == detail)
        #expect(library.asked.withLock { $0.isEmpty })
    }

    @Test(arguments: [
        (LogRefusal.unknownDaemon("apy", nearest: "api"), 404, "There is no daemon \"apy\"; did you mean \"api\"?"),
        (.unknownComponent("sent", nearest: nil), 404, "There is no component \"sent\"."),
        (.badExpression(reason: "a group is not closed"), 400, "regex cannot be used: a group is not closed"),
        (.badCursor, 400, "A cursor is what an answer of this server gave as before, after or cursor of a line."),
        (.busy, 503, "Too many searches are underway; ask again."),
    ])
    func refusals_areProblems(refusal: LogRefusal, status: Int, detail: String) async throws {
        for path in ["/api/v1/logs", "/api/v1/logs/stream"] {
            let answer = try await router(ScriptedLibrary(refusal: refusal)).get(path)
            #expect(answer.status == status)
            #expect(try answer.decoded(as: ProblemDetails.self).detail == detail)
        }
    }

    @Test func theStream_sendsLinesGapsAndPings() async throws {
        let steps: [LogStep] = [
            .lines([ScriptedLibrary.line("one\ntwo")], cursor: "C1"),
            .gap(LogGapBody(lines: nil, reason: "rotated away")),
            .quiet,
        ]
        let library = ScriptedLibrary(steps: steps)
        var headers: HTTPFields = [:]
        headers[try #require(HTTPField.Name("Last-Event-ID"))] = "C0"
        let answer = try await router(library).get("/api/v1/logs/stream?level=error", headers: headers)
        #expect(answer.status == 200)
        #expect(answer.headers[.contentType] == "text/event-stream; charset=utf-8")
        #expect(answer.headers[.cacheControl] == "no-cache, no-transform")
        #expect(answer.headers[try #require(HTTPField.Name("X-Accel-Buffering"))] == "no")
        #expect(library.cursors.withLock { $0 } == ["C0"])
        let events = answer.text.components(separatedBy: "\n\n")
        #expect(events[0] == "retry: 1000")
        #expect(events[1].hasPrefix("event: lines\nid: C1\ndata: {\"lines\":[{"))
        #expect(events[1].contains(#"one\ntwo"#))
        #expect(events[2] == "event: gap\ndata: {\"lines\":null,\"reason\":\"rotated away\"}")
        #expect(events[3] == ": ping")
    }

    @Test func theComponentStream_beginsWithTheLastLinesAndGoesOn() async throws {
        let line = "[2026-11-22T16:00:00.000Z] ❌ api restart attempt 1"
        let steps: [LogStep] = [
            .lines([ScriptedLibrary.line(line + "2", daemon: nil, component: "watchdog")], cursor: "C")
        ]
        let library = ScriptedLibrary(
            lines: [ScriptedLibrary.line(line, daemon: nil, component: "watchdog")],
            steps: steps
        )
        let answer = try await router(library).get("/api/logs/stream?type=watchdog&lines=1")
        let events = answer.text.components(separatedBy: "\n\n")
        #expect(events[1].hasPrefix("data: {\"lastUpdate\":"))
        #expect(events[1].contains("attempt 1\",\"timestamp\":\"2026-11-22T16:00:00.000Z\",\"type\":\"watchdog\""))
        #expect(events[2].contains("attempt 12"))
        let bad = try await router(library).get("/api/logs/stream?type=nothing")
        #expect(bad.status == 400)
        #expect(try bad.decoded(as: ErrorBody.self).error == "Unknown log type: nothing")
    }

    @Test func recentLogs_speakTheWordsOfTheHooks() async throws {
        let library = ScriptedLibrary(lines: [
            ScriptedLibrary.line("a", level: .fatal), ScriptedLibrary.line("b"),
            ScriptedLibrary.line("c", level: .trace),
        ])
        let answer = try await router(library).get("/api/recent-logs?daemon=ghostWatchdogLoop")
        let entries = try answer.decoded(as: [RecentLogEntry].self)
        #expect(entries.map(\.level) == ["error", "info", "debug"])
        #expect(entries.allSatisfy { $0.daemon == "api" && $0.timestamp == TestRouter.now })
        #expect(library.asked.withLock { $0.first?.components } == ["watchdog"])
        let nobody = ScriptedLibrary(refusal: .unknownDaemon("x", nearest: nil))
        #expect(try await router(nobody).get("/api/recent-logs?daemon=x").text == "[]\n")
    }

    @Test func daemonStatus_isBare() async throws {
        let answer = try await TestRouter().get("/api/daemon-status")
        #expect(answer.text.hasPrefix(#"{"daemons":[{"#))
        #expect(answer.text.contains(#""totalCount":5"#))
    }

    @Test func seats_areBounded() {
        let seats = StreamSeats()
        for _ in 0..<StreamSeats.mostOfOneAddress { #expect(seats.take(for: "10.0.0.1", isNear: false)) }
        #expect(!seats.take(for: "10.0.0.1", isNear: false))
        while seats.count < StreamSeats.most { #expect(seats.take(for: "127.0.0.1", isNear: true)) }
        #expect(!seats.take(for: "127.0.0.1", isNear: true))
        seats.leave("10.0.0.1")
        #expect(seats.take(for: "10.0.0.2", isNear: false))
        #expect(!seats.take(for: "10.0.0.2", isNear: false))
    }
}

extension String {
    fileprivate func components(separatedBy separator: String) -> [String] {
        var parts = [""]
        var rest = self[...]
        while !rest.isEmpty {
            if rest.hasPrefix(separator) {
                parts.append("")
                rest = rest.dropFirst(separator.count)
            } else {
                parts[parts.count - 1].append(rest.removeFirst())
            }
        }
        return parts
    }
}
