/// A component as the status API shows it: the original called the components daemons.
public struct ComponentDaemon: Sendable, Equatable, Codable {
    /// The name of the original, such as `ghostSentinelGuard`.
    public var name: String
    /// Whether the component works: its status is neither unknown nor error.
    public var running: Bool
    /// Ghost's own pid as a text; nil when somebody else writes the logs.
    public var pid: String?
    /// Why it does not work.
    public var error: String?
    /// When Ghost looked.
    public var lastCheck: Timestamp

    /// Creates an entry.
    public init(name: String, running: Bool, pid: String?, error: String?, lastCheck: Timestamp) {
        self.name = name
        self.running = running
        self.pid = pid
        self.error = error
        self.lastCheck = lastCheck
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(running, forKey: .running)
        // Absent and null are different to a client of the original, which always sent both.
        try container.encode(pid, forKey: .pid)
        try container.encode(error, forKey: .error)
        try container.encode(lastCheck, forKey: .lastCheck)
    }
}

/// The five components of the status API and their sum.
public struct ComponentDaemons: Sendable, Equatable, Codable {
    public var daemons: [ComponentDaemon]
    /// `healthy`, `warning` or `critical`.
    public var overallHealth: String
    public var runningCount: Int
    public var totalCount: Int
    public var lastUpdate: Timestamp

    /// Sums up: healthy if all run, a warning from 70 % on, critical below.
    public init(_ daemons: [ComponentDaemon], at time: Timestamp) {
        self.daemons = daemons
        runningCount = daemons.count(where: \.running)
        totalCount = daemons.count
        overallHealth =
            runningCount == totalCount
            ? "healthy" : Double(runningCount) >= 0.7 * Double(totalCount) ? "warning" : "critical"
        lastUpdate = time
    }
}

/// One line of a log as the status API lists it.
public struct LogEntry: Sendable, Equatable, Codable {
    /// The time in the line; of the nearest line before it that has one; or of the request.
    public var timestamp: Timestamp
    /// The line without the white space around it.
    public var message: String
    /// The component that wrote it.
    public var type: ComponentKind
    /// True in listings of errors, otherwise absent.
    public var error: Bool?

    /// Creates an entry.
    public init(timestamp: Timestamp, message: String, type: ComponentKind, error: Bool? = nil) {
        self.timestamp = timestamp
        self.message = message
        self.type = type
        self.error = error
    }
}

/// Log lines by component, or under `errors`.
public struct LogListing: Sendable, Equatable, Codable {
    public var logs: [String: [LogEntry]]
    public var lastUpdate: Timestamp

    /// Creates a listing.
    public init(logs: [String: [LogEntry]], lastUpdate: Timestamp) {
        self.logs = logs
        self.lastUpdate = lastUpdate
    }
}

/// Everything that `/api/status` shows.
public struct CombinedStatus: Sendable, Equatable, Codable {
    public var daemons: ComponentDaemons
    public var logs: LogListing
    public var timestamp: Timestamp

    /// Creates the sum of both.
    public init(daemons: ComponentDaemons, logs: LogListing, timestamp: Timestamp) {
        self.daemons = daemons
        self.logs = logs
        self.timestamp = timestamp
    }
}

/// The answer of `/api/health` on the status API: that it answers.
public struct Liveness: Sendable, Equatable, Codable {
    public var status: String
    public var timestamp: Timestamp
    public var version: String

    /// Creates an answer.
    public init(timestamp: Timestamp, version: String) {
        status = "healthy"
        self.timestamp = timestamp
        self.version = version
    }
}

/// The envelope of answers that succeed.
public struct Success<Body: Sendable & Codable>: Sendable, Codable {
    public var status: String
    public var data: Body
    /// When the answer was given; absent where `data` carries the time.
    public var timestamp: Timestamp?

    /// Wraps a body.
    public init(_ data: Body, at timestamp: Timestamp?) {
        status = "success"
        self.data = data
        self.timestamp = timestamp
    }
}
