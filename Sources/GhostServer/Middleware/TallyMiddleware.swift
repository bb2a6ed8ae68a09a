import HTTPTypes
import Hummingbird

/// Counts every request that the router answers.
struct TallyMiddleware<Context: RequestContext>: RouterMiddleware {
    let tally: RequestTally

    @concurrent
    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let response = try await next(request, context)
        tally.count(RequestTally.Route(path: request.uri.path), response.status.code)
        return response
    }
}
