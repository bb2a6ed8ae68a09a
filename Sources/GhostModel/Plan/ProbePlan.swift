/// What is asked of a daemon in one of its roles, how often, and what its failure means.
public struct ProbePlan: Sendable, Hashable {
    /// What is asked: one question, or several joined by ``Probe/any(_:)`` or ``Probe/all(_:)``.
    public var probe: Probe
    /// The pause between the end of one attempt and the start of the next.
    public var every: Duration
    /// How long one attempt may take.
    public var timeout: Duration
    /// How many failures in a row count as failed.
    ///
    /// At least 1.
    public var failures: Int
    /// What follows once it has failed.
    public var action: Action

    /// What follows from a failed probe.
    public enum Action: String, Sendable, Hashable, CaseIterable {
        /// The daemon is stopped by its stop sequence and started again; that counts as a death.
        case restart
        /// It is told, and the daemon is left alone.
        case alert
    }

    /// Creates a probe plan: every 10 s, 2 s at most, 3 failures in a row, which are told.
    public init(
        _ probe: Probe,
        every: Duration = .seconds(10),
        timeout: Duration = .seconds(2),
        failures: Int = 3,
        action: Action = .alert
    ) {
        self.probe = probe
        self.every = every
        self.timeout = timeout
        self.failures = failures
        self.action = action
    }

    /// Creates the plan that a role has when nothing but the question is said.
    ///
    /// - `start`: every second, 60 failures, restart: a daemon has a minute to come up.
    /// - `ready`: every 10 s, 3 failures, alert.
    /// - `alive`: every 10 s, 3 failures, restart; silence alone fails at once, because it has a time of its own.
    public init(_ probe: Probe, for role: ProbeRole) {
        self.init(probe)
        switch role {
        case .start: (every, failures, action) = (.seconds(1), 60, .restart)
        case .ready: break
        case .alive: action = .restart
        }
        if case .silentFor = probe { failures = 1 }
    }

    /// The pause between attempts of the readiness probe until the first success: a starting daemon is asked often, so
    /// that what waits for it starts soon.
    public static let startupInterval: Duration = .milliseconds(100)
}

/// What a probe is for.
public enum ProbeRole: String, Sendable, Hashable, CaseIterable, Codable {
    /// Whether it has come up; until then the others are not asked.
    case start
    /// Whether it can do its work; opens the gates of those that need it.
    case ready
    /// Whether it still works; asked once it has been ready.
    case alive
}

/// What can be asked of a daemon or an endpoint.
public enum Probe: Sendable, Hashable, CustomStringConvertible {
    /// A GET must answer with a status from 200 to 399.
    case http(url: String)
    /// A connection must be accepted.
    case tcp(host: String, port: Int)
    /// A command must exit with 0; it runs in the daemon's folder and environment.
    case command(Command)
    /// The daemon must have written a line that matches, since this run began.
    case log(LogPhrase)
    /// The daemon must have said `READY=1` in the way of sd_notify, since this run began.
    case notify
    /// The daemon must have written something within this time.
    case silentFor(Duration)
    /// At least one must succeed.
    case any([Probe])
    /// All must succeed.
    case all([Probe])

    /// The most questions in one probe.
    public static let mostLeaves = 16

    public var description: String {
        switch self {
        case .http(let url): "http \(url)"
        case .tcp(let host, let port): "tcp \(host.contains(":") ? "[\(host)]" : host):\(port)"
        case .command(let command): "command \(command)"
        case .log(let phrase): "log \(phrase)"
        case .notify: "notify"
        case .silentFor(let duration): "silent for \(duration.configurationText)"
        case .any(let probes): "any of (\(probes.map(\.description).joined(separator: ", ")))"
        case .all(let probes): "all of (\(probes.map(\.description).joined(separator: ", ")))"
        }
    }

    /// The single questions, from left to right.
    public var leaves: [Probe] {
        switch self {
        case .http, .tcp, .command, .log, .notify, .silentFor: [self]
        case .any(let probes), .all(let probes): probes.flatMap(\.leaves)
        }
    }

    /// How the answer to a single question comes.
    public enum Answer: Sendable, Hashable {
        /// Somebody has to go and ask.
        case polled
        /// It comes by itself, once for each run.
        case awaited
        /// It follows from when the daemon wrote last.
        case silence(limit: Duration)
    }

    /// How the answer comes; nil for several questions.
    public var answer: Answer? {
        switch self {
        case .http, .tcp, .command: .polled
        case .log, .notify: .awaited
        case .silentFor(let limit): .silence(limit: limit)
        case .any, .all: nil
        }
    }
}

/// What a line of a daemon's output must hold.
public enum LogPhrase: Sendable, Hashable, CustomStringConvertible {
    /// This text, anywhere in the line.
    case text(String)
    /// A match of this regular expression, anywhere in the line.
    case pattern(String)

    public var description: String {
        switch self {
        case .text(let text): "\"\(text)\""
        case .pattern(let pattern): "/\(pattern)/"
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

extension DaemonPlan {
    /// The probe of a role; nil if there is none.
    public func probe(_ role: ProbeRole) -> ProbePlan? {
        switch role {
        case .start: start
        case .ready: ready
        case .alive: alive
        }
    }
}
