/// What became of the state by one commit or more, or by time alone: the data of a stream's `change` event.
///
/// It carries whole values, so that it may also be applied to a state that is newer than ``from``.
public struct OrchestrationChange: Codable, Equatable, Sendable {
    /// The newest change that the state contains behind it.
    public var seq: UInt64
    /// The newest change that the state contained before it.
    public var from: UInt64
    /// The components that changed.
    public var components: Components
    /// The other fields that changed.
    public var data: Fields
    /// What was committed.
    public var events: [StateEvent]

    /// The components that changed, whole.
    public struct Components: Codable, Equatable, Sendable {
        public var sentinel: SentinelState?
        public var watchdog: WatchdogState?
        public var executor: ExecutorState?
        public var selfcheck: SelfCheckState?
        public var lifecycle: LifecycleState?

        public init() {}
    }

    /// The fields of ``OrchestrationData`` beside the components, as far as they changed.
    public struct Fields: Codable, Equatable, Sendable {
        public var overallHealth: OverallHealth?
        public var activeComponents: Int?
        public var errorComponents: Int?
        public var totalComponents: Int?
        public var healthPercentage: Double?
        public var daemons: DaemonTally?
        public var rules: [String: RuleSnapshot]?
        /// A `null` says that none are refused any more.
        public var rulesRefused: Nullable<String>?
        public var reasons: [HealthReason]?
        /// A `null` says that nothing is counted.
        public var countedSince: Nullable<Timestamp>?
        public var persistence: Persistence?
        public var losses: [LossEntry]?
        public var lossesTotal: Int?
        public var lastUpdate: Timestamp?
        public var timestamp: Timestamp?

        public init() {}
    }

    public init(seq: UInt64, from: UInt64, components: Components, data: Fields, events: [StateEvent]) {
        self.seq = seq
        self.from = from
        self.components = components
        self.data = data
        self.events = events
    }
}

extension OrchestrationChange.Fields {
    /// Reads the fields that are there; a `null` is one of them.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        overallHealth = try container.decodeIfPresent(OverallHealth.self, forKey: .overallHealth)
        activeComponents = try container.decodeIfPresent(Int.self, forKey: .activeComponents)
        errorComponents = try container.decodeIfPresent(Int.self, forKey: .errorComponents)
        totalComponents = try container.decodeIfPresent(Int.self, forKey: .totalComponents)
        healthPercentage = try container.decodeIfPresent(Double.self, forKey: .healthPercentage)
        daemons = try container.decodeIfPresent(DaemonTally.self, forKey: .daemons)
        rules = try container.decodeIfPresent([String: RuleSnapshot].self, forKey: .rules)
        if container.contains(.rulesRefused) {
            rulesRefused = try container.decode(Nullable<String>.self, forKey: .rulesRefused)
        }
        reasons = try container.decodeIfPresent([HealthReason].self, forKey: .reasons)
        if container.contains(.countedSince) {
            countedSince = try container.decode(Nullable<Timestamp>.self, forKey: .countedSince)
        }
        persistence = try container.decodeIfPresent(Persistence.self, forKey: .persistence)
        losses = try container.decodeIfPresent([LossEntry].self, forKey: .losses)
        lossesTotal = try container.decodeIfPresent(Int.self, forKey: .lossesTotal)
        lastUpdate = try container.decodeIfPresent(Timestamp.self, forKey: .lastUpdate)
        timestamp = try container.decodeIfPresent(Timestamp.self, forKey: .timestamp)
    }
}
