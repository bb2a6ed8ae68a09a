import GhostModel
import HTTPTypes
import Hummingbird

/// The status API: the components under the names of the original, and their log lines.
struct StatusRoutes: Sendable {
    let sources: APISources

    /// The most lines of one log that a request can ask for.
    static let mostLines = 10_000

    func add(to router: Router<some RequestContext>) {
        router.get("/api/health") { _, _ in
            try Response.json(Liveness(timestamp: sources.now(), version: sources.version))
        }
        router.get("/api/status/daemons") { _, _ in
            let now = sources.now()
            return try Response.json(Success(daemons(at: now), at: now))
        }
        // As the original's hooks read it: without an envelope.
        router.get("/api/daemon-status") { _, _ in
            try Response.json(daemons(at: sources.now()))
        }
        router.get("/api/status/daemon/:name") { _, context in
            let name = try context.parameters.require("name")
            let now = sources.now()
            guard let daemon = daemons(at: now).daemons.first(where: { $0.name == name }) else {
                return try Response.failure(.badRequest, "Unknown daemon: \(name)", at: now)
            }
            return try Response.json(Success(daemon, at: now))
        }
        router.get("/api/status") { _, _ in
            let now = sources.now()
            let logs = await listing(of: ComponentKind.allCases, count: 20, at: now)
            let status = CombinedStatus(daemons: daemons(at: now), logs: logs, timestamp: now)
            return try Response.json(Success(status, at: nil))
        }
        router.get("/api/logs") { request, _ in
            try await logs(for: request)
        }
    }

    private func daemons(at now: Timestamp) -> ComponentDaemons {
        let data = sources.state.orchestration(at: now)
        let daemons = ComponentKind.allCases.map { kind in
            let component = data.component(kind)
            return ComponentDaemon(
                name: kind.legacyDaemonName,
                running: component.status.isWorking,
                pid: sources.componentPID,
                error: component.error,
                lastCheck: now
            )
        }
        return ComponentDaemons(daemons, at: now)
    }

    private func logs(for request: Request) async throws -> Response {
        let now = sources.now()
        let type = request.uri.queryParameters["type"].map(String.init) ?? "all"
        let lines = request.uri.queryParameters["lines"].map(String.init) ?? "50"
        guard let count = Int(lines), (1...Self.mostLines).contains(count) else {
            let message = "lines must be a whole number from 1 to \(Self.mostLines)"
            return try .failure(.badRequest, message, at: now)
        }
        switch (type, ComponentKind(rawValue: type)) {
        case ("all", _):
            return try .json(Success(await listing(of: ComponentKind.allCases, count: count, at: now), at: now))
        case ("errors", _):
            let errors = await errorEntries(count: count, at: now)
            return try .json(Success(LogListing(logs: ["errors": errors], lastUpdate: now), at: now))
        case (_, let kind?):
            return try .json(Success(await listing(of: [kind], count: count, at: now), at: now))
        default:
            return try .failure(.badRequest, "Unknown log type: \(type)", at: now)
        }
    }

    private func listing(of kinds: [ComponentKind], count: Int, at now: Timestamp) async -> LogListing {
        var logs: [String: [LogEntry]] = [:]
        for kind in kinds {
            let lines = await sources.logs.lastLines(of: kind, count: count)
            logs[kind.rawValue] = LogEntries.entries(of: lines, from: kind, otherwise: now)
        }
        return LogListing(logs: logs, lastUpdate: now)
    }

    /// The newest errors of all logs, newest first.
    private func errorEntries(count: Int, at now: Timestamp) async -> [LogEntry] {
        var entries: [LogEntry] = []
        for kind in ComponentKind.allCases {
            let lines = await sources.logs.lastLines(of: kind, count: Self.mostLines)
            entries += LogEntries.entries(of: lines, from: kind, otherwise: now).filter(LogEntries.tellsOfError)
        }
        return entries.sorted { $0.timestamp > $1.timestamp }.prefix(count).map { entry in
            var entry = entry
            entry.error = true
            return entry
        }
    }
}
