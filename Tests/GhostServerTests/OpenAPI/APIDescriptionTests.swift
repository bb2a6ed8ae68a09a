import GhostModel
import GhostTestSupport
import HTTPTypes
import Hummingbird
import Testing

@testable import GhostServer

struct APIDescriptionTests {
    private static let token = String(repeating: "ab", count: 32)

    private func router(supervising: Bool = true) -> TestRouter {
        var router = TestRouter()
        router.state = ScriptedState.rich
        router.lines = Dictionary(
            uniqueKeysWithValues: ComponentKind.allCases.map { ($0, ["[2026-11-22T16:00:00.000Z] ❌ something failed"]) }
        )
        router.library = ScriptedLibrary(lines: [
            LogLineBody(
                cursor: "AQID",
                file: "api.log",
                generation: 2,
                offset: 1024,
                timestamp: TestRouter.now,
                level: .error,
                daemon: "api",
                component: nil,
                message: "2026-11-22T16:04:01.123Z ERROR it broke",
                omittedBytes: 12,
                isContext: true,
                capturedAt: TestRouter.now
            ),
            ScriptedLibrary.line("plain", daemon: nil, component: "sentinel"),
        ])
        guard supervising else { return router }
        router.state.supervised = [ScriptedControl.api]
        router.control = ControlSources(
            control: ScriptedControl(),
            journal: RichJournal(),
            usage: RichUsage(),
            token: AccessToken(Self.token)
        )
        return router
    }

    /// The routes of a real router, as method and path.
    private func served(supervising: Bool) -> Set<String> {
        let test = router(supervising: supervising)
        var sources = APISources(
            state: test.state,
            logs: ScriptedLines(lines: [:]),
            now: { TestRouter.now },
            version: "1.2.3",
            componentPID: nil,
            control: test.control
        )
        sources.library = test.library
        let routes = buildRouter(sources, boundHost: "127.0.0.1").routes
        return Set(
            routes.filter { $0.method != .head }.map { route in
                let parts = "\(route.path)".split(separator: "/").map { part in
                    part.hasPrefix(":") ? "{\(part.dropFirst())}" : String(part)
                }
                return "\(route.method.rawValue.lowercased()) /\(parts.joined(separator: "/"))"
            }
        )
    }

    @Test(arguments: [true, false]) func everyRouteIsDescribed_andNoOther(supervising: Bool) {
        let described = APIDescription.routes
            .filter { $0.server == .router || supervising && $0.server == .supervision }
            .map { "\($0.method.rawValue) \($0.path)" }
        #expect(Set(described).count == described.count)
        #expect(served(supervising: supervising) == Set(described))
    }

    /// Where samples of the bodies come from.
    static let samples: [(name: String, path: String)] = [
        ("status", "/api/orchestrator/status"), ("health", "/api/orchestrator/health"),
        ("sentinel", "/api/orchestrator/component/sentinel"), ("watchdog", "/api/orchestrator/component/watchdog"),
        ("executor", "/api/orchestrator/component/executor"), ("selfcheck", "/api/orchestrator/component/selfcheck"),
        ("lifecycle", "/api/orchestrator/component/lifecycle"), ("liveness", "/api/health"),
        ("combined", "/api/status"), ("component-daemons", "/api/status/daemons"),
        ("component-daemon", "/api/status/daemon/ghostWatchdogLoop"), ("daemon-status", "/api/daemon-status"),
        ("component-logs", "/api/logs?lines=1"), ("errors-listing", "/api/logs?type=errors"),
        ("recent-logs", "/api/recent-logs"), ("logs", "/api/v1/logs"), ("daemons", "/api/v1/daemons"),
        ("daemon", "/api/v1/daemons/api"), ("why", "/api/v1/daemons/api/why"), ("events", "/api/v1/events"),
        ("usage", "/api/v1/usage"), ("errors", "/api/v1/errors"), ("error", "/api/orchestrator/component/nobody"),
        ("problem", "/api/v1/daemons/nobody"),
    ]

