import GhostModel
import NIOCore

/// Writes the answers to hot requests.
struct HotAnswers: Sendable {
    let sources: APISources
    /// Decides who may ask; nil on a Unix socket.
    let gate: RequestGate?
    private let date = HTTPDate()

    /// The longest wait for a state, after which the answer is 503.
    static let longestWait: Duration = .seconds(10)

    init(sources: APISources, gate: RequestGate?) {
        self.sources = sources
        self.gate = gate
    }

    /// What to do with a request.
    enum Outcome {
        case answered
        /// There is no state that is true now; it must be encoded first.
        case mustWait
        /// It is the router's.
        case foreign
    }

    /// Writes the answer of anything but the stream.
    func answer(_ request: HotRequest, into buffer: inout ByteBuffer) -> Outcome {
        switch request.resource {
        case .stream: return .foreign
        case .processHealth:
            write(ProbeAnswers.alive, request, .machine, into: &buffer)
            return .answered
        case .readiness:
            write(ProbeAnswers.readiness(sources.publisher.feed), request, .machine, into: &buffer)
            return .answered
        case .status, .health, .component: break
        }
        guard let current = sources.publisher.current(request.packing) else { return .mustWait }
        let encoded = current.state.encoded
        switch request.resource {
        case .status: write(encoded.status, current, request, .status, into: &buffer)
        case .health: write(encoded.health, current, request, .health, into: &buffer)
        case .component(let name):
            guard let body = encoded.components[name] else { return .foreign }
            write(body, current, request, .component, into: &buffer)
        case .stream, .processHealth, .readiness: return .foreign
        }
        return .answered
    }

    private func write(
        _ body: TaggedBody,
        _ current: StatePublisher.Current,
        _ request: HotRequest,
        _ route: RequestTally.Route,
        into buffer: inout ByteBuffer
    ) {
        if request.knows(body.entityTag) {
            sources.tally.count(route, 304)
            buffer.writeString("HTTP/1.1 304 Not Modified\r\nETag: \(body.entityTag)\r\n")
            writeCommon(request, .revalidated, into: &buffer)
            return
        }
        sources.tally.count(route, 200)
        buffer.writeString("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nETag: \(body.entityTag)\r\n")
        if let packed = current.packed {
            buffer.writeString("Content-Encoding: gzip\r\nContent-Length: \(packed.bytes.count)\r\n")
            writeCommon(request, .revalidated, into: &buffer)
            if request.method == .get { buffer.writeBytes(packed.bytes) }
        } else {
            buffer.writeString("Content-Length: \(body.template.bytes.count)\r\n")
            writeCommon(request, .revalidated, into: &buffer)
            if request.method == .get { body.template.write(to: &buffer, current.times) }
        }
    }

    private func write(
        _ answer: ProbeAnswers.Answer,
        _ request: HotRequest,
        _ route: RequestTally.Route,
        into buffer: inout ByteBuffer
    ) {
        sources.tally.count(route, answer.code)
        let reason = answer.code == 200 ? "OK" : "Service Unavailable"
        buffer.writeString("HTTP/1.1 \(answer.code) \(reason)\r\nContent-Type: application/json\r\n")
        buffer.writeString("Content-Length: \(answer.body.utf8.count)\r\n")
        writeCommon(request, .never, into: &buffer)
        if request.method == .get { buffer.writeString(answer.body) }
    }

    /// Writes that there is no state, after ``longestWait``.
    func writeUnavailable(_ request: HotRequest, into buffer: inout ByteBuffer) {
        let route: RequestTally.Route =
            switch request.resource {
            case .status: .status
            case .health: .health
            default: .component
            }
        sources.tally.count(route, 503)
        let error = ErrorBody(error: StateNotReady.text, timestamp: sources.now())
        let body = (try? JSONText.encode(error)) ?? []
        buffer.writeString("HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n")
        buffer.writeString("Retry-After: 1\r\nContent-Length: \(body.count)\r\n")
        writeCommon(request, .never, into: &buffer)
        if request.method == .get { buffer.writeBytes(body) }
    }

    /// Writes the head of a stream, and the first words that every stream has.
    func writeStreamHead(_ request: HotRequest, into buffer: inout ByteBuffer) {
        sources.tally.count(.stream, 200)
        buffer.writeString("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n")
        buffer.writeString("X-Accel-Buffering: no\r\n")
        writeCommon(request, .streamed, into: &buffer)
        if request.method == .get { buffer.writeBytes(StreamText.retry) }
    }

    /// What caches may do with an answer.
    private enum Caching {
        case revalidated
        case never
        case streamed

        var header: String {
            switch self {
            case .revalidated: "Cache-Control: no-cache\r\n"
            case .never: "Cache-Control: no-store\r\n"
            case .streamed: "Cache-Control: no-cache, no-transform\r\n"
            }
        }
    }

    private func writeCommon(_ request: HotRequest, _ caching: Caching, into buffer: inout ByteBuffer) {
        buffer.writeString(caching.header)
        buffer.writeString(BrowserOrders.text)
        if let gate {
            buffer.writeString("Vary: Origin, Accept-Encoding\r\n")
            if let origin = gate.allowedOrigin(request.origin, at: request.host) {
                buffer.writeString("Access-Control-Allow-Origin: \(origin)\r\n")
            }
        } else {
            buffer.writeString("Vary: Accept-Encoding\r\n")
        }
        buffer.writeString("Server: ghost\r\nDate: ")
        buffer.writeBytes(date.now)
        // A stream has no length: it ends with its connection.
        switch (request.version, caching == .streamed ? .close : request.afterwards) {
        case (_, .close): buffer.writeString("\r\nConnection: close\r\n\r\n")
        case (.http10, .keep): buffer.writeString("\r\nConnection: keep-alive\r\n\r\n")
        case (.http11, .keep): buffer.writeString("\r\n\r\n")
        }
    }
}

extension HotRequest {
    /// How the answer is wanted; only the status is worth packing.
    var packing: StatePublisher.Packing {
        resource == .status && acceptsGzip == .accepted ? .gzip : .plain
    }
}

/// Why there is no answer yet.
enum StateNotReady {
    static let text = "The logs have not been read yet; try again in a moment"
}
