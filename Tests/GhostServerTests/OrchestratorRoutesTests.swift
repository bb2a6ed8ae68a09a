import GhostModel
import HTTPTypes
import Testing

struct OrchestratorRoutesTests {
    private let router = TestRouter()

    @Test func status_carriesTheComponentsNestedAndFlat() async throws {
        let answer = try await router.get("/api/orchestrator/status")
        #expect(answer.status == 200)
        #expect(answer.headers[.contentType] == "application/json")
        #expect(answer.text.hasSuffix("}\n"))
        struct Body: Decodable {
            struct Components: Decodable {
                var selfcheck: SelfCheckState
                var lastUpdate: Timestamp
            }
            struct Data: Decodable {
                var orchestration: Components
                var selfcheck: SelfCheckState
                var lastUpdate: Timestamp
                var timestamp: Timestamp
                var overallHealth: String
                var activeComponents: Int
                var totalComponents: Int
            }
            var status: String
            var data: Data
        }
        let body = try answer.decoded(as: Body.self)
        #expect(body.status == "success")
        #expect(body.data.orchestration.selfcheck == body.data.selfcheck)
        #expect(body.data.selfcheck.healthChecks == 7)
        #expect(body.data.overallHealth == "healthy")
        #expect(body.data.activeComponents == 5)
        #expect(body.data.totalComponents == 5)
        #expect(body.data.timestamp == TestRouter.now)
        #expect(body.data.lastUpdate == body.data.orchestration.lastUpdate)
    }

    @Test(arguments: ComponentKind.allCases)
    func everyComponent_answersUnderItsName(component: ComponentKind) async throws {
        struct Body: Decodable {
            struct Facts: Decodable {
                var status: ComponentStatus
                var lastCheck: Timestamp
            }
            var data: Facts
            var timestamp: Timestamp
        }
        let answer = try await router.get("/api/orchestrator/component/\(component.rawValue)")
        #expect(answer.status == 200)
        let body = try answer.decoded(as: Body.self)
        #expect(body.data.status.isWorking)
        #expect(body.timestamp == TestRouter.now)
    }

    @Test(arguments: ["nobody", "Sentinel", "lastUpdate"])
    func anUnknownComponent_isABadRequest(name: String) async throws {
        let answer = try await router.get("/api/orchestrator/component/\(name)")
        #expect(answer.status == 400)
        let body = try answer.decoded(as: ErrorBody.self)
        #expect(body == ErrorBody(error: "Unknown component: \(name)", timestamp: TestRouter.now))
    }

    @Test func health_isTheSummary() async throws {
        let answer = try await router.get("/api/orchestrator/health")
        #expect(answer.text.contains(#""healthPercentage":100"#))
        let body = try answer.decoded(as: HealthBody.self)
        #expect(body.data.activeComponents == 5)
        #expect(body.data.reasons.isEmpty)
    }

    @Test(arguments: ["/", "/nowhere", "/api/orchestrator/component/", "/api/orchestrator/component/a/b"])
    func anUnknownPath_isNotFoundAsJSON(path: String) async throws {
        let answer = try await router.get(path)
        #expect(answer.status == 404)
        #expect(try answer.decoded(as: ErrorBody.self).status == "error")
    }

    @Test func head_hasNoBody() async throws {
        let answer = try await router.get("/api/orchestrator/status", method: .head)
        #expect(answer.status == 200)
        #expect(answer.body.isEmpty)
    }

    @Test func otherMethods_areRefusedWithAllow() async throws {
        let answer = try await router.get("/api/orchestrator/status", method: .post)
        #expect(answer.status == 405)
        #expect(answer.headers[.allow] == "GET, HEAD, OPTIONS")
    }

    @Test func daemons_areTheSupervisors() async throws {
        let name = try #require(DaemonName("api"))
        var router = router
        router.state.supervised = [
            DaemonStatus(name: name, want: .up, phase: .up, readiness: .ready, pid: 7, since: TestRouter.now)
        ]
        let list = try await router.get("/api/v1/daemons").decoded(as: DaemonList.self)
        #expect(list.daemons.map(\.name) == [name])
        #expect(try await router.get("/api/v1/daemons/api").decoded(as: DaemonStatus.self).pid == 7)
        #expect(try await router.get("/api/v1/daemons/web").status == 404)
    }
}
