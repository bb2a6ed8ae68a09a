import GhostModel
import GhostTestSupport
import Testing

@testable import GhostClient

struct LogLinesTests {
    static func line(_ message: String) -> LogLineBody {
        LogLineBody(
            cursor: "line-\(message)",
            file: "api.log",
            generation: 1,
            offset: 0,
            timestamp: nil,
            level: nil,
            daemon: "api",
            component: nil,
            message: message
        )
    }

    static func page(_ messages: String..., after: String, gap: String? = nil) throws -> ScriptedServer.Page {
        try .json(
            LogPageBody(
                lines: messages.map(line),
                before: nil,
                after: after,
                partial: nil,
                notices: [],
                gap: gap.map { LogGapBody(lines: nil, reason: $0) }
            )
        )
    }

    /// An event of the stream as the server writes it.
    static func event(_ messages: String..., id: String) throws -> [UInt8] {
        let json = try JSONText.encode(LogLinesEvent(lines: messages.map(line)))
        return Array("event: lines\nid: \(id)\ndata: ".utf8) + json + Array("\n".utf8)
    }

    private struct Seen {
        var updates: [LogUpdate] = []
        var error: GhostClientError?

        var messages: [String] {
            updates.flatMap { update -> [String] in
                guard case .lines(let lines, _) = update else { return [] }
                return lines.map(\.message)
            }
        }
        var gaps: [String] {
            updates.compactMap { update in if case .gap(let gap) = update { gap.reason } else { nil } }
        }
        var reasons: [GhostClientError.Code] {
            updates.compactMap { update in
                if case .connection(_, let error?) = update { error.code } else { nil }
            }
        }
    }

    /// Follows until the script is over, or the sequence ends.
    private static func follow(
        _ server: ScriptedServer,
        _ filter: LogFilter = LogFilter(),
        after cursor: String? = nil,
        options: FollowOptions = FollowOptions(randomness: SeededRandom(seed: 1))
    ) async -> Seen {
        let lines = LogLines(source: server, time: server, filter: filter, cursor: cursor, options: options)
        return await Task {
            var seen = Seen()
            do throws(GhostClientError) {
                for try await update in lines { seen.updates.append(update) }
            } catch {
                seen.error = error
            }
            return seen
        }.value
    }

    static func connection(_ sent: [[UInt8]], _ end: Scenario.Connection.End) -> Scenario.Connection {
        Scenario.Connection(send: sent.map { .bytes($0) }, then: end)
    }

    @Test func aBreakInsideACharacter_losesNothingAndRepeatsNothing() async throws {
        let second = try Self.event("🟢 two", id: "c2")
        let inside = try #require(second.firstIndex(of: 0xF0)) + 2
        let server = ScriptedServer([
            Self.connection([try Self.event("one", id: "c1"), Array(second[..<inside])], .break),
            Self.connection([second, try Self.event("three", "four", id: "c3")], .stay),
        ])
        let seen = await Self.follow(server, after: "c0")
        #expect(seen.messages == ["one", "🟢 two", "three", "four"])
        #expect(server.lastEventIDs == ["c0", "c1"])
        #expect(seen.error == nil)
    }

    @Test func anyCut_givesTheSameLines() async throws {
        let bytes = try Self.event("🟢 é", id: "c1") + Array(": ping\n\n".utf8) + Self.event("two", id: "c2")
        for size in [1, 2, 3, 7, bytes.count] {
            let pieces = stride(from: 0, to: bytes.count, by: size).map {
                Array(bytes[$0..<min(bytes.count, $0 + size)])
            }
            let seen = await Self.follow(ScriptedServer([Self.connection(pieces, .stay)]), after: "c0")
            #expect(seen.messages == ["🟢 é", "two"])
        }
    }

