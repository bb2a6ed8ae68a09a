import GhostModel
import HTTPTypes
import Hummingbird
import NIOCore

/// The lines of all logs: pages, streams, and the same in the shapes of the original.
struct LogRoutes: Sendable {
    let sources: APISources
    let library: any LogLibrary
    let seats = StreamSeats()

    /// How many lines `/api/recent-logs` lists.
    static let recentLines = 100

    func add(to router: Router<APIContext>) {
        router.get("/api/v1/logs") { request, _ in
            let query = request.uri.queryParameters
            let asked = try LogRequest(query, known: LogRequest.parameters, now: sources.now())
            return try Response.json(try await page(asked))
        }
        router.get("/api/v1/logs/stream") { request, context in
            try await stream(request, context)
        }
        router.get("/api/logs/stream") { request, context in
            try await componentStream(request, context)
        }
        router.get("/api/recent-logs") { request, _ in
            try Response.json(try await recent(request.uri.queryParameters["daemon"].map(String.init)))
        }
    }

    private func page(_ asked: LogRequest) async throws -> LogPageBody {
        do throws(LogRefusal) {
            return try await library.page(asked)
        } catch {
            throw Problem(lines: error)
        }
    }

    private func follow(_ asked: LogRequest, from cursor: String?) async throws -> any LogFollowing {
        do throws(LogRefusal) {
            return try await library.follow(asked, from: cursor)
        } catch {
            throw Problem(lines: error)
        }
    }

    // MARK: Streams

    private func stream(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = request.uri.queryParameters
        let asked = try LogRequest(query, known: LogRequest.streamParameters, now: sources.now())
        let known = request.headers[.lastEventID] ?? (query["lastEventId"] ?? query["cursor"]).map(String.init)
        // Browsers send an empty one where there was none.
        let cursor = known.flatMap { $0.isEmpty ? nil : $0 }
        let following = try await follow(asked, from: cursor)
        return try seat(of: context).response { longest in
            switch await following.next(within: longest) {
            case .lines(let lines, let cursor):
                try EventText.event("lines", id: cursor, data: LogLinesEvent(lines: lines))
            case .gap(let gap): try EventText.event("gap", data: gap)
            case .quiet: EventText.ping
            case .ended: nil
            }
        }
    }

    private func seat(of context: APIContext) -> LogStream {
        let address = context.remoteHost ?? "this machine"
        return LogStream(
            seats: seats,
            channel: context.channel,
            address: address,
            isNear: context.remoteHost.map(HostName.isLoopback) ?? true
        )
    }

    // MARK: The original's shapes

    /// `/api/logs/stream`: the object of `/api/logs`, first with the last lines, then with what is new.
    private func componentStream(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = request.uri.queryParameters
        let type = query["type"].map(String.init) ?? "all"
        let text = query["lines"].map(String.init) ?? "10"
        guard let count = Int(text), (1...LogRequest.mostLines).contains(count) else {
            let message = "lines must be a whole number from 1 to \(LogRequest.mostLines)"
            return try .failure(.badRequest, message, at: sources.now())
        }
        guard let listing = ComponentListing(type: type) else {
            return try .failure(.badRequest, "Unknown log type: \(type)", at: sources.now())
        }
        var asked = LogRequest()
        asked.components = listing.kinds.map(\.rawValue)
        asked.limit = 1
        let end = try await page(asked).after
        var lines: [LogLineBody] = []
        for kind in listing.kinds {
            var own = LogRequest()
            own.components = [kind.rawValue]
            own.entry = .before(end)
            own.limit = listing.isErrors ? LogRequest.mostLines : count
            lines += try await page(own).lines
        }
        let following = try await follow(asked, from: end)
        let first = FirstStep(listing.body(lines, most: count, at: sources.now()))
        return try seat(of: context).response { longest in
            if let first = first.take() { return try EventText.event(nil, data: first) }
            switch await following.next(within: longest) {
            case .lines(let lines, _):
                let body = listing.body(lines, most: .max, at: sources.now())
                return body.isEmpty ? EventText.ping : try EventText.event(nil, data: body)
            case .gap, .quiet: return EventText.ping
            case .ended: return nil
            }
        }
    }

    /// `/api/recent-logs`: the newest lines, in the words of the original's hooks.
    private func recent(_ name: String?) async throws -> [RecentLogEntry] {
        var asked = LogRequest()
        asked.limit = Self.recentLines
        if let name {
            let kind = ComponentKind(rawValue: name) ?? ComponentKind.allCases.first { $0.legacyDaemonName == name }
            if let kind { asked.components = [kind.rawValue] } else { asked.daemons = [name] }
        }
        let lines: [LogLineBody]
        do throws(LogRefusal) {
            lines = try await library.page(asked).lines
        } catch {
            // The original's hooks know no error here: a name that nobody has wrote nothing.
            if case .unknownDaemon = error { return [] }
            throw Problem(lines: error)
        }
        var time = sources.now()
        if let first = lines.first(where: { $0.timestamp != nil })?.timestamp { time = first }
        return lines.map { line in
            time = line.timestamp ?? time
            return RecentLogEntry(line, otherwise: time)
        }
    }
}
