/// The component object `selfcheck`.
public struct SelfCheckState: OrchestrationComponent {
    public var status: ComponentStatus
    public var lastCheck: Timestamp
    @Nullable public var error: String?
    /// Health checks of any outcome, since counting began.
    public var healthChecks: Int
    /// The newest trusted time of one.
    @Nullable public var lastHealthCheck: Timestamp?
    public var healthyChecks: Int
    public var warningChecks: Int
    public var criticalChecks: Int
    /// The newest one; nil before the first.
    @Nullable public var last: LastCheck?
    /// Checks in recent time that found all well; in JSON `healthyChecks1m` and so on.
    public var recentHealthy: RecentCount
    /// Checks in recent time that warned.
    public var recentWarning: RecentCount
    /// Checks in recent time that found something critical.
    public var recentCritical: RecentCount
    public var facts: ComponentFacts

    /// Checks of any outcome in recent time; in JSON `healthChecks1m` and so on.
    public var recentChecks: RecentCount { recentHealthy + recentWarning + recentCritical }

    /// One health check: its verdict, and how many of its parts said what.
    public struct LastCheck: Codable, Equatable, Sendable {
        public var status: CheckStatus
        @Nullable public var healthy: Int?
        /// Nil where the log's vocabulary does not say.
        @Nullable public var warning: Int?
        /// Nil where the log's vocabulary does not say.
        @Nullable public var critical: Int?

        public init(status: CheckStatus, healthy: Int?, warning: Int?, critical: Int?) {
            self.status = status
            self.healthy = healthy
            self.warning = warning
            self.critical = critical
        }
    }

    public init(
        status: ComponentStatus,
        lastCheck: Timestamp,
        error: String? = nil,
        healthChecks: Int = 0,
        lastHealthCheck: Timestamp? = nil,
        healthyChecks: Int = 0,
        warningChecks: Int = 0,
        criticalChecks: Int = 0,
        last: LastCheck? = nil,
        recentHealthy: RecentCount = RecentCount(),
        recentWarning: RecentCount = RecentCount(),
        recentCritical: RecentCount = RecentCount(),
        facts: ComponentFacts = ComponentFacts()
    ) {
        self.status = status
        self.lastCheck = lastCheck
        self.error = error
        self.healthChecks = healthChecks
        self.lastHealthCheck = lastHealthCheck
        self.healthyChecks = healthyChecks
        self.warningChecks = warningChecks
        self.criticalChecks = criticalChecks
        self.last = last
        self.recentHealthy = recentHealthy
        self.recentWarning = recentWarning
        self.recentCritical = recentCritical
        self.facts = facts
    }
}

extension SelfCheckState {
    private enum CodingKeys: String, CodingKey {
        case status, lastCheck, error, healthChecks, lastHealthCheck
        case healthyChecks, warningChecks, criticalChecks, last
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        status = try container.decode(ComponentStatus.self, forKey: .status)
        lastCheck = try container.decode(Timestamp.self, forKey: .lastCheck)
        error = try container.decodeIfPresent(String.self, forKey: .error)
        healthChecks = try container.decode(Int.self, forKey: .healthChecks)
        lastHealthCheck = try container.decodeIfPresent(Timestamp.self, forKey: .lastHealthCheck)
        healthyChecks = try container.decodeIfPresent(Int.self, forKey: .healthyChecks) ?? 0
        warningChecks = try container.decodeIfPresent(Int.self, forKey: .warningChecks) ?? 0
        criticalChecks = try container.decodeIfPresent(Int.self, forKey: .criticalChecks) ?? 0
        last = try container.decodeIfPresent(LastCheck.self, forKey: .last)
        recentHealthy = try decoder.recent(of: CodingKeys.healthyChecks)
        recentWarning = try decoder.recent(of: CodingKeys.warningChecks)
        recentCritical = try decoder.recent(of: CodingKeys.criticalChecks)
        facts = try ComponentFacts(from: decoder)
    }

    public func encode(to encoder: any Encoder) throws {
        try facts.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(status, forKey: .status)
        try container.encode(lastCheck, forKey: .lastCheck)
        try container.encode(_error, forKey: .error)
        try container.encode(healthChecks, forKey: .healthChecks)
        try container.encode(_lastHealthCheck, forKey: .lastHealthCheck)
        try container.encode(healthyChecks, forKey: .healthyChecks)
        try container.encode(warningChecks, forKey: .warningChecks)
        try container.encode(criticalChecks, forKey: .criticalChecks)
        try container.encode(_last, forKey: .last)
        try encoder.encode(recentChecks, of: CodingKeys.healthChecks)
        try encoder.encode(recentHealthy, of: CodingKeys.healthyChecks)
        try encoder.encode(recentWarning, of: CodingKeys.warningChecks)
        try encoder.encode(recentCritical, of: CodingKeys.criticalChecks)
    }
}
