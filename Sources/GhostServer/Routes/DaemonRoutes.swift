import GhostModel
import HTTPTypes
import Hummingbird

/// `/api/v1/daemons`: the supervised daemons as the supervisor knows them.
struct DaemonRoutes: Sendable {
    let sources: APISources

    func add(to router: Router<some RequestContext>) {
        router.get("/api/v1/daemons") { request, _ in
            // Somebody who waits for the end of a start asks once instead of again and again.
            if let text = request.uri.queryParameters["wait"], let control = sources.control?.control {
                guard let wait = Duration(configurationText: text), wait <= ControlRoutes.longestWait else {
                    let longest = ControlRoutes.longestWait.configurationText
                    throw Problem.badQuery("wait is a time such as 10s, at most \(longest).")
                }
                let daemons: [DaemonStatus]
                do throws(ControlRefusal) {
                    daemons = try await control.settled(within: wait)
                } catch {
                    throw Problem(error)
                }
                return try Response.json(DaemonList(daemons: daemons))
            }
            return try Response.json(DaemonList(daemons: sources.state.daemons() ?? []))
        }
        router.get("/api/v1/daemons/:name") { _, context in
            let name = try context.parameters.require("name")
            guard let daemon = sources.state.daemons()?.first(where: { $0.name.text == name }) else {
                throw Problem(.unknownDaemon(name, nearest: nil))
            }
            return try Response.json(daemon)
        }
    }
}
