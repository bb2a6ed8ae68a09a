/// Where the HTTP servers listen, and what they demand.
public struct ServerPlan: Sendable, Equatable {
    /// The address to bind; loopback by default.
    public var host: String
    /// The port of the orchestrator API; 0 takes any free one.
    public var port: Int
    /// The port of the status API; 0 takes any free one.
    public var statusPort: Int
    /// What needs the token.
    public var token: TokenDuty
    /// Encrypts both ports; nil for plain HTTP.
    public var tls: TLSFiles?
    /// The origins of pages that may read answers, besides those of this machine; `*` for all.
    public var cors: [String]

    /// Creates the section `server`.
    public init(
        host: String = "127.0.0.1",
        port: Int = 5002,
        statusPort: Int = 5001,
        token: TokenDuty = .changes,
        tls: TLSFiles? = nil,
        cors: [String] = []
    ) {
        self.host = host
        self.port = port
        self.statusPort = statusPort
        self.token = token
        self.tls = tls
        self.cors = cors
    }
}

/// What a request over TCP has to show the token for.
public enum TokenDuty: String, Sendable, Hashable, CaseIterable {
    /// For what changes something.
    case changes
    /// For everything but the question whether Ghost lives.
    case all
}

/// The files of a server's own certificate.
public struct TLSFiles: Sendable, Hashable {
    /// The absolute path of the certificate and those above it, as PEM.
    public var certificate: String
    /// The absolute path of its private key, as PEM.
    public var key: String

    /// Names the files.
    public init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }
}

extension ServerPlan {
    /// Why the servers must not listen like this; nil if they may.
    public var fault: String? {
        if token == .all, cors.contains("*") {
            return "server.cors must not be \"*\" where every request shows the token; name the origins of your pages"
        }
        guard !HostName.isLoopback(host), token != .all, tls == nil else { return nil }
        return "server.host \(host) can be reached from other machines, and everybody there could read all logs; "
            + "add \"token: all\", so that every request shows the token of the state folder, or \"tls: {cert, key}\", "
            + "or listen on 127.0.0.1"
    }
}

/// What a host's name tells without asking a name server.
public enum HostName {
    /// Whether it is this machine: `localhost`, 127.0.0.0/8 and ::1.
    public static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host.hasSuffix(".localhost") || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Whether it is an address rather than a name.
    public static func isAddress(_ host: String) -> Bool {
        if host.contains(":") { return host.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." } }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Whether it stands for every address of this machine.
    public static func isEverything(_ host: String) -> Bool { host == "0.0.0.0" || host == "::" }
}
