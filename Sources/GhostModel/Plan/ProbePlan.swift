/// A question that is asked again and again, and how its answers are judged.
public struct ProbePlan: Sendable, Equatable {
    /// What is asked.
    public var probe: Probe
    /// The pause between the end of one attempt and the start of the next, once the first success was seen.
    public var every: Duration
    /// How long one attempt may take.
    public var timeout: Duration
    /// How many failures in a row turn success into failure.
    ///
    /// At least 1.
    public var failures: Int

    /// Creates a probe plan: every 10 s, 2 s at most, 3 failures in a row.
    public init(
        _ probe: Probe,
        every: Duration = .seconds(10),
        timeout: Duration = .seconds(2),
        failures: Int = 3
    ) {
        self.probe = probe
        self.every = every
        self.timeout = timeout
        self.failures = failures
    }

    /// The pause between attempts until the first success: a starting daemon is asked often, so that what waits for it
    /// starts soon.
    public static let startupInterval: Duration = .milliseconds(100)
}

/// What can be asked of a daemon or an endpoint.
public enum Probe: Sendable, Hashable, CustomStringConvertible {
    /// A GET must answer with a status from 200 to 399.
    case http(url: String)
    /// A connection must be accepted.
    case tcp(host: String, port: Int)
    /// A command must exit with 0; it runs in the daemon's folder and environment.
    case command(Command)

    public var description: String {
        switch self {
        case .http(let url): "http \(url)"
        case .tcp(let host, let port): "tcp \(host.contains(":") ? "[\(host)]" : host):\(port)"
        case .command(let command): "command \(command)"
        }
    }
}

/// The answer to one attempt of a probe.
public enum ProbeResult: Sendable, Hashable {
    /// The attempt succeeded.
    case success
    /// The attempt failed; the text says how, in a few words.
    case failure(String)
}
