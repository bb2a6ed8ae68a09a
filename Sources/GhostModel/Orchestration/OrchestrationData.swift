/// The `data` of `/api/orchestrator/status`.
///
/// The five components stand under `orchestration`, as the original's server sent them, and flat beside it, as its hooks
/// read them. Here they are stored once.
public struct OrchestrationData: Codable, Equatable, Sendable {
    public var sentinel: SentinelState
    public var watchdog: WatchdogState
    public var executor: ExecutorState
    public var selfcheck: SelfCheckState
    public var lifecycle: LifecycleState
    public var overallHealth: OverallHealth
    /// Components that work: active or idle.
    public var activeComponents: Int
    /// Components in error.
    public var errorComponents: Int
    /// 5, and those that the user's own rules describe.
    ///
    /// Where there are rules, those of the five whose logs were never there are not counted.
    public var totalComponents: Int
    /// `100 · working / total`, one decimal.
    public var healthPercentage: Double
    /// What the sentinel's log says about the daemons.
    public var daemons: DaemonTally
    /// The components that the user's own rules describe, by their names.
    public var rules: [String: RuleSnapshot]
    /// Why changed rules were refused, while those before go on; nil if none were.
    @Nullable public var rulesRefused: String?
    /// What keeps the health from being perfect.
    public var reasons: [HealthReason]
    /// The oldest trusted time of any record counted; nil if there is none.
    @Nullable public var countedSince: Timestamp?
    /// Names the store that ``sequence`` counts in; nil where nothing follows the logs.
    @Nullable public var epoch: String?
    /// The newest change that this state contains; equal ones of one epoch mean equal states.
    public var sequence: UInt64
    /// Whether this state would survive the end of Ghost.
    public var persistence: Persistence
    /// Bytes that were gone before they could be read: the newest ``longestLosses`` entries, oldest first.
    public var losses: [LossEntry]
    /// All losses there ever were.
    public var lossesTotal: Int
    /// When Ghost last looked at the logs.
    public var lastUpdate: Timestamp
    /// When this was judged.
    public var timestamp: Timestamp

    /// How many ``losses`` are told at most.
    public static let longestLosses = 20

    public init(
        sentinel: SentinelState,
        watchdog: WatchdogState,
        executor: ExecutorState,
        selfcheck: SelfCheckState,
        lifecycle: LifecycleState,
        overallHealth: OverallHealth,
        activeComponents: Int,
        errorComponents: Int,
        totalComponents: Int = ComponentKind.allCases.count,
        healthPercentage: Double,
        daemons: DaemonTally,
        rules: [String: RuleSnapshot] = [:],
        rulesRefused: String? = nil,
        reasons: [HealthReason],
        countedSince: Timestamp?,
        epoch: String? = nil,
        sequence: UInt64 = 0,
        persistence: Persistence = Persistence(state: .memory),
        losses: [LossEntry] = [],
        lossesTotal: Int = 0,
        lastUpdate: Timestamp,
        timestamp: Timestamp
    ) {
        self.sentinel = sentinel
        self.watchdog = watchdog
        self.executor = executor
        self.selfcheck = selfcheck
        self.lifecycle = lifecycle
        self.overallHealth = overallHealth
        self.activeComponents = activeComponents
        self.errorComponents = errorComponents
        self.totalComponents = totalComponents
        self.healthPercentage = healthPercentage
        self.daemons = daemons
        self.rules = rules
        self.rulesRefused = rulesRefused
        self.reasons = reasons
        self.countedSince = countedSince
        self.epoch = epoch
        self.sequence = sequence
        self.persistence = persistence
        self.losses = losses
        self.lossesTotal = lossesTotal
        self.lastUpdate = lastUpdate
        self.timestamp = timestamp
    }

    /// The component object of `kind`.
    public func component(_ kind: ComponentKind) -> any OrchestrationComponent {
        switch kind {
        case .sentinel: sentinel
        case .watchdog: watchdog
        case .executor: executor
        case .selfcheck: selfcheck
        case .lifecycle: lifecycle
        }
    }
}

/// How the whole is.
public enum OverallHealth: String, Codable, Sendable, CaseIterable {
    case healthy
    case warning
    case critical
}

/// How many of the watched daemons run.
public struct DaemonTally: Codable, Equatable, Sendable {
    /// All that are under watch, those that were asked to stop included.
    public var total: Int
    public var up: Int
    /// Those that should run and do not.
    public var down: Int
    /// The names of those down; sorted.
    public var names: [String]

    public init(total: Int = 0, up: Int = 0, down: Int = 0, names: [String] = []) {
        self.total = total
        self.up = up
        self.down = down
        self.names = names
    }
}

