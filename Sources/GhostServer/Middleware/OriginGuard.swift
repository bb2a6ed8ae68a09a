import GhostModel
import HTTPTypes
import Hummingbird

/// Lets in only requests that name this machine, and lets only pages of this machine read the answers.
///
/// A web page anywhere can make a browser send requests to 127.0.0.1, under a host name of its own if it controls a name
/// server (DNS rebinding). A `Host` that is neither a loopback name nor the address that Ghost was told to listen on is
/// therefore refused, and `Access-Control-Allow-Origin` is given to loopback origins only.
struct OriginGuard<Context: RequestContext>: RouterMiddleware {
    /// The host that the server listens on, as configured.
    let boundHost: String
    let now: @Sendable () -> Timestamp

    @concurrent
    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard let authority = request.head.authority else {
            return try .failure(.badRequest, "The Host header is missing", at: now())
        }
        if !isOurs(Self.host(ofAuthority: authority)) {
            return try .failure(.forbidden, "This host name is not served here", at: now())
        }
        let origin = request.headers[.origin].flatMap { isLoopbackOrigin($0) ? $0 : nil }
        if request.method == .options {
            return withReadAccess(Response(status: .ok, headers: [.allow: "GET, HEAD, OPTIONS"]), for: origin, request)
        }
        return withReadAccess(try await next(request, context), for: origin, request)
    }

    private func withReadAccess(_ response: Response, for origin: String?, _ request: Request) -> Response {
        var response = response
        response.headers[.vary] = "Origin"
        guard let origin else { return response }
        response.headers[.accessControlAllowOrigin] = origin
        if request.method == .options {
            response.headers[.accessControlAllowMethods] = "GET, HEAD, OPTIONS"
            // The original's hooks send Content-Type on a GET, which makes browsers ask.
            response.headers[.accessControlAllowHeaders] = "Content-Type, Last-Event-ID"
        }
        return response
    }

    func isOurs(_ host: String) -> Bool {
        // Rebinding needs a name: where every address of the machine is served, any address is as good as another.
        Self.isLoopback(host) || host == boundHost || (Self.bindsEverything(boundHost) && Self.isAddress(host))
    }

    func isLoopbackOrigin(_ origin: String) -> Bool {
        guard let scheme = ["http://", "https://"].first(where: { origin.hasPrefix($0) }) else { return false }
        return Self.isLoopback(Self.host(ofAuthority: String(origin.dropFirst(scheme.count))))
    }

    /// The host without its port; an IPv6 address without its brackets.
    static func host(ofAuthority authority: String) -> String {
        if authority.hasPrefix("[") { return String(authority.dropFirst().prefix { $0 != "]" }) }
        return String(authority.prefix { $0 != ":" }).lowercased()
    }

    static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host.hasSuffix(".localhost") || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Whether a host is an address rather than a name.
    static func isAddress(_ host: String) -> Bool {
        if host.contains(":") { return host.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." } }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }

    private static func bindsEverything(_ host: String) -> Bool { host == "0.0.0.0" || host == "::" }
}
