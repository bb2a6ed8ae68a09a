import HTTPTypes
import Hummingbird

/// Tells browsers to make nothing of an answer but what it says it is.
struct SecurityHeaders<Context: RequestContext>: RouterMiddleware {
    @concurrent
    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        Self.add(to: &response.headers)
        return response
    }

    /// Adds what is not said otherwise already.
    static func add(to headers: inout HTTPFields) {
        for (name, value) in fields where headers[name] == nil { headers[name] = value }
    }

    /// The fields and their values; the last one keeps the answers out of pages of other sites that do not ask.
    static var fields: [(HTTPField.Name, String)] {
        [
        (.contentSecurityPolicy, "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
        (.xContentTypeOptions, "nosniff"),
        (named("Referrer-Policy"), "no-referrer"),
        (named("X-Frame-Options"), "DENY"),
        (named("Cross-Origin-Resource-Policy"), "same-origin"),
        ]
    }

    private static func named(_ text: String) -> HTTPField.Name { HTTPField.Name(text) ?? .xContentTypeOptions }
}
