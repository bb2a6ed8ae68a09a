import GhostModel
import HTTPTypes
import Testing

@testable import GhostServer

struct RequestGateTests {
    private static let secret = String(repeating: "0a", count: 32)

    private func gate(_ change: (inout ServerPlan) -> Void = { _ in }) -> RequestGate {
        var plan = ServerPlan()
        change(&plan)
        return RequestGate(boundHost: plan.host, walls: ServerWalls(plan, token: AccessToken(Self.secret)))
    }

    private func request(
        _ intent: RequestFacts.Intent,
        _ change: (inout RequestFacts) -> Void = { _ in }
    ) -> RequestFacts {
        var facts = RequestFacts(intent: intent, targetBytes: 10, path: "/api/health", authority: "127.0.0.1:5002")
        change(&facts)
        return facts
    }

    @Test func anOrdinaryRequest_goesOn() {
        #expect(gate().refusal(of: request(.read)) == nil)
        #expect(gate().refusal(of: request(.change) { $0.contentType = "application/json; charset=utf-8" }) == nil)
    }

    @Test(arguments: ["https://evil.example", "null", "http://localhost.evil.example", "http://127.0.0.1.evil.example"])
    func pagesOfOtherOrigins_areRefused(origin: String) {
        for intent in [RequestFacts.Intent.read, .ask, .change] {
            #expect(gate().refusal(of: request(intent) { $0.origin = origin }) == .otherOrigin)
        }
        #expect(gate().allowedOrigin(origin, at: "127.0.0.1:5002") == nil)
    }

    @Test func pagesOfThisMachine_mayReadButNotChange() {
        let origin = "http://localhost:3000"
        #expect(gate().refusal(of: request(.read) { $0.origin = origin }) == nil)
        #expect(gate().refusal(of: request(.change) { $0.origin = origin }) == .otherOrigin)
        #expect(gate().allowedOrigin(origin, at: "127.0.0.1:5002") == origin)
    }

    @Test func ownPagesAndNamedOnes_mayChange() {
        let own = "http://127.0.0.1:5002"
        #expect(gate().refusal(of: request(.change) { $0.origin = own }) == nil)
        let named = gate { $0.cors = ["https://status.example"] }
        #expect(named.refusal(of: request(.change) { $0.origin = "https://status.example" }) == nil)
        #expect(named.allowedOrigin("https://status.example", at: "127.0.0.1:5002") == "https://status.example")
    }

    @Test func theStar_isForReadingWithoutATokenOnly() {
        let open = gate { $0.cors = ["*"] }
        #expect(open.allowedOrigin("https://any.example", at: "127.0.0.1:5002") == "*")
        #expect(open.refusal(of: request(.read) { $0.origin = "https://any.example" }) == nil)
        #expect(open.refusal(of: request(.change) { $0.origin = "https://any.example" }) == .otherOrigin)
        let closed = gate {
            $0.cors = ["*"]
            $0.token = .all
        }
        #expect(closed.allowedOrigin("https://any.example", at: "127.0.0.1:5002") == nil)
    }

    @Test(arguments: ["cross-site", "same-site", "whatever"])
    func whatABrowserCallsAnotherSite_isRefused(site: String) {
        for intent in [RequestFacts.Intent.read, .change] {
            #expect(gate().refusal(of: request(intent) { $0.fetchSite = site }) == .crossSite)
        }
        let link = request(.read) {
            $0.fetchSite = site
            $0.fetchMode = "navigate"
            $0.fetchDestination = "document"
        }
        #expect(gate().refusal(of: link) == nil)
        var form = link
        form.intent = .change
        #expect(gate().refusal(of: form) == .crossSite)
        var frame = link
        frame.fetchDestination = "iframe"
        #expect(gate().refusal(of: frame) == .crossSite)
    }

    @Test(arguments: ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""])
    func formsAndPlainTexts_changeNothing(type: String) {
        #expect(gate().refusal(of: request(.change) { $0.contentType = type }) == .notJSON)
    }

    @Test func everyRequestShowsTheToken_whereThatIsDemanded() {
        let gate = gate { $0.token = .all }
        #expect(gate.refusal(of: request(.read)) == .tokenMissing)
        #expect(gate.refusal(of: request(.read) { $0.authorization = "Bearer \(Self.secret)" }) == nil)
        #expect(gate.refusal(of: request(.read) { $0.authorization = "Bearer \(Self.secret)0" }) == .tokenMissing)
        #expect(gate.refusal(of: request(.ask)) == nil)
        #expect(gate.refusal(of: request(.read) { $0.path = "/healthz" }) == nil)
        let tokenless = RequestGate(boundHost: "127.0.0.1", walls: ServerWalls(ServerPlan(token: .all)))
        #expect(tokenless.refusal(of: request(.read) { $0.authorization = "Bearer " }) == .tokenMissing)
    }

    @Test func tooLongPaths_areRefused() {
        #expect(gate().refusal(of: request(.read) { $0.targetBytes = RequestLimits.target + 1 }) == .targetTooLong)
    }
}

struct WallsOverTheRouterTests {
    @Test func refusals_areProblemsOrEnvelopes() async throws {
        let ours = try await TestRouter().get("/api/v1/daemons", headers: [.origin: "https://evil.example"])
        #expect(ours.status == 403)
        #expect(try ours.decoded(as: ProblemDetails.self).title == "Other origin")
        let old = try await TestRouter().get("/api/health", headers: [.origin: "https://evil.example"])
        #expect(old.status == 403)
        #expect(try old.decoded(as: ErrorBody.self).error.hasPrefix("Pages of this origin may not ask this"))
    }

    @Test func everyAnswer_hasTheHeadersThatBrowsersObey() async throws {
        for path in ["/api/health", "/api/nothing", "/api/v1/daemons/nobody"] {
            let answer = try await TestRouter().get(path)
            #expect(answer.headers[.xContentTypeOptions] == "nosniff")
            #expect(answer.headers[.contentSecurityPolicy]?.contains("frame-ancestors 'none'") == true)
            #expect(answer.headers.contains { $0.name.canonicalName == "cross-origin-resource-policy" })
            #expect(answer.headers.contains { $0.name.canonicalName == "referrer-policy" })
        }
    }

    @Test func whereTheTokenIsDemanded_itIsAskedFor() async throws {
        var router = TestRouter()
        router.walls = ServerWalls(ServerPlan(token: .all), token: AccessToken(String(repeating: "0a", count: 32)))
        let answer = try await router.get("/api/orchestrator/status")
        #expect(answer.status == 401)
        #expect(answer.headers[.wwwAuthenticate] == "Bearer realm=\"ghost\"")
        let preflight = try await router.get(
            "/api/orchestrator/status",
            method: .options,
            headers: [.origin: "http://localhost:3000", .accessControlRequestMethod: "GET"]
        )
        #expect(preflight.status == 200)
        #expect(preflight.headers[.accessControlAllowHeaders]?.contains("Authorization") == true)
    }
}
