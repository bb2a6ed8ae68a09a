/// A TCP port that a daemon is expected to listen on.
public struct DeclaredPort: Sendable, Hashable {
    /// Its number, 1…65535.
    public var number: Int
    /// How it is known.
    public var source: Source

    /// How the port of a daemon is known.
    public enum Source: Sendable, Hashable {
        /// It stands under `ports`.
        case key
        /// The readiness probe asks it on this machine.
        case probe
    }

    /// Creates a port.
    public init(_ number: Int, _ source: Source) {
        self.number = number
        self.source = source
    }
}

extension DaemonPlan {
    /// The ports that it is expected to listen on: those under `ports`, or else those of this machine that its readiness
    /// probe asks.
    ///
    /// A port that is only one of several possibilities (`any`) is not among them.
    public var declaredPorts: [DeclaredPort] {
        if let ports { return ports.map { DeclaredPort($0, .key) } }
        var found: [DeclaredPort] = []
        for number in ready?.probe.certainLocalPorts ?? [] where !found.contains(where: { $0.number == number }) {
            found.append(DeclaredPort(number, .probe))
        }
        return found
    }
}

extension Probe {
    /// The ports of this machine that must be open for it to succeed.
    var certainLocalPorts: [Int] {
        switch self {
        case .tcp(let host, let port): Self.isLocal(host) ? [port] : []
        case .http(let url): Self.localPort(of: url).map { [$0] } ?? []
        case .all(let probes): probes.flatMap(\.certainLocalPorts)
        case .any(let probes): probes.count == 1 ? probes.flatMap(\.certainLocalPorts) : []
        case .command, .log, .notify, .silentFor: []
        }
    }

    private static func isLocal(_ host: some StringProtocol) -> Bool {
        ["localhost", "::1", "::", "0.0.0.0"].contains(host.lowercased()) || host.hasPrefix("127.")
    }

    /// The port of `http://HOST:PORT/…` if the host is this machine.
    private static func localPort(of url: String) -> Int? {
        let isPlain = url.hasPrefix("http://")
        guard isPlain || url.hasPrefix("https://") else { return nil }
        var authority = url.dropFirst(isPlain ? 7 : 8).prefix { !"/?#".contains($0) }
        if let at = authority.lastIndex(of: "@") { authority = authority[authority.index(after: at)...] }
        var host = authority
        var port = isPlain ? 80 : 443
        let bracket = authority.lastIndex(of: "]")
        if let colon = authority.lastIndex(of: ":"), bracket.map({ $0 < colon }) ?? true {
            guard let number = Int(authority[authority.index(after: colon)...]), (1...65_535).contains(number) else {
                return nil
            }
            (host, port) = (authority[..<colon], number)
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        return isLocal(host) ? port : nil
    }
}
