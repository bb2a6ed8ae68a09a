import GhostModel
import GhostTestSupport
import Testing

@testable import GhostClient

@MainActor
struct LogModelTests {
    private static func model(_ server: ScriptedServer, lines: Int) -> LogModel {
        let options = FollowOptions(randomness: SeededRandom(seed: 1))
        return LogModel(server, time: server, filter: LogFilter(daemons: ["api"]), lines: lines, options: options)
    }

    private static func follow(_ model: LogModel) async {
        // The script cancels the task that asks for more.
        await Task { await model.follow() }.value
    }

    @Test func theNewestLines_areKept_andAnUnfinishedOneIsReplaced() async throws {
        var unfinished = LogLinesTests.line("unfin")
        unfinished.cursor = "c"
        var whole = LogLinesTests.line("unfinished")
        whole.cursor = "c"
        let page = LogPageBody(
            lines: [LogLinesTests.line("one"), LogLinesTests.line("two"), unfinished],
            before: nil,
            after: "c0",
            partial: nil,
            notices: []
        )
        let json = try JSONText.encode(LogLinesEvent(lines: [whole]))
        let gap = Array("event: gap\ndata: {\"lines\":null,\"reason\":\"gone\"}\n\n".utf8)
        let server = ScriptedServer(
            [
                LogLinesTests.connection([Array("event: lines\nid: c1\ndata: ".utf8) + json + [0x0A], gap], .break),
                LogLinesTests.connection([try LogLinesTests.event("four", "five", id: "c2")], .stay),
            ],
            pages: [try .json(page)]
        )
        let model = Self.model(server, lines: 4)
        await Self.follow(model)
        #expect(model.entries.map(\.line.message) == ["two", "unfinished", "four", "five"])
        #expect(Set(model.entries.map(\.id)).count == 4)
        #expect(model.gaps == 1)
        #expect(model.connection == nil)
        #expect(server.paths.first == "/api/v1/logs?daemon=api&limit=4")
        #expect(server.lastEventIDs == ["c0", "c1"])
    }

    @Test func aRefusal_endsWithItsReason() async {
        let refusal = ScriptedServer.failure(.refused(status: 404))
        let model = Self.model(ScriptedServer([], pages: [.refusal(refusal)]), lines: 4)
        await Self.follow(model)
        #expect(model.error == refusal)
        #expect(model.entries.isEmpty)
    }

    @Test func aServerThatIsAway_isWaitedFor() async throws {
        let server = ScriptedServer(
            [LogLinesTests.connection([try LogLinesTests.event("one", id: "c1")], .stay)],
            pages: [
                .refusal(ScriptedServer.failure(.notReachable)), .refusal(ScriptedServer.failure(.notReachable)),
                try LogLinesTests.page(after: "c0"),
            ]
        )
        let model = Self.model(server, lines: 4)
        await Self.follow(model)
        #expect(model.entries.map(\.line.message) == ["one"])
        #expect(model.error == nil)
    }
}
