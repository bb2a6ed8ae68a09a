import GhostModel
import HTTPTypes
import Hummingbird

/// `/api/v1/daemons`: the supervised daemons as the supervisor knows them.
struct DaemonRoutes: Sendable {
    let sources: APISources

    func add(to router: Router<some RequestContext>) {
        router.get("/api/v1/daemons") { _, _ in
            try Response.json(DaemonList(daemons: sources.state.daemons() ?? []))
        }
        router.get("/api/v1/daemons/:name") { _, context in
            let name = try context.parameters.require("name")
            guard let daemon = sources.state.daemons()?.first(where: { $0.name.text == name }) else {
                return try Response.failure(.notFound, "Unknown daemon: \(name)", at: sources.now())
            }
            return try Response.json(daemon)
        }
    }
}
