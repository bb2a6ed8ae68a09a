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
    /// Restarts that succeeded in recent time; in JSON `restartCount1m` and so on.
    public var recentRestarts: RecentCount
    /// Attempts that did not succeed in recent time; in JSON `failedCount1m` and so on.
    public var recentFailures: RecentCount
    /// The share of all attempts that succeeded, from 0 to 1 with four decimals; nil before the first attempt.
    @Nullable public var successRate: Double?
    /// How long it took on average to bring a daemon back, in milliseconds; nil if that is not known of any.
    @Nullable public var meanTimeToRecovery: Int64?
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
        recentRestarts: RecentCount = RecentCount(),
        recentFailures: RecentCount = RecentCount(),
        successRate: Double? = nil,
        meanTimeToRecovery: Int64? = nil,
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
        self.recentRestarts = recentRestarts
        self.recentFailures = recentFailures
        self.successRate = successRate
        self.meanTimeToRecovery = meanTimeToRecovery
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
        case successRate, meanTimeToRecovery
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
        recentRestarts = try decoder.recent(of: CodingKeys.restartCount)
        recentFailures = try decoder.recent(of: CodingKeys.failedCount)
        successRate = try container.decodeIfPresent(Double.self, forKey: .successRate)
        meanTimeToRecovery = try container.decodeIfPresent(Int64.self, forKey: .meanTimeToRecovery)
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
        try encoder.encode(recentRestarts, of: CodingKeys.restartCount)
        try encoder.encode(recentFailures, of: CodingKeys.failedCount)
        try container.encode(_successRate, forKey: .successRate)
        try container.encode(_meanTimeToRecovery, forKey: .meanTimeToRecovery)
    }
}
