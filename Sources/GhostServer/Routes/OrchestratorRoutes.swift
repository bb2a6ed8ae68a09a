import GhostModel
import HTTPTypes
import Hummingbird

/// `/api/orchestrator/…`: the five components as their logs tell them.
struct OrchestratorRoutes: Sendable {
    let sources: APISources

    func add(to router: Router<some RequestContext>) {
        router.get("/api/orchestrator/status") { _, _ in
            try Response.json(StatusBody(data: data()))
        }
        router.get("/api/orchestrator/health") { _, _ in
            try Response.json(HealthBody(data()))
        }
        router.get("/api/orchestrator/component/:name") { _, context in
            let name = try context.parameters.require("name")
            if let component = ComponentKind(rawValue: name) {
                return Response.json(bytes: try JSONText.componentBody(component, of: data()))
            }
            let now = sources.now()
            guard let described = data().rules[name] else {
                return try Response.failure(.badRequest, "Unknown component: \(name)", at: now)
            }
            return try Response.json(RuleBody(data: described, timestamp: now))
        }
    }

    private func data() -> OrchestrationData { sources.state.orchestration(at: sources.now()) }
}
