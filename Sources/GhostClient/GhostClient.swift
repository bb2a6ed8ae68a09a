import AsyncHTTPClient
public import GhostModel
import NIOCore
import NIOHTTP1

/// Talks to a running Ghost, over its control socket or over TCP.
public struct GhostClient: Sendable {
    /// Where a Ghost answers.
    public enum Endpoint: Sendable, Hashable {
        /// The control socket of a project, `.ghost/ghost.sock`.
        case unixSocket(path: String)
        /// The orchestrator API.
        case http(host: String, port: Int)
    }

    /// The largest answer that is read, in bytes.
    static let largestAnswer = 64 << 20
    /// How many streams one client has open at most; further ones wait.
    static let mostStreams = 256
    /// The longest text of an error that is read, in bytes.
    private static let largestError = 64 << 10

    let endpoint: Endpoint
    private let http: HTTPClient
    /// For streams, which end when nothing comes for a while and not when they have lasted for a while.
    let streams: HTTPClient
    private let timeout: Duration
    let token: String?

    /// Creates a client; nothing is connected before the first call.
    ///
    /// - Parameters:
    ///   - endpoint: where the Ghost answers.
    ///   - timeout: how long one call may take, beyond what it is told to wait.
    ///   - token: the content of `.ghost/token`, which calls over TCP need that change something.
    public init(_ endpoint: Endpoint, timeout: Duration = .seconds(10), token: String? = nil) {
        self.endpoint = endpoint
        self.token = token
        self.timeout = timeout
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        // Whether somebody answers is what a caller wants to know now, not after ten seconds of trying.
        configuration.connectionPool.retryConnectionEstablishment = false
        http = HTTPClient(configuration: configuration)
        configuration.timeout.read = .nanoseconds(StreamReader.longestSilence.wholeNanoseconds)
        // Each stream holds a connection.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = Self.mostStreams
        streams = HTTPClient(configuration: configuration)
    }

    /// Closes all connections; the client must not be used afterwards.
    public func shutdown() async throws {
        try await streams.shutdown()
        try await http.shutdown()
    }

    /// The five components, judged now.
    public func orchestration() async throws -> OrchestrationData {
        try await get("/api/orchestrator/status", as: StatusBody.self).data
    }

    /// The supervised daemons in the order of the plan; empty if this Ghost only monitors.
    public func daemons() async throws -> [DaemonStatus] {
        try await get("/api/v1/daemons", as: DaemonList.self).daemons
    }

    func get<Answer: Decodable>(_ path: String, as type: Answer.Type) async throws -> Answer {
        try await answer(to: .GET, path, as: type)
    }

    /// Sends a request and reads its answer.
    ///
    /// - Parameter patience: how much longer than usual the answer may take.
    func answer<Answer: Decodable>(
        to method: HTTPMethod,
        _ path: String,
        body content: [UInt8]? = nil,
        patience: Duration = .zero,
        as _: Answer.Type
    ) async throws -> Answer {
        let bytes = try await body(of: path, method, content, patience)
        do {
            return try JSONText.decode(Answer.self, from: bytes)
        } catch {
            throw GhostClientError(code: .unreadableAnswer, endpoint: endpoint, path: path, detail: "\(error)")
        }
    }

    private func body(
        of path: String,
        _ method: HTTPMethod,
        _ content: [UInt8]?,
        _ patience: Duration
    ) async throws -> [UInt8] {
        let response: HTTPClientResponse
        do {
            var request = HTTPClientRequest(url: endpoint.url(path))
            request.method = method
            if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
            if let content {
                request.headers.add(name: "content-type", value: "application/json")
                request.body = .bytes(ByteBuffer(bytes: content))
            }
            response = try await http.execute(request, timeout: .nanoseconds((timeout + patience).wholeNanoseconds))
        } catch {
            throw GhostClientError(code: .init(connecting: error), endpoint: endpoint, path: path, detail: "\(error)")
        }
        guard (200..<300).contains(response.status.code) else { throw await refusal(response, path) }
        do {
            return [UInt8](try await response.body.collect(upTo: Self.largestAnswer).readableBytesView)
        } catch {
            throw GhostClientError(code: .unreadableAnswer, endpoint: endpoint, path: path, detail: "\(error)")
        }
    }

    /// The error that an answer other than success means, with the server's own words where it had some.
    func refusal(_ response: HTTPClientResponse, _ path: String) async -> GhostClientError {
        let body = try? await response.body.collect(upTo: Self.largestError)
        let bytes = body.map { [UInt8]($0.readableBytesView) } ?? []
        let message =
            (try? JSONText.decode(ProblemDetails.self, from: bytes).detail)
            ?? (try? JSONText.decode(ErrorBody.self, from: bytes).error)
        return GhostClientError(
            code: .refused(status: Int(response.status.code)),
            endpoint: endpoint,
            path: path,
            detail: message ?? response.status.reasonPhrase,
            retryAfter: response.headers.first(name: "retry-after").flatMap(Int64.init).map { .seconds(max(0, $0)) }
        )
    }
}

extension GhostClient.Endpoint: CustomStringConvertible {
    func url(_ path: String) -> String {
        switch self {
        case .unixSocket(let socket):
            // The scheme of the HTTP client carries the socket's path as an escaped host.
            "http+unix://\(Self.escaped(socket))\(path)"
        case .http(let host, let port):
            "http://\(host.contains(":") ? "[\(host)]" : host):\(port)\(path)"
        }
    }

    private static func escaped(_ path: String) -> String {
        var text = ""
        for byte in path.utf8 {
            let isPlain = UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
            if isPlain {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return text
    }

    public var description: String {
        switch self {
        case .unixSocket(let path): path
        case .http(let host, let port): "\(host):\(port)"
        }
    }
}
