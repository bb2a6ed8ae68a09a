/// The component object `watchdog`.
public struct WatchdogState: OrchestrationComponent {
    public var status: ComponentStatus
    public var lastCheck: Timestamp
    @Nullable public var error: String?
    /// Restarts that succeeded, since counting began.
    public var restartCount: Int
    /// Attempts that did not succeed, refusals included.
    public var failedCount: Int
    /// The time of the newest success by the log's own clock.
    @Nullable public var lastRestart: Timestamp?
    /// Attempts that were refused because there had been too many.
    public var refusedCount: Int
    /// The same per daemon.
    public var perDaemon: [String: RestartCounts]
    public var facts: ComponentFacts

    public init(
        status: ComponentStatus,
        lastCheck: Timestamp,
        error: String? = nil,
        restartCount: Int = 0,
        failedCount: Int = 0,
        lastRestart: Timestamp? = nil,
        refusedCount: Int = 0,
        perDaemon: [String: RestartCounts] = [:],
        facts: ComponentFacts = ComponentFacts()
    ) {
        self.status = status
        self.lastCheck = lastCheck
        self.error = error
        self.restartCount = restartCount
        self.failedCount = failedCount
        self.lastRestart = lastRestart
        self.refusedCount = refusedCount
        self.perDaemon = perDaemon
        self.facts = facts
    }
}

/// What the watchdog's log says about one daemon.
public struct RestartCounts: Codable, Equatable, Sendable {
    public var restartCount: Int
    public var failedCount: Int
    /// The newest trusted time of any attempt.
    @Nullable public var lastAttempt: Timestamp?
    /// Whether the newest attempt says that the daemon ends again and again.
    public var crashLooping: Bool

    public init(restartCount: Int, failedCount: Int, lastAttempt: Timestamp?, crashLooping: Bool) {
        self.restartCount = restartCount
        self.failedCount = failedCount
        self.lastAttempt = lastAttempt
        self.crashLooping = crashLooping
    }
}

extension WatchdogState {
    private enum CodingKeys: String, CodingKey {
        case status, lastCheck, error, restartCount, failedCount, lastRestart, refusedCount, perDaemon
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        status = try container.decode(ComponentStatus.self, forKey: .status)
        lastCheck = try container.decode(Timestamp.self, forKey: .lastCheck)
        error = try container.decodeIfPresent(String.self, forKey: .error)
        restartCount = try container.decode(Int.self, forKey: .restartCount)
        failedCount = try container.decodeIfPresent(Int.self, forKey: .failedCount) ?? 0
        lastRestart = try container.decodeIfPresent(Timestamp.self, forKey: .lastRestart)
        refusedCount = try container.decodeIfPresent(Int.self, forKey: .refusedCount) ?? 0
        perDaemon = try container.decodeIfPresent([String: RestartCounts].self, forKey: .perDaemon) ?? [:]
        facts = try ComponentFacts(from: decoder)
    }

    public func encode(to encoder: any Encoder) throws {
        try facts.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(status, forKey: .status)
        try container.encode(lastCheck, forKey: .lastCheck)
        try container.encode(_error, forKey: .error)
        try container.encode(restartCount, forKey: .restartCount)
        try container.encode(failedCount, forKey: .failedCount)
        try container.encode(_lastRestart, forKey: .lastRestart)
        try container.encode(refusedCount, forKey: .refusedCount)
        try container.encode(perDaemon, forKey: .perDaemon)
    }
}