    @Test func withoutAPlace_theEndIsLookedUp_soThatAnEarlyBreakLosesNothing() async throws {
        let server = ScriptedServer(
            [Self.connection([], .break), Self.connection([try Self.event("one", id: "c1")], .stay)],
            pages: [try Self.page("old", after: "end")]
        )
        let seen = await Self.follow(server, LogFilter(daemons: ["api"], level: .error, regex: "a b&c"))
        #expect(seen.messages == ["one"])
        #expect(server.lastEventIDs == ["end", "end"])
        #expect(
            server.paths.prefix(2) == [
                "/api/v1/logs?daemon=api&limit=1",
                "/api/v1/logs/stream?daemon=api&level=error&regex=a%20b%26c",
            ]
        )
    }

    @Test func since_isAPlaceOfItsOwn() async throws {
        let server = ScriptedServer([Self.connection([try Self.event("one", id: "c1")], .stay)])
        _ = await Self.follow(server, LogFilter(components: ["watchdog"], since: Sample.time, text: "é"))
        #expect(
            server.paths.first
                == "/api/v1/logs/stream?component=watchdog&since=2026-11-18T11%3A06%3A40.000Z&text=%C3%A9"
        )
        #expect(server.lastEventIDs.first == .some(nil))
    }

    @Test func aGap_isToldAmongTheLines() async throws {
        let gap = Array("event: gap\ndata: {\"lines\":null,\"reason\":\"it is gone\"}\n\n".utf8)
        let server = ScriptedServer([Self.connection([gap, try Self.event("new", id: "c9")], .stay)])
        let seen = await Self.follow(server, after: "c0")
        #expect(seen.gaps == ["it is gone"])
        #expect(
            seen.updates.suffix(2) == [
                .gap(LogGapBody(lines: nil, reason: "it is gone")), .lines([Self.line("new")], cursor: "c9"),
            ]
        )
    }

    @Test func whatWasTold_isNotToldAgain_byAServerThatRepeatsIt() async throws {
        let server = ScriptedServer([
            Self.connection([try Self.event("one", id: "c1")], .end),
            Self.connection([try Self.event("one", id: "c1"), try Self.event("two", id: "c2")], .stay),
        ])
        #expect(await Self.follow(server, after: "c0").messages == ["one", "two"])
    }

    @Test(arguments: ["event: lines\nid: c7\ndata: {\"lines\":7}\n\n", "event: gap\ndata: nonsense\n\n"])
    func garbage_endsTheConnection_andIsNotGoneOnFrom(text: String) async throws {
        let server = ScriptedServer([
            Self.connection([try Self.event("one", id: "c1"), Array(text.utf8)], .stay),
            Self.connection([try Self.event("two", id: "c2")], .stay),
        ])
        let seen = await Self.follow(server, after: "c0")
        #expect(seen.messages == ["one", "two"])
        #expect(seen.reasons.first == .unreadableAnswer)
        #expect(server.lastEventIDs == ["c0", "c1"])
    }

    @Test func eventsOfLaterVersions_areNoTrouble() async throws {
        let other = Array("event: weather\nid: x\ndata: sunny\n\n: a comment\n\n".utf8)
        let server = ScriptedServer([Self.connection([other, try Self.event("one", id: "c1")], .stay)])
        #expect(await Self.follow(server, after: "c0").messages == ["one"])
    }

    @Test(arguments: [400, 401, 403, 422]) func aRefusal_ends(status: Int) async {
        let server = ScriptedServer([Scenario.Connection(status: status), Self.connection([], .stay)])
        let seen = await Self.follow(server, after: "c0")
        #expect(seen.error?.code == .refused(status: status))
        #expect(server.lastEventIDs.count == 1)
    }

    @Test func aDaemonThatNobodyKnows_ends_thoughAMissingStreamLooksAlike() async {
        let refusal = ScriptedServer.failure(.refused(status: 404))
        let server = ScriptedServer([Scenario.Connection(status: 404)], pages: [.refusal(refusal)])
        let seen = await Self.follow(server, LogFilter(daemons: ["nobody"]), after: "c0")
        #expect(seen.error?.code == .refused(status: 404))
    }

    @Test(arguments: [500, 503, 429, 408]) func aServerInTrouble_isTriedAgain_withGrowingJitter(
        status: Int
    ) async throws {
        var connections = (0..<8).map { _ in Scenario.Connection(status: status) }
        connections.append(Self.connection([try Self.event("one", id: "c1")], .stay))
        let server = ScriptedServer(connections)
        let seen = await Self.follow(server, after: "c0")
        #expect(seen.messages == ["one"])
        let delays = server.delays.filter { $0 > .zero }
        #expect(delays.count >= 8)
        for (attempt, delay) in delays.prefix(8).enumerated() {
            #expect(delay <= RetryPolicy().ceiling(attempt: attempt))
        }
        #expect(Set(delays).count == delays.count)
    }

    @Test func theLookForTheEnd_isTriedAgain_andRefusedForGood() async throws {
        let busy = ScriptedServer.failure(.refused(status: 503), retryAfter: .seconds(7))
        let server = ScriptedServer(
            [Self.connection([try Self.event("one", id: "c1")], .stay)],
            pages: [.refusal(busy), .refusal(ScriptedServer.failure(.notReachable)), try Self.page(after: "end")]
        )
        let seen = await Self.follow(server)
        #expect(seen.messages == ["one"])
        #expect(seen.reasons == [.refused(status: 503), .notReachable])
        #expect(server.delays.contains(.seconds(7)))
        let unknown = ScriptedServer([], pages: [.refusal(ScriptedServer.failure(.refused(status: 404)))])
        #expect(await Self.follow(unknown).error?.code == .refused(status: 404))
    }

    @Test func aSilentStream_isLeft_andGoneOnWith() async throws {
        var silent = Self.connection([try Self.event("one", id: "c1")], .stay)
        silent.send?.append(.wait(36_000))
        let server = ScriptedServer([silent, Self.connection([try Self.event("two", id: "c2")], .stay)])
        let seen = await Self.follow(server, after: "c0")
        #expect(seen.messages == ["one", "two"])
        #expect(seen.reasons.first == .silent)
    }

    @Test func aServerWithoutAStream_isPolled_andAskedForAStreamAgain() async throws {
        let server = ScriptedServer(
            [Scenario.Connection(status: 501), Self.connection([try Self.event("four", id: "c4")], .stay)],
            pages: [
                try Self.page("one", after: "c1"), try Self.page(after: "c1"),
                .refusal(ScriptedServer.failure(.notReachable)),
                try Self.page("two", "three", after: "c3", gap: "it is gone"), .body(Array("nonsense".utf8)),
                try Self.page(after: "c3"), try Self.page(after: "c3"),
            ]
        )
        let options = FollowOptions(pollingInterval: .seconds(60), randomness: SeededRandom(seed: 1))
        let seen = await Self.follow(server, after: "c0", options: options)
        #expect(seen.messages == ["one", "two", "three", "four"])
        #expect(seen.gaps == ["it is gone"])
        #expect(seen.reasons.prefix(2) == [.notReachable, .unreadableAnswer])
        #expect(server.lastEventIDs == ["c0", "c3"])
        let asked = server.paths.filter { $0.hasPrefix("/api/v1/logs?") }
        #expect(asked.first == "/api/v1/logs?after=c0&limit=1000")
        #expect(asked.dropFirst().first == "/api/v1/logs?after=c1&limit=1000")
    }

    @Test func cancelling_endsWithoutAnError() async {
        let server = ScriptedServer([Self.connection([], .stay)])
        let seen = await Self.follow(server, after: "c0")
        #expect(seen.error == nil)
        #expect(seen.updates.first == .connection(.connecting, because: nil))
    }
}

struct LogPageRequestTests {
    private static let requests: [(LogPageRequest, String)] = [
        (LogPageRequest(), "/api/v1/logs?limit=200"),
        (LogPageRequest(place: .oldest, limit: 1), "/api/v1/logs?after=start&limit=1"),
        (LogPageRequest(place: .before("AQ-_"), context: 3), "/api/v1/logs?before=AQ-_&limit=200&context=3"),
        (LogPageRequest(place: .after("x")), "/api/v1/logs?after=x&limit=200"),
        (
            LogPageRequest(
                filter: LogFilter(daemons: ["a", "b"], components: ["x y"], level: .warning),
                until: Sample.time
            ),
            "/api/v1/logs?daemon=a&daemon=b&component=x%20y&level=warning&until=2026-11-18T11%3A06%3A40.000Z&limit=200"
        ),
    ]

    @Test(arguments: requests.indices) func everythingIsInThePath(index: Int) {
        #expect(Self.requests[index].0.path == Self.requests[index].1)
    }
}
