import GhostModel
import HTTPTypes
import Hummingbird
import Logging

/// Gives every error a JSON body, and never the text of an internal one: under `/api/v1` problem details, elsewhere the
/// envelope of the original.
struct ErrorEnvelope<Context: RequestContext>: RouterMiddleware {
    let now: @Sendable () -> Timestamp

    @concurrent
    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let isOurs = request.uri.path.hasPrefix("/api/v1/")
        if let refusal = refusal(of: request) {
            if isOurs { return try refusal.response(for: request) }
            var response = try Response.failure(refusal.status, refusal.detail, at: now())
            response.headers[.allow] = refusal.headers[.allow]
            return response
        }
        do {
            return try await next(request, context)
        } catch let problem as Problem {
            return try problem.response(for: request)
        } catch let error as HTTPError {
            let text = error.body ?? error.status.reasonPhrase
            guard isOurs else { return try .failure(error.status, text, at: now()) }
            let title = error.status.reasonPhrase
            return try Problem(status: error.status, title: title, detail: text).response(for: request)
        } catch {
            context.logger.error("a request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            guard isOurs else { return try .failure(.internalServerError, "Internal error", at: now()) }
            let title = "Internal error"
            let detail = "Ghost failed to answer; its own log says why."
            return try Problem(status: .internalServerError, title: title, detail: detail).response(for: request)
        }
    }

    /// Why a method is refused; nil if it is not.
    ///
    /// Decided before the router could call the path unknown: a POST is for what changes something, and only that.
    private func refusal(of request: Request) -> Problem? {
        let path = ControlPath(request.uri.path)
        switch (request.method, path) {
        case (.get, .readsOnly), (.head, .readsOnly), (.options, _), (.post, .changes): return nil
        case (_, .readsOnly), (_, .changes): break
        }
        return Problem(
            status: .methodNotAllowed,
            title: "Method not allowed",
            detail: "Method not allowed",
            headers: [.allow: path.methods]
        )
    }
}
