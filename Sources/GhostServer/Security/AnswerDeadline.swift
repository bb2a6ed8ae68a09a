public import GhostModel
import HTTPTypes
public import Hummingbird

/// Answers in time, if need be with an apology.
///
/// The time counts until an answer begins: a stream goes on for as long as it likes. What is underway is cancelled.
public struct AnswerDeadline<Base: HTTPResponder<APIContext>>: HTTPResponder {
    private let base: Base
    private let limit: Duration
    private let now: @Sendable () -> Timestamp

    /// Bounds the time of `base`.
    ///
    /// - Parameter limit: how long an answer may take, without what the request asks to wait.
    public init(_ base: Base, limit: Duration = RequestLimits.answerTime, now: @escaping @Sendable () -> Timestamp) {
        self.base = base
        self.limit = limit
        self.now = now
    }

    @concurrent
    public func respond(to request: Request, context: APIContext) async throws -> Response {
        let asked = request.uri.queryParameters["wait"].flatMap { Duration(configurationText: $0) } ?? .zero
        let limit = limit + min(asked, ControlRoutes.longestWait)
        let base = base
        return try await withThrowingTaskGroup(of: Response?.self) { group in
            group.addTask { try await base.respond(to: request, context: context) }
            group.addTask {
                // A sleep that is cancelled was overtaken by the answer.
                try? await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            if let first = try await group.next(), let response = first { return response }
            return try apology(for: request, limit)
        }
    }

    private func apology(for request: Request, _ limit: Duration) throws -> Response {
        let detail = "No answer within \(limit.configurationText); ask again."
        let problem = Problem(
            status: .serviceUnavailable,
            title: "Too slow",
            detail: detail,
            headers: [.retryAfter: "1"]
        )
        let isOurs = request.uri.path.hasPrefix("/api/v1/")
        var response =
            isOurs
            ? try problem.response(for: request) : try .failure(.serviceUnavailable, detail, at: now())
        response.headers[.retryAfter] = "1"
        BrowserOrders.add(to: &response.headers)
        return response
    }
}
