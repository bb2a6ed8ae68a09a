import HTTPTypes
import Hummingbird

/// Answers which methods a path can be asked with, where no page can ask: on the Unix socket.
///
/// Over TCP ``OriginGuard`` does it, which also says who may read.
struct MethodsAnswer<Context: RequestContext>: RouterMiddleware {
    @concurrent
    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard request.method == .options else { return try await next(request, context) }
        return Response(status: .ok, headers: [.allow: ControlPath(request.uri.path).methods])
    }
}
