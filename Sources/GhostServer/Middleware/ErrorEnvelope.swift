import GhostModel
import HTTPTypes
import Hummingbird
import Logging

/// Gives every error the JSON envelope, and never the text of an internal one.
struct ErrorEnvelope<Context: RequestContext>: RouterMiddleware {
    let now: @Sendable () -> Timestamp

    @concurrent
    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        // Every route reads; other methods are refused before the router can call their path unknown.
        guard [.get, .head, .options].contains(request.method) else {
            var response = try Response.failure(.methodNotAllowed, "Method not allowed", at: now())
            response.headers[.allow] = "GET, HEAD, OPTIONS"
            return response
        }
        do {
            return try await next(request, context)
        } catch let error as HTTPError {
            return try .failure(error.status, error.body ?? error.status.reasonPhrase, at: now())
        } catch {
            context.logger.error("a request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            return try .failure(.internalServerError, "Internal error", at: now())
        }
    }
}
