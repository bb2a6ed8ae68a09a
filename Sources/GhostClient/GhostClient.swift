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

    private let endpoint: Endpoint
    private let http: HTTPClient
    private let timeout: Duration

    /// Creates a client; nothing is connected before the first call.
    ///
    /// - Parameter timeout: how long one call may take.
    public init(_ endpoint: Endpoint, timeout: Duration = .seconds(10)) {
        self.endpoint = endpoint
        self.timeout = timeout
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        // Whether somebody answers is what a caller wants to know now, not after ten seconds of trying.
        configuration.connectionPool.retryConnectionEstablishment = false
        http = HTTPClient(configuration: configuration)
    }

    /// Closes all connections; the client must not be used afterwards.
    public func shutdown() async throws {
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

    private func get<Answer: Decodable>(_ path: String, as _: Answer.Type) async throws -> Answer {
        let bytes = try await body(of: path)
        do {
            return try JSONText.decode(Answer.self, from: bytes)
        } catch {
            throw GhostClientError(code: .unreadableAnswer, endpoint: endpoint, path: path, detail: "\(error)")
        }
    }

    private func body(of path: String) async throws -> [UInt8] {
        let response: HTTPClientResponse
        do {
            let request = HTTPClientRequest(url: endpoint.url(path))
            response = try await http.execute(request, timeout: .nanoseconds(timeout.wholeNanoseconds))
        } catch {
            throw GhostClientError(code: .init(connecting: error), endpoint: endpoint, path: path, detail: "\(error)")
        }
        do {
            let body = try await response.body.collect(upTo: Self.largestAnswer)
            let bytes = [UInt8](body.readableBytesView)
            guard response.status == .ok else {
                let message = try? JSONText.decode(ErrorBody.self, from: bytes).error
                throw GhostClientError(
                    code: .refused(status: Int(response.status.code)),
                    endpoint: endpoint,
                    path: path,
                    detail: message ?? response.status.reasonPhrase
                )
            }
            return bytes
        } catch let error as GhostClientError {
            throw error
        } catch {
            throw GhostClientError(code: .unreadableAnswer, endpoint: endpoint, path: path, detail: "\(error)")
        }
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
