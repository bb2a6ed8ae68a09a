import GhostModel
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

extension Application {
    /// Serves until the group shuts down, and does nothing while nobody asks.
    ///
    /// Hummingbird's `run()` writes the date of the answers anew each second, with a timer for each listener. This looks at
    /// the clock when it answers. Otherwise it is the same: a server, and a responder for each request.
    ///
    /// - Parameter now: the wall clock.
    func runQuietly(now: @escaping @Sendable () -> Timestamp) async throws {
        let dates = AnswerDates(now: now)
        let (responder, logger, name) = (responder, logger, configuration.serverName)
        let service = try server.buildServer(
            configuration: ServerConfiguration(
                address: configuration.address,
                serverName: name,
                backlog: configuration.backlog,
                reuseAddress: configuration.reuseAddress,
                availableConnectionsDelegate: configuration.availableConnectionsDelegate
            ),
            eventLoopGroup: eventLoopGroup,
            logger: logger
        ) { request, writer, channel in
            let context = Responder.Context(source: ApplicationRequestContextSource(channel: channel, logger: logger))
            var response: Response
            do {
                response = try await responder.respond(to: request, context: context)
            } catch {
                // The router's own middleware answers for every error; this is for what is wrong with that.
                logger.error("a request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
                response = Response(status: .internalServerError)
            }
            response.headers[.date] = dates.current
            if let name { response.headers[.server] = name }
            try await writer.write(response: response.head, body: response.body)
        } onServerRunning: { channel in
            await onServerRunning(channel)
        }
        try await ServiceGroup(services: [service], logger: logger).run()
    }
}

/// The date of answers, in the form of HTTP: made anew when the second has changed since the last one.
final class AnswerDates: Sendable {
    private let last = Mutex((second: Int64.min, text: ""))
    private let now: @Sendable () -> Timestamp

    init(now: @escaping @Sendable () -> Timestamp) {
        self.now = now
    }

    /// The present date.
    var current: String {
        let second = now().milliseconds / 1000
        return last.withLock { last in
            if last.second != second { last = (second, Self.text(of: second)) }
            return last.text
        }
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func text(of second: Int64) -> String {
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        // 1970 began on a Thursday.
        let day = days[Int(max(second, 0) / 86_400 % 7)]
        let parts = Timestamp(milliseconds: max(second, 0) * 1000).description
        let date = parts.prefix(10).split(separator: "-")
        guard date.count == 3, let month = Int(date[1]), months.indices.contains(month - 1) else { return "" }
        return "\(day), \(date[2]) \(months[month - 1]) \(date[0]) \(parts.dropFirst(11).prefix(8)) GMT"
    }
}
