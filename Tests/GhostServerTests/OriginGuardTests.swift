import GhostModel
import HTTPTypes
import Testing

struct OriginGuardTests {
    @Test(arguments: ["127.0.0.1:5002", "localhost:5002", "localhost", "[::1]:5002", "127.8.0.1", "ghost.localhost"])
    func hostsOfThisMachine_areServed(authority: String) async throws {
        #expect(try await TestRouter().get("/api/health", authority: authority).status == 200)
    }

    @Test(arguments: ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:5002", "10.0.0.1", "127.0.0"])
    func otherHosts_areRefused(authority: String) async throws {
        let answer = try await TestRouter().get("/api/health", authority: authority)
        #expect(answer.status == 403)
        #expect(try answer.decoded(as: ErrorBody.self).error == "This host name is not served here")
    }

    @Test func aRequestWithoutAHost_isMalformed() async throws {
        #expect(try await TestRouter().get("/api/health", authority: nil).status == 400)
    }

    @Test(arguments: [("10.0.0.1:5002", 200), ("[fe80::1]:5002", 200), ("evil.example", 403), ("localhost", 200)])
    func whereEveryAddressIsServed_namesAreStillRefused(authority: String, status: Int) async throws {
        var router = TestRouter()
        router.boundHost = "0.0.0.0"
        #expect(try await router.get("/api/health", authority: authority).status == status)
    }

    @Test(arguments: ["http://localhost:3000", "http://127.0.0.1", "https://[::1]:8443"])
    func pagesOfThisMachine_mayRead(origin: String) async throws {
        let answer = try await TestRouter().get("/api/health", headers: [.origin: origin])
        #expect(answer.headers[.accessControlAllowOrigin] == origin)
        #expect(answer.headers[.vary] == "Origin")
    }

    @Test(arguments: ["https://evil.example", "null", "http://localhost.evil.example", "file://localhost"])
    func otherPages_mayNotRead(origin: String) async throws {
        let answer = try await TestRouter().get("/api/health", headers: [.origin: origin])
        #expect(answer.headers[.accessControlAllowOrigin] == nil)
    }

    @Test(arguments: [
        ("/api/v1/daemons/api/restart", "POST, OPTIONS"), ("/api/v1/reload", "POST, OPTIONS"),
        ("/api/v1/daemons/api", "GET, HEAD, OPTIONS"), ("/api/v1/logs", "GET, HEAD, OPTIONS"),
    ])
    func whoAsksForTheMethods_isToldThoseOfTheRoute(path: String, methods: String) async throws {
        let answer = try await TestRouter().get(path, method: .options)
        #expect(answer.status == 200)
        #expect(answer.headers[.allow] == methods)
    }

    @Test func overTheSocket_theMethodsAreToldToo_andNothingForPages() async throws {
        var router = TestRouter()
        router.boundHost = nil
        for path in ["/api/v1/reload", "/api/v1/daemons", "/healthz", "/nothing"] {
            let headers: HTTPFields = [.origin: "http://localhost:3000", .accessControlRequestMethod: "GET"]
            let answer = try await router.get(path, method: .options, headers: headers)
            let overTCP = try await TestRouter().get(path, method: .options)
            #expect(answer.status == 200 && overTCP.status == 200, "\(path)")
            #expect(answer.headers[.allow] == overTCP.headers[.allow], "\(path)")
            #expect(answer.headers[.accessControlAllowOrigin] == nil, "\(path)")
            #expect(answer.headers[.accessControlAllowMethods] == nil, "\(path)")
        }
    }

    @Test func aPreflight_isAnswered() async throws {
        let headers: HTTPFields = [.origin: "http://localhost:3000", .accessControlRequestMethod: "GET"]
        let answer = try await TestRouter().get("/api/orchestrator/status", method: .options, headers: headers)
        #expect(answer.status == 200)
        #expect(answer.headers[.accessControlAllowMethods] == "GET, HEAD, OPTIONS")
        #expect(answer.headers[.accessControlAllowHeaders]?.contains("Content-Type") == true)
    }
}