    @Test(arguments: samples) func bodies_areAsDescribed(name: String, path: String) async throws {
        let answer = try await router().get(path)
        let body = try answer.decoded(as: JSONValue.self)
        let plain = path.prefix { $0 != "?" }
        let route = try #require(APIDescription.routes.first { Self.fits($0.path, plain) && $0.method == .get })
        let document = APIDescription.document(version: "1", isSupervising: true)
        let type = try #require(answer.headers[.contentType])
        let responses = document["paths"]?[route.path]?["get"]?["responses"]
        let schema = try #require(responses?["\(answer.status)"]?["content"]?[type]?["schema"])
        guard case .object(let named)? = document["components"]?["schemas"] else { return }
        let faults = SchemaCheck(named: named).faults(of: body, schema)
        #expect(faults.isEmpty, "\(faults.prefix(20).joined(separator: "\n"))")
        try Golden.compare(answer.text, with: name)
    }

    private static func fits(_ template: String, _ path: some StringProtocol) -> Bool {
        let left = template.split(separator: "/")
        let right = path.split(separator: "/")
        guard left.count == right.count else { return false }
        return zip(left, right).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }

    @Test func theDocument_isServed_andItsReferencesLead() async throws {
        let answer = try await router(supervising: false).get("/openapi.json")
        let document = try answer.decoded(as: JSONValue.self)
        #expect(document["openapi"] == "3.1.0")
        #expect(document["paths"]?["/api/v1/shutdown"] == nil)
        guard case .object(let named)? = document["components"]?["schemas"] else {
            Issue.record("there are no schemas")
            return
        }
        for name in Self.references(document) { #expect(named[name] != nil, "\(name)") }
    }

    private static func references(_ value: JSONValue) -> [String] {
        switch value {
        case .object(let members):
            var found = members.values.flatMap(references)
            if case .text(let reference)? = members["$ref"] {
                found.append(String(reference.split(separator: "/").last ?? ""))
            }
            return found
        case .list(let elements): return elements.flatMap(references)
        default: return []
        }
    }

    /// What the patterns allow is what is read.
    @Test(arguments: [
        ("1m", true), ("60s", true), ("61s", false), ("0s", true), ("59.999s", true), ("1500ms", true), ("", false),
        ("10", false), ("2m", false), ("1e3s", false),
    ])
    func aWait_isReadAsDescribed(text: String, isGood: Bool) async throws {
        guard case .text(let pattern)? = Schema.wait.json["pattern"] else { throw TestFailure("there is no pattern") }
        #expect(try (Regex(pattern).wholeMatch(in: text) != nil) == isGood)
        #expect(try await router().get("/api/v1/daemons?wait=\(text)").status == (isGood ? 200 : 400))
    }

    @Test func whatIsDoneOverTheSocketOnly_isNotOpenedByTheToken() {
        let paths = APIDescription.document(version: "1", isSupervising: true)["paths"]
        #expect(paths?["/api/v1/upgrade"]?["post"]?["security"] == nil)
        #expect(paths?["/api/v1/reload"]?["post"]?["security"] != nil)
    }

    @Test func theCheck_findsFaults() {
        let check = SchemaCheck(named: BodySchemas.all.mapValues(\.json))
        func faults(_ value: JSONValue, _ name: String) -> [String] { check.faults(of: value, Schema.named(name).json) }
        #expect(faults(["file": "a", "generation": 1, "offset": 0], "Position").isEmpty)
        #expect(faults(["file": "a", "generation": 1], "Position") == ["$.offset is absent"])
        #expect(faults(["file": "a", "generation": 1, "offset": -1], "Position").count == 1)
        #expect(faults(["file": "a", "generation": 1, "offset": 0, "x": 1], "Position") == ["$.x is not described"])
        #expect(!faults(["message": 1], "Acknowledgement").isEmpty)
    }
}
