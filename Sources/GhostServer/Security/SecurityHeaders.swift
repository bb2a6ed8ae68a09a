import HTTPTypes
import Hummingbird

/// What browsers are told with every answer: to make nothing of it but what it says it is.
enum BrowserOrders {
    /// The fields and their values; the last one keeps the answers out of pages of other sites that do not ask.
    static let fields: [(name: HTTPField.Name, value: String)] = [
        (.contentSecurityPolicy, "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
        (.xContentTypeOptions, "nosniff"),
        (named("Referrer-Policy"), "no-referrer"),
        (named("X-Frame-Options"), "DENY"),
        (named("Cross-Origin-Resource-Policy"), "same-origin"),
    ]

    /// The fields as text, for answers that are written byte by byte.
    static let text = fields.map { "\($0.name.rawName): \($0.value)\r\n" }.joined()

    /// Adds what is not said otherwise already.
    static func add(to headers: inout HTTPFields) {
        for (name, value) in fields where headers[name] == nil { headers[name] = value }
    }

    private static func named(_ text: String) -> HTTPField.Name { HTTPField.Name(text) ?? .xContentTypeOptions }
}

/// Gives every answer the ``BrowserOrders``.
struct SecurityHeaders<Context: RequestContext>: RouterMiddleware {
    @concurrent
    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        BrowserOrders.add(to: &response.headers)
        return response
    }
}
