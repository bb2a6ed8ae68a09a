import AsyncHTTPClient
import GhostModel
import NIOCore
import NIOHTTP1

/// What changes, as it happens.
extension GhostClient {
    /// The five components now and after each change, with how the connection stands.
    public func orchestrationUpdates(_ options: FollowOptions = FollowOptions()) -> OrchestrationUpdates {
        OrchestrationUpdates(source: HTTPStreams(self), time: SystemTime(), options: options)
    }
}

/// Opens streams with the client's connections.
struct HTTPStreams: OrchestrationSource, PageSource {
    private let client: GhostClient

    init(_ client: GhostClient) {
        self.client = client
    }

    var endpoint: GhostClient.Endpoint { client.endpoint }

    func status() async throws(GhostClientError) -> OrchestrationData {
        try await get("/api/orchestrator/status", patience: .zero, as: StatusBody.self).data
    }

    func get<Answer: Decodable & Sendable>(
        _ path: String,
        patience: Duration,
        as type: Answer.Type
    ) async throws(GhostClientError) -> Answer {
        do {
            return try await client.answer(to: .GET, path, patience: patience, as: type)
        } catch let error as GhostClientError {
            throw error
        } catch {
            throw GhostClientError(code: .notReachable, endpoint: endpoint, path: path, detail: "\(error)")
        }
    }

    func open(_ path: String, lastEventID: String?) async throws(GhostClientError) -> any ByteStream {
        var request = HTTPClientRequest(url: endpoint.url(path))
        request.headers.add(name: "accept", value: "text/event-stream")
        if let lastEventID { request.headers.add(name: "last-event-id", value: lastEventID) }
        if let token = client.token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        let response: HTTPClientResponse
        do {
            // The end of a stream is not foreseen; that its head comes is seen to by the limit of silence.
            response = try await client.streams.execute(request, deadline: .distantFuture)
        } catch {
            throw GhostClientError(code: .init(connecting: error), endpoint: endpoint, path: path, detail: "\(error)")
        }
        guard response.status == .ok else { throw await client.refusal(response, path) }
        let type = response.headers.first(name: "content-type") ?? "nothing"
        guard type.lowercased().hasPrefix("text/event-stream") else {
            let detail = "the answer is \(type) and no stream"
            throw GhostClientError(code: .noStream, endpoint: endpoint, path: path, detail: detail)
        }
        return HTTPByteStream(response.body, endpoint, path)
    }
}

/// The body of an answer, as it comes.
private final class HTTPByteStream: ByteStream {
    private var chunks: HTTPClientResponse.Body.AsyncIterator
    private let endpoint: GhostClient.Endpoint
    private let path: String

    init(_ body: HTTPClientResponse.Body, _ endpoint: GhostClient.Endpoint, _ path: String) {
        chunks = body.makeAsyncIterator()
        self.endpoint = endpoint
        self.path = path
    }

    func read() async throws(GhostClientError) -> [UInt8]? {
        do {
            return try await chunks.next(isolation: #isolation).map { [UInt8]($0.readableBytesView) }
        } catch {
            let isSilent = error as? HTTPClientError == .readTimeout
            let code = isSilent ? GhostClientError.Code.silent : .interrupted
            throw GhostClientError(code: code, endpoint: endpoint, path: path, detail: "\(error)")
        }
    }
}
