import GhostModel
import HTTPTypes
import Hummingbird

/// Lets in only what the ``RequestGate`` lets in, and says which pages may read the answers.
struct OriginGuard<Context: RequestContext>: RouterMiddleware {
    let gate: RequestGate
    let now: @Sendable () -> Timestamp

    @concurrent
    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let address = (context as? APIContext)?.remoteHost
        if let wait = gate.walls.limits.take(address) { return try tooMany(request, wait) }
        let origin = gate.allowedOrigin(request.headers[.origin], at: request.head.authority)
        if let refusal = gate.refusal(of: facts(of: request)) {
            let problem = Problem(refusal)
            let answer = isOurs(request) ? try problem.response(for: request) : try envelope(problem)
            return withReadAccess(answer, for: origin, request)
        }
        if request.method == .options {
            let methods = ControlPath(request.uri.path).methods
            return withReadAccess(Response(status: .ok, headers: [.allow: methods]), for: origin, request)
        }
        return withReadAccess(try await next(request, context), for: origin, request)
    }

    private func facts(of request: Request) -> RequestFacts {
        let intent: RequestFacts.Intent =
            switch request.method {
            case .get, .head: .read
            case .options: .ask
            default: .change
            }
        func field(_ name: String) -> String? { HTTPField.Name(name).flatMap { request.headers[$0] } }
        return RequestFacts(
            intent: intent,
            targetBytes: request.head.path?.utf8.count ?? 0,
            path: request.uri.path,
            authority: request.head.authority,
            origin: request.headers[.origin],
            fetchSite: field("Sec-Fetch-Site"),
            fetchMode: field("Sec-Fetch-Mode"),
            fetchDestination: field("Sec-Fetch-Dest"),
            contentType: request.headers[.contentType],
            authorization: request.headers[.authorization]
        )
    }

    private func isOurs(_ request: Request) -> Bool { request.uri.path.hasPrefix("/api/v1/") }

    private func envelope(_ problem: Problem) throws -> Response {
        var response = try Response.failure(problem.status, problem.detail, at: now())
        for field in problem.headers { response.headers[field.name] = field.value }
        return response
    }

    private func tooMany(_ request: Request, _ wait: Duration) throws -> Response {
        let seconds = max(1, (wait.wholeMilliseconds + 999) / 1000)
        let problem = Problem(
            status: .tooManyRequests,
            title: "Too many requests",
            detail: "This address asks too often; ask again in \(seconds) s.",
            headers: [.retryAfter: "\(seconds)"]
        )
        return isOurs(request) ? try problem.response(for: request) : try envelope(problem)
    }

    private func withReadAccess(_ response: Response, for origin: String?, _ request: Request) -> Response {
        var response = response
        response.headers[.vary] = "Origin"
        guard let origin else { return response }
        response.headers[.accessControlAllowOrigin] = origin
        if request.method == .options {
            response.headers[.accessControlAllowMethods] = ControlPath(request.uri.path).methods
            // The original's hooks send Content-Type on a GET, which makes browsers ask.
            response.headers[.accessControlAllowHeaders] = "Authorization, Content-Type, If-None-Match, Last-Event-ID"
            if let age = HTTPField.Name("Access-Control-Max-Age") { response.headers[age] = "600" }
        }
        return response
    }
}

extension Problem {
    /// The problem that a request is which is not let in.
    init(_ refusal: RequestGate.Refusal) {
        switch refusal {
        case .targetTooLong:
            self.init(
                status: .uriTooLong,
                title: "Too long",
                detail: "A path with its query may have \(RequestLimits.target) bytes."
            )
        case .hostMissing:
            self.init(status: .badRequest, title: "Wrong request", detail: "The Host header is missing")
        case .otherHost:
            self.init(status: .forbidden, title: "Not served", detail: "This host name is not served here")
        case .otherOrigin:
            self.init(
                status: .forbidden,
                title: "Other origin",
                detail: "Pages of this origin may not ask this; name it under server.cors if they should."
            )
        case .crossSite:
            self.init(
                status: .forbidden,
                title: "Other site",
                detail: "A page of another site sent this request; Ghost answers its own pages and programs."
            )
        case .notJSON:
            self.init(
                status: .unsupportedMediaType,
                title: "Wrong type",
                detail: "A request that changes something has a body of type application/json, or none."
            )
        case .tokenMissing:
            self = .noToken
        }
    }
}
