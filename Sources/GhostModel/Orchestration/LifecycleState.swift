/// The component object `lifecycle`.
public struct LifecycleState: OrchestrationComponent {
    public var status: ComponentStatus
    public var lastCheck: Timestamp
    @Nullable public var error: String?
    /// How many daemons run under management now.
    public var managedDaemons: Int
    /// The order of the newest boot.
    public var startupOrder: [String]
    /// The daemons that run under management now; sorted.
    public var managedNow: [String]
    /// Every daemon that ever did, since counting began; sorted.
    public var managedEver: [String]
    /// Starts that succeeded.
    public var startedCount: Int
    /// Starts that did not, and daemons given up.
    public var failedStarts: Int
    /// Starts that succeeded in recent time; in JSON `startedCount1m` and so on.
    public var recentStarts: RecentCount
    /// Starts that did not succeed in recent time; in JSON `failedStarts1m` and so on.
    public var recentFailedStarts: RecentCount
    public var facts: ComponentFacts

    public init(
        status: ComponentStatus,
        lastCheck: Timestamp,
        error: String? = nil,
        managedDaemons: Int = 0,
        startupOrder: [String] = [],
        managedNow: [String] = [],
        managedEver: [String] = [],
        startedCount: Int = 0,
        failedStarts: Int = 0,
        recentStarts: RecentCount = RecentCount(),
        recentFailedStarts: RecentCount = RecentCount(),
        facts: ComponentFacts = ComponentFacts()
    ) {
        self.status = status
        self.lastCheck = lastCheck
        self.error = error
        self.managedDaemons = managedDaemons
        self.startupOrder = startupOrder
        self.managedNow = managedNow
        self.managedEver = managedEver
        self.startedCount = startedCount
        self.failedStarts = failedStarts
        self.recentStarts = recentStarts
        self.recentFailedStarts = recentFailedStarts
        self.facts = facts
    }
}

extension LifecycleState {
    private enum CodingKeys: String, CodingKey {
        case status, lastCheck, error, managedDaemons, startupOrder, managedNow, managedEver
        case startedCount, failedStarts
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        status = try container.decode(ComponentStatus.self, forKey: .status)
        lastCheck = try container.decode(Timestamp.self, forKey: .lastCheck)
        error = try container.decodeIfPresent(String.self, forKey: .error)
        managedDaemons = try container.decode(Int.self, forKey: .managedDaemons)
        startupOrder = try container.decode([String].self, forKey: .startupOrder)
        managedNow = try container.decodeIfPresent([String].self, forKey: .managedNow) ?? []
        managedEver = try container.decodeIfPresent([String].self, forKey: .managedEver) ?? []
        startedCount = try container.decodeIfPresent(Int.self, forKey: .startedCount) ?? 0
        failedStarts = try container.decodeIfPresent(Int.self, forKey: .failedStarts) ?? 0
        recentStarts = try decoder.recent(of: CodingKeys.startedCount)
        recentFailedStarts = try decoder.recent(of: CodingKeys.failedStarts)
        facts = try ComponentFacts(from: decoder)
    }

    public func encode(to encoder: any Encoder) throws {
        try facts.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(status, forKey: .status)
        try container.encode(lastCheck, forKey: .lastCheck)
        try container.encode(_error, forKey: .error)
        try container.encode(managedDaemons, forKey: .managedDaemons)
        try container.encode(startupOrder, forKey: .startupOrder)
        try container.encode(managedNow, forKey: .managedNow)
        try container.encode(managedEver, forKey: .managedEver)
        try container.encode(startedCount, forKey: .startedCount)
        try container.encode(failedStarts, forKey: .failedStarts)
        try encoder.encode(recentStarts, of: CodingKeys.startedCount)
        try encoder.encode(recentFailedStarts, of: CodingKeys.failedStarts)
    }
}
