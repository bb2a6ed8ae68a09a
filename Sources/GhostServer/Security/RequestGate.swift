import GhostModel

/// What is known of a request before anybody looks at what it wants.
struct RequestFacts: Sendable {
    /// What the method does.
    enum Intent: Sendable {
        case read
        /// A browser asks whether a page may.
        case ask
        case change
    }

    var intent: Intent
    /// The path with its query, in bytes.
    var targetBytes: Int
    var path: String
    /// The `Host` header, or what stands for it.
    var authority: String?
    var origin: String?
    /// `Sec-Fetch-Site`, `Sec-Fetch-Mode` and `Sec-Fetch-Dest`.
    var fetchSite: String?
    var fetchMode: String?
    var fetchDestination: String?
    var contentType: String?
    var authorization: String?
}

extension RequestFacts {
    /// What is known of a hot request; one that has to show a token is the router's, since it shows none here.
    init(_ request: HotRequest) {
        self.init(
            intent: .read,
            targetBytes: 0,
            path: request.resource == .processHealth ? "/healthz" : "",
            authority: request.host,
            origin: request.origin,
            fetchSite: request.fetchSite
        )
    }
}

/// Decides whether a request over TCP may reach the routes.
///
/// A web page anywhere can make a browser send requests to 127.0.0.1: forms, images, scripts, and under a host name of its
/// own if it controls a name server (DNS rebinding). Such requests are told by their `Host`, by their `Origin` and by what
/// browsers say of where they come from.
struct RequestGate: Sendable {
    /// The host that the server listens on, as configured.
    let boundHost: String
    let walls: ServerWalls

    /// Why a request is not let in.
    enum Refusal: Sendable, Hashable {
        case targetTooLong
        case hostMissing
        /// The name is none of this machine.
        case otherHost
        /// A page of another origin sends it.
        case otherOrigin
        /// The browser says that another site sends it.
        case crossSite
        /// A form or a plain text, which any page can send without being asked.
        case notJSON
        case tokenMissing
    }

    /// Why a request is refused; nil if it may go on.
    func refusal(of request: RequestFacts) -> Refusal? {
        if request.targetBytes > RequestLimits.target { return .targetTooLong }
        guard let authority = request.authority else { return .hostMissing }
        guard isServed(Self.host(ofAuthority: authority)) else { return .otherHost }
        if let origin = request.origin {
            guard mayRead(origin, at: authority) else { return .otherOrigin }
            if request.intent == .change, !mayChange(origin, at: authority) { return .otherOrigin }
        } else if isCrossSite(request) {
            return .crossSite
        }
        if request.intent == .change, let type = request.contentType, !Self.isJSON(type) { return .notJSON }
        if request.intent != .ask, walls.duty == .all, request.path != "/healthz",
            !(walls.token?.isShown(by: request.authorization) ?? false)
        {
            return .tokenMissing
        }
        return nil
    }

    /// What `Access-Control-Allow-Origin` is for an origin; nil for none.
    func allowedOrigin(_ origin: String?, at authority: String?) -> String? {
        guard let origin, let authority, mayRead(origin, at: authority) else { return nil }
        return walls.origins.contains("*") && walls.duty != .all && !isNear(origin) ? "*" : origin
    }

    private func mayRead(_ origin: String, at authority: String) -> Bool {
        isNear(origin) || isOwn(origin, authority) || walls.origins.contains(origin)
            || walls.origins.contains("*") && walls.duty != .all
    }

    /// Only pages that this server gave, or that somebody named: a page of another program on this machine may look, and no
    /// more.
    private func mayChange(_ origin: String, at authority: String) -> Bool {
        isOwn(origin, authority) || walls.origins.contains(origin)
    }

    private func isOwn(_ origin: String, _ authority: String) -> Bool {
        origin == "http://\(authority)" || origin == "https://\(authority)"
    }

    private func isNear(_ origin: String) -> Bool {
        guard let scheme = ["http://", "https://"].first(where: { origin.hasPrefix($0) }) else { return false }
        return HostName.isLoopback(Self.host(ofAuthority: String(origin.dropFirst(scheme.count))))
    }

    /// Whether a browser says that another site's page sends this, unless a person followed a link.
    private func isCrossSite(_ request: RequestFacts) -> Bool {
        switch request.fetchSite {
        case nil, "same-origin", "none": return false
        default:
            let isLink = request.fetchMode == "navigate" && request.fetchDestination == "document"
            return !(request.intent == .read && isLink)
        }
    }

    private func isServed(_ host: String) -> Bool {
        // Rebinding needs a name: where every address of the machine is served, any address is as good as another.
        HostName.isLoopback(host) || host == boundHost.lowercased()
            || (HostName.isEverything(boundHost) && HostName.isAddress(host))
    }

    private static func isJSON(_ contentType: String) -> Bool {
        let type = contentType.prefix { $0 != ";" && $0 != " " }.lowercased()
        return type == "application/json" || type.hasSuffix("+json") && type.hasPrefix("application/")
    }

    /// The host without its port; an IPv6 address without its brackets.
    static func host(ofAuthority authority: String) -> String {
        if authority.hasPrefix("[") { return String(authority.dropFirst().prefix { $0 != "]" }).lowercased() }
        return String(authority.prefix { $0 != ":" }).lowercased()
    }
}
