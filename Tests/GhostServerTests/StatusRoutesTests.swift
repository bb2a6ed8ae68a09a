import GhostModel
import Testing

struct StatusRoutesTests {
    @Test func health_saysThatItAnswers() async throws {
        let body = try await TestRouter().get("/api/health").decoded(as: Liveness.self)
        #expect(body == Liveness(timestamp: TestRouter.now, version: "1.2.3"))
    }

    @Test func daemons_areTheComponentsUnderTheirOldNames() async throws {
        var router = TestRouter()
        router.state.lifecycle = LifecycleState(status: .error, lastCheck: TestRouter.now, error: "it failed")
        let answer = try await router.get("/api/status/daemons")
        let data = try answer.decoded(as: Success<DaemonsBody>.self).data
        #expect(
            data.daemons.map(\.name) == [
                "ghostSentinelGuard", "ghostWatchdogLoop", "ghostExecutorUnifier", "ghostSelfCheckCore",
                "ghostLifecycleGovernor",
            ]
        )
        #expect(data.daemons.map(\.running) == [true, true, true, true, false])
        #expect(data.daemons.map(\.error) == [nil, nil, nil, nil, "it failed"])
        #expect(data.daemons.allSatisfy { $0.pid == "4242" })
        #expect(data.overallHealth == "warning")
        #expect(data.runningCount == 4)
        #expect(answer.text.contains(#""error":null"#))
    }

    /// What a client reads of the listing.
    private struct DaemonsBody: Codable, Sendable {
        var daemons: [ComponentDaemon]
        var overallHealth: String
        var runningCount: Int
        var totalCount: Int
    }

    @Test func oneDaemon_answersByName() async throws {
        let router = TestRouter()
        let known = try await router.get("/api/status/daemon/ghostWatchdogLoop")
        #expect(try known.decoded(as: Success<ComponentDaemon>.self).data.name == "ghostWatchdogLoop")
        let unknown = try await router.get("/api/status/daemon/api")
        #expect(unknown.status == 400)
        #expect(try unknown.decoded(as: ErrorBody.self).error == "Unknown daemon: api")
    }

    @Test func logs_areListedOldestFirstWithTheirOwnTimes() async throws {
        var router = TestRouter()
        router.lines[.watchdog] = [
            "[2026-11-22T16:00:00.000Z] ❌ api restart attempt 1 - Command failed", "  at load (x)", "", "[oops] ✅ x",
        ]
        let body = try await router.get("/api/logs?type=watchdog&lines=10").decoded(as: Success<LogListing>.self)
        let entries = try #require(body.data.logs["watchdog"])
        #expect(
            entries.map(\.message) == [
                "[2026-11-22T16:00:00.000Z] ❌ api restart attempt 1 - Command failed", "at load (x)", "[oops] ✅ x",
            ]
        )
        let time = try #require(Timestamp(rfc3339: "2026-11-22T16:00:00.000Z"))
        #expect(entries.map(\.timestamp) == [time, time, time])
    }

    @Test func errors_areNewestFirstOverAllLogs() async throws {
        var router = TestRouter()
        router.lines[.sentinel] = [
            "[2026-11-22T16:00:02.000Z] 🔴 api NOT running", "[2026-11-22T16:00:03.000Z] 🟢 api is running (PID: 1)",
        ]
        router.lines[.executor] = ["[2026-11-22T16:00:05.000Z] ❌ task 1 failed: exit 1"]
        let body = try await router.get("/api/logs?type=errors").decoded(as: Success<LogListing>.self)
        let entries = try #require(body.data.logs["errors"])
        #expect(entries.map(\.type) == [.executor, .sentinel])
        #expect(entries.allSatisfy { $0.error == true })
    }

    @Test(arguments: ["type=nothing", "type=", "lines=0", "lines=-5", "lines=many", "lines=100000"])
    func badParameters_areBadRequests(query: String) async throws {
        let answer = try await TestRouter().get("/api/logs?\(query)")
        #expect(answer.status == 400)
        #expect(try answer.decoded(as: ErrorBody.self).status == "error")
    }

    @Test func theSum_hasBothParts() async throws {
        let body = try await TestRouter().get("/api/status")
        #expect(body.text.contains(#""ghostSentinelGuard""#))
        #expect(body.text.contains(#""logs":{"#))
    }
}
