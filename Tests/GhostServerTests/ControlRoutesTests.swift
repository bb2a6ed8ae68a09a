import GhostModel
import GhostServer
import HTTPTypes
import Synchronization
import Testing

/// What may change something, and how refusals are told.
struct ControlRoutesTests {
    private static let token = String(repeating: "ab", count: 32)
    private let control = ScriptedControl()

    private func router(socket: Bool = false) -> TestRouter {
        var router = TestRouter()
        router.state.supervised = [ScriptedControl.api]
        router.boundHost = socket ? nil : "127.0.0.1"
        router.control = ControlSources(
            control: control,
            journal: ScriptedJournal(),
            usage: ScriptedUsage(),
            token: AccessToken(Self.token)
        )
        return router
    }

    private let shown: HTTPFields = [.authorization: "Bearer \(token)"]

    @Test(arguments: [nil, "Bearer ", "Bearer \(String(repeating: "a", count: 64))", "Basic \(token)", token])
    func overTCPAnOrderNeedsTheToken(header: String?) async throws {
        var headers: HTTPFields = [:]
        headers[.authorization] = header
        let answer = try await router().get("/api/v1/daemons/api/stop", method: .post, headers: headers)
        #expect(answer.status == 401)
        #expect(answer.headers[.wwwAuthenticate] == "Bearer realm=\"ghost\"")
        #expect(answer.headers[.contentType] == "application/problem+json")
        #expect(try answer.decoded(as: ProblemDetails.self).status == 401)
        #expect(control.orders.withLock { $0.isEmpty })
    }

    @Test func aPlanIsForEverybodyAndAWrongOneIsToldWithItsPlace() async throws {
        let answer = try await router().get("/api/v1/plan")
        #expect(answer.status == 422)
        #expect(try answer.decoded(as: ProblemDetails.self).detail == "ghost.yaml:1:1: wrong")
    }

