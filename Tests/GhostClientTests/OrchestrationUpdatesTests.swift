import GhostModel
import GhostTestSupport
import Testing

@testable import GhostClient

struct OrchestrationUpdatesTests {
    private static func updates(_ server: ScriptedServer, retry: RetryPolicy = RetryPolicy()) -> OrchestrationUpdates {
        let options = FollowOptions(retry: retry, randomness: SeededRandom(seed: 1))
        return OrchestrationUpdates(source: server, time: server, options: options)
    }

    /// Plays a scenario to its end.
    private static func play(
        _ scenario: Scenario
    ) async -> (server: ScriptedServer, updates: [OrchestrationUpdate], GhostClientError?) {
        let server = ScriptedServer(scenario)
        let updates = updates(server)
        let player = Task {
            var seen: [OrchestrationUpdate] = []
            do throws(GhostClientError) {
                for try await update in updates { seen.append(update) }
                return (seen, nil as GhostClientError?)
            } catch {
                return (seen, error)
            }
        }
        let (seen, error) = await player.value
        return (server, seen, error)
    }

    @Test(arguments: try Scenario.all())
    func scenario_endsAsItMust(_ scenario: Scenario) async {
        let (server, seen, error) = await Self.play(scenario)
        var connection = "closed"
        switch seen.last?.connection {
        case .streaming where error == nil: connection = "open"
        case .polling where error == nil: connection = "polling"
        case .waiting where error == nil: connection = "waiting"
        default: break
        }
        var outcome = Scenario.Expectation(
            sequence: seen.last?.state?.sequence,
            connection: connection,
            error: nil,
            gaps: scenario.expect.gaps,
            lastEventIds: server.lastEventIDs
        )
        if scenario.expect.gaps != nil { outcome.gaps = seen.last?.gaps }
        if case .refused? = (error ?? seen.last?.error)?.code { outcome.error = "http" }
        #expect(outcome == scenario.expect)
        #expect(seen.last?.state.map { UInt64($0.executor.completedTasks) } == seen.last?.state?.sequence)
    }

    @Test func scenarios_areThere() throws {
        #expect(try Scenario.all().count >= 12)
    }

    @Test func events_areToldOnce_acrossABreak() async {
        let changes: [[UInt64]] = [[3, 4], [4, 6], [3, 6], [6, 7]]
        let scenario = Self.scenario(
            [
                .state(SentState(snapshot: 3)), .state(SentState(change: changes[0])),
                .state(SentState(change: changes[1])),
            ],
            [.state(SentState(change: changes[2])), .state(SentState(change: changes[3]))]
        )
        let (_, seen, _) = await Self.play(scenario)
        #expect(seen.flatMap(\.events).map(\.sequence) == [4, 6, 7])
    }

    @Test func breakOfAnOpenStream_isNoError_whileAStateIsKnown() async {
        let scenario = Self.scenario([.state(SentState(snapshot: 3))], [.state(SentState(change: [3, 4]))])
        let (_, seen, _) = await Self.play(scenario)
        #expect(seen.allSatisfy { $0.error == nil })
        #expect(seen.last?.state?.sequence == 4)
    }

    @Test func delays_growWithJitter_andStayWithinTheirBounds() async {
        let policy = RetryPolicy(delay: .seconds(1))
        let refusals = (0..<12).map { _ in Scenario.Connection(status: 503) }
        let expectation = Scenario.Expectation(connection: "open", lastEventIds: [])
        let (server, _, _) = await Self.play(Scenario(name: "busy", connections: refusals, expect: expectation))
        #expect(server.delays.count >= 11)
        for (attempt, delay) in server.delays.enumerated() { #expect(delay <= policy.ceiling(attempt: attempt)) }
        #expect(Set(server.delays).count == server.delays.count)
    }

    @Test func stableStream_makesTheNextDelaySmallAgain() async {
        var connections = (0..<6).map { _ in Scenario.Connection(status: 503) }
        connections.append(
            Scenario.Connection(send: [.state(SentState(snapshot: 3)), .wait(11_000), .text(": ping\n\n")], then: .end)
        )
        connections.append(Scenario.Connection(send: [], then: .stay))
        let expectation = Scenario.Expectation(connection: "open", lastEventIds: [])
        let (server, _, _) = await Self.play(Scenario(name: "stable", connections: connections, expect: expectation))
        #expect(server.delays.count == 7)
        #expect((server.delays.last ?? .seconds(99)) <= .seconds(1))
    }

    private static func scenario(_ first: [Scenario.Sent], _ second: [Scenario.Sent]) -> Scenario {
        let connections = [
            Scenario.Connection(send: first, then: .break), Scenario.Connection(send: second, then: .stay),
        ]
        let expectation = Scenario.Expectation(connection: "open", lastEventIds: [])
        return Scenario(name: "two connections", connections: connections, expect: expectation)
    }
}