/// One thing that lowers the health, with the line that says so where there is one.
public struct HealthReason: Codable, Equatable, Sendable {
    public var component: String
    public var message: String
    /// The file's name inside the log folder.
    @Nullable public var file: String?
    /// Bytes from the start of that file.
    @Nullable public var offset: Int64?
    /// The text of the line, at most 256 bytes of it.
    @Nullable public var line: String?

    public init(component: String, message: String, file: String? = nil, offset: Int64? = nil, line: String? = nil) {
        self.component = component
        self.message = message
        self.file = file
        self.offset = offset
        self.line = line
    }
}

extension OrchestrationData {
    private enum CodingKeys: String, CodingKey {
        case orchestration, sentinel, watchdog, executor, selfcheck, lifecycle
        case overallHealth, activeComponents, errorComponents, totalComponents, healthPercentage
        case daemons, rules, rulesRefused, reasons, countedSince, lastUpdate, timestamp
        case epoch, sequence, persistence, losses, lossesTotal
    }

    /// Reads either shape; where both are present the nested one counts.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let nested =
            container.contains(.orchestration)
            ? try container.nestedContainer(keyedBy: CodingKeys.self, forKey: .orchestration) : container
        sentinel = try nested.decode(SentinelState.self, forKey: .sentinel)
        watchdog = try nested.decode(WatchdogState.self, forKey: .watchdog)
        executor = try nested.decode(ExecutorState.self, forKey: .executor)
        selfcheck = try nested.decode(SelfCheckState.self, forKey: .selfcheck)
        lifecycle = try nested.decode(LifecycleState.self, forKey: .lifecycle)
        lastUpdate = try nested.decode(Timestamp.self, forKey: .lastUpdate)
        overallHealth = try container.decode(OverallHealth.self, forKey: .overallHealth)
        activeComponents = try container.decode(Int.self, forKey: .activeComponents)
        errorComponents = try container.decode(Int.self, forKey: .errorComponents)
        totalComponents = try container.decode(Int.self, forKey: .totalComponents)
        healthPercentage = try container.decodeIfPresent(Double.self, forKey: .healthPercentage) ?? 0
        daemons = try container.decodeIfPresent(DaemonTally.self, forKey: .daemons) ?? DaemonTally()
        rules = try container.decodeIfPresent([String: RuleSnapshot].self, forKey: .rules) ?? [:]
        rulesRefused = try container.decodeIfPresent(String.self, forKey: .rulesRefused)
        reasons = try container.decodeIfPresent([HealthReason].self, forKey: .reasons) ?? []
        countedSince = try container.decodeIfPresent(Timestamp.self, forKey: .countedSince)
        epoch = try container.decodeIfPresent(String.self, forKey: .epoch)
        sequence = try container.decodeIfPresent(UInt64.self, forKey: .sequence) ?? 0
        persistence =
            try container.decodeIfPresent(Persistence.self, forKey: .persistence) ?? Persistence(state: .memory)
        losses = try container.decodeIfPresent([LossEntry].self, forKey: .losses) ?? []
        lossesTotal = try container.decodeIfPresent(Int.self, forKey: .lossesTotal) ?? 0
        timestamp = try container.decode(Timestamp.self, forKey: .timestamp)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try encodeComponents(to: &container)
        var nested = container.nestedContainer(keyedBy: CodingKeys.self, forKey: .orchestration)
        try encodeComponents(to: &nested)
        try container.encode(overallHealth, forKey: .overallHealth)
        try container.encode(activeComponents, forKey: .activeComponents)
        try container.encode(errorComponents, forKey: .errorComponents)
        try container.encode(totalComponents, forKey: .totalComponents)
        try container.encode(healthPercentage, forKey: .healthPercentage)
        try container.encode(daemons, forKey: .daemons)
        try container.encode(rules, forKey: .rules)
        try container.encode(_rulesRefused, forKey: .rulesRefused)
        try container.encode(reasons, forKey: .reasons)
        try container.encode(_countedSince, forKey: .countedSince)
        try container.encode(_epoch, forKey: .epoch)
        try container.encode(sequence, forKey: .sequence)
        try container.encode(persistence, forKey: .persistence)
        try container.encode(losses, forKey: .losses)
        try container.encode(lossesTotal, forKey: .lossesTotal)
        try container.encode(timestamp, forKey: .timestamp)
    }

    private func encodeComponents(to container: inout KeyedEncodingContainer<CodingKeys>) throws {
        try container.encode(sentinel, forKey: .sentinel)
        try container.encode(watchdog, forKey: .watchdog)
        try container.encode(executor, forKey: .executor)
        try container.encode(selfcheck, forKey: .selfcheck)
        try container.encode(lifecycle, forKey: .lifecycle)
        try container.encode(lastUpdate, forKey: .lastUpdate)
    }
}