    @Test func withTheTokenAnOrderIsGiven_andItIsKnownWhoGaveIt() async throws {
        let answer = try await router().get("/api/v1/daemons/api/stop?wait=5s", method: .post, headers: shown)
        #expect(answer.status == 200)
        #expect(try answer.decoded(as: OrderAnswer.self).outcome == .done)
        #expect(
            control.orders.withLock { $0 } == ["stop api by the holder of the token, from an unknown address, wait 5s"]
        )
    }

    @Test func onTheSocketNoTokenIsNeeded() async throws {
        let answer = try await router(socket: true).get("/api/v1/daemons/api/restart", method: .post)
        #expect(answer.status == 200)
        #expect(control.orders.withLock { $0 } == ["restart api by somebody on the control socket, wait -"])
    }

    @Test func anOrderThatGoesOnIsAccepted() async throws {
        let answer = try await router().get("/api/v1/daemons/slow/start", method: .post, headers: shown)
        #expect(answer.status == 202)
    }

    @Test(arguments: [
        ("/api/v1/daemons/nope/start", 404, "There is no daemon \"nope\"; did you mean \"api\"?"),
        ("/api/v1/daemons/-bad/start", 404, "There is no daemon \"-bad\"."),
        ("/api/v1/daemons/api/start?wait=1h", 400, "wait is a time such as 10s, at most 1m."),
        ("/api/v1/daemons/api/start?wait=soon", 400, "wait is a time such as 10s, at most 1m."),
        ("/api/v1/daemons/closing/start", 503, "Ghost is stopping and takes no orders any more."),
        ("/api/v1/reload", 501, "not here"),
        ("/api/v1/upgrade", 403, "An upgrade is asked for over the control socket only: \"ghost upgrade\"."),
    ])
    func refusalsSayWhatIsWrong(path: String, status: Int, detail: String) async throws {
        let answer = try await router().get(path, method: .post, headers: shown)
        let problem = try answer.decoded(as: ProblemDetails.self)
        #expect(answer.status == status)
        #expect(problem.detail == detail)
        #expect(problem.status == status)
    }

    @Test(
        arguments: [
            (#"{"signal":"hup"}"#, 200, nil), (#"{"signal":"SIGUSR1"}"#, 200, nil),
            (
                #"{"signal":"FOO"}"#, 400,
                "There is no signal \"FOO\"; there are HUP, INT, QUIT, KILL, USR1, USR2, TERM."
            ),
            ("nonsense", 400, #"The body must be JSON such as {"signal":"HUP"}."#),
            (String(repeating: " ", count: 5000), 413, "The body may have 4096 bytes."),
        ] as [(String, Int, String?)]
    )
    func signalsAreNamedInTheBody(body: String, status: Int, detail: String?) async throws {
        let answer = try await router().get("/api/v1/daemons/api/signal", method: .post, headers: shown, body: body)
        #expect(answer.status == status)
        if let detail { #expect(try answer.decoded(as: ProblemDetails.self).detail == detail) }
    }

    @Test(arguments: [
        ("/api/v1/daemons", HTTPRequest.Method.post, "GET, HEAD, OPTIONS"),
        ("/api/v1/daemons/api/stop", .get, "POST, OPTIONS"), ("/api/v1/shutdown", .get, "POST, OPTIONS"),
        ("/api/orchestrator/status", .post, "GET, HEAD, OPTIONS"),
        ("/api/v1/daemons/api", .delete, "GET, HEAD, OPTIONS"),
    ])
    func theWrongMethodIsRefused(path: String, method: HTTPRequest.Method, allowed: String) async throws {
        let answer = try await router().get(path, method: method, headers: shown)
        #expect(answer.status == 405)
        #expect(answer.headers[.allow] == allowed)
    }

    @Test(arguments: ["limit=0", "limit=1001", "limit=x", "after=-1", "daemon=nope"])
    func questionsForEventsAreChecked(query: String) async throws {
        let answer = try await router().get("/api/v1/events?\(query)")
        #expect(answer.status == (query.hasPrefix("daemon") ? 404 : 400))
        _ = try answer.decoded(as: ProblemDetails.self)
    }

    @Test func readingNeedsNoToken() async throws {
        #expect(try await router().get("/api/v1/events?after=3").decoded(as: JournalPage.self).next == 3)
        #expect(try await router().get("/api/v1/daemons/api/why").decoded(as: WhyReport.self).daemon.name.text == "api")
        #expect(try await router().get("/api/v1/usage").decoded(as: UsageList.self).daemons.isEmpty)
    }

    @Test func aGhostThatOnlyMonitorsTakesNoOrders() async throws {
        #expect(try await TestRouter().get("/api/v1/shutdown", method: .post).status == 404)
    }

    @Test func tokensAreRandomAndOfOneForm() {
        let text = AccessToken.newText()
        #expect(text.utf8.count == 64)
        #expect(text != AccessToken.newText())
        #expect(AccessToken(text) != nil)
        #expect(AccessToken(text.dropLast()) == nil)
        #expect(AccessToken(text.dropLast() + "G") == nil)
    }
}

/// Takes every order for `api`, and remembers it.
final class ScriptedControl: ControlPort {
    static var api: DaemonStatus {
        var api = status("api")
        api.statusText = "serving 3 clients"
        return api
    }
    let orders = Mutex<[String]>([])

    static func status(_ name: String) -> DaemonStatus {
        guard let name = DaemonName(name) else { preconditionFailure("a test's name is no name") }
        return DaemonStatus(name: name, want: .up, phase: .up, readiness: .ready, since: TestRouter.now)
    }

    func give(
        _ order: DaemonOrder,
        to name: DaemonName,
        by who: Operator,
        wait: Duration?
    ) async throws(ControlRefusal) -> OrderAnswer {
        orders.withLock { $0.append("\(order) \(name) by \(who), wait \(wait?.configurationText ?? "-")") }
        switch name.text {
        case "api": return OrderAnswer(daemon: Self.api, outcome: .done)
        case "slow": return OrderAnswer(daemon: Self.status("slow"), outcome: .underway)
        case "closing": throw .closing
        default: throw .unknownDaemon(name.text, nearest: "api")
        }
    }

    func settled(within wait: Duration) async throws(ControlRefusal) -> [DaemonStatus] { [Self.api] }
    func shutdown(by who: Operator) async {}
    func reload(by who: Operator) async throws(ControlRefusal) -> Acknowledgement { throw .unsupported("not here") }

    func planned() async throws(ControlRefusal) -> PlanReport { throw .badConfiguration("ghost.yaml:1:1: wrong") }
}

struct ScriptedJournal: JournalSource {
    func page(after sequence: UInt64?, daemon: DaemonName?, limit: Int) async -> JournalPage {
        JournalPage(events: [], next: sequence ?? 0, epoch: "e", pruned: 0)
    }

    func why(_ status: DaemonStatus, at time: Timestamp) async -> WhyReport {
        WhyReport(daemon: status, chain: [], deaths: [], at: time)
    }
}

struct ScriptedUsage: UsageSource {
    func usage(of daemons: [DaemonStatus]) async -> [DaemonUsage] { [] }
}
