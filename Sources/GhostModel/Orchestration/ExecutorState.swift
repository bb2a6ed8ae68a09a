/// The component object `executor`.
public struct ExecutorState: OrchestrationComponent {
    public var status: ComponentStatus
    public var lastCheck: Timestamp
    @Nullable public var error: String?
    /// Tasks that were started and have not ended.
    public var activeTasks: Int
    /// Tasks that ended with success, since counting began.
    public var completedTasks: Int
    /// Tasks that ended otherwise.
    public var failedTasks: Int
    /// Tasks that were started.
    public var startedTasks: Int
    /// What the newest record says it is doing; nil before the first.
    @Nullable public var phase: Phase?
    /// How many records said so, per phase.
    public var phases: [String: Int]
    /// Tasks that ended with success in recent time; in JSON `completedTasks1m` and so on.
    public var recentCompleted: RecentCount
    /// Tasks that ended otherwise in recent time; in JSON `failedTasks1m` and so on.
    public var recentFailed: RecentCount
    /// Tasks that were started in recent time; in JSON `startedTasks1m` and so on.
    public var recentStarted: RecentCount
    /// The duration that half of all tasks did not exceed, in milliseconds, exact to 3.2 %; nil if none is known.
    @Nullable public var durationP50: Int64?
    /// The duration that 95 % of all tasks did not exceed, likewise.
    @Nullable public var durationP95: Int64?
    /// How many tasks ended in a minute, on average over the last hour, with two decimals.
    public var tasksPerMinute: Double
    public var facts: ComponentFacts

    /// What the executor is doing.
    public enum Phase: String, Codable, Sendable, CaseIterable {
        case idle
        /// It runs a task, or has just completed one.
        case processing
        /// It waits for something.
        case coordinating
        /// A task failed.
        case error
    }

    public init(
        status: ComponentStatus,
        lastCheck: Timestamp,
        error: String? = nil,
        activeTasks: Int = 0,
        completedTasks: Int = 0,
        failedTasks: Int = 0,
        startedTasks: Int = 0,
        phase: Phase? = nil,
        phases: [String: Int] = [:],
        recentCompleted: RecentCount = RecentCount(),
        recentFailed: RecentCount = RecentCount(),
        recentStarted: RecentCount = RecentCount(),
        durationP50: Int64? = nil,
        durationP95: Int64? = nil,
        tasksPerMinute: Double = 0,
        facts: ComponentFacts = ComponentFacts()
    ) {
        self.status = status
        self.lastCheck = lastCheck
        self.error = error
        self.activeTasks = activeTasks
        self.completedTasks = completedTasks
        self.failedTasks = failedTasks
        self.startedTasks = startedTasks
        self.phase = phase
        self.phases = phases
        self.recentCompleted = recentCompleted
        self.recentFailed = recentFailed
        self.recentStarted = recentStarted
        self.durationP50 = durationP50
        self.durationP95 = durationP95
        self.tasksPerMinute = tasksPerMinute
        self.facts = facts
    }
}

extension ExecutorState {
    private enum CodingKeys: String, CodingKey {
        case status, lastCheck, error, activeTasks, completedTasks, failedTasks, startedTasks, phase, phases
        case durationP50, durationP95, tasksPerMinute
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        status = try container.decode(ComponentStatus.self, forKey: .status)
        lastCheck = try container.decode(Timestamp.self, forKey: .lastCheck)
        error = try container.decodeIfPresent(String.self, forKey: .error)
        activeTasks = try container.decode(Int.self, forKey: .activeTasks)
        completedTasks = try container.decode(Int.self, forKey: .completedTasks)
        failedTasks = try container.decodeIfPresent(Int.self, forKey: .failedTasks) ?? 0
        startedTasks = try container.decodeIfPresent(Int.self, forKey: .startedTasks) ?? 0
        phase = try container.decodeIfPresent(String.self, forKey: .phase).flatMap(Phase.init(rawValue:))
        phases = try container.decodeIfPresent([String: Int].self, forKey: .phases) ?? [:]
        recentCompleted = try decoder.recent(of: CodingKeys.completedTasks)
        recentFailed = try decoder.recent(of: CodingKeys.failedTasks)
        recentStarted = try decoder.recent(of: CodingKeys.startedTasks)
        durationP50 = try container.decodeIfPresent(Int64.self, forKey: .durationP50)
        durationP95 = try container.decodeIfPresent(Int64.self, forKey: .durationP95)
        tasksPerMinute = try container.decodeIfPresent(Double.self, forKey: .tasksPerMinute) ?? 0
        facts = try ComponentFacts(from: decoder)
    }

    public func encode(to encoder: any Encoder) throws {
        try facts.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(status, forKey: .status)
        try container.encode(lastCheck, forKey: .lastCheck)
        try container.encode(_error, forKey: .error)
        try container.encode(activeTasks, forKey: .activeTasks)
        try container.encode(completedTasks, forKey: .completedTasks)
        try container.encode(failedTasks, forKey: .failedTasks)
        try container.encode(startedTasks, forKey: .startedTasks)
        try container.encode(_phase, forKey: .phase)
        try container.encode(phases, forKey: .phases)
        try encoder.encode(recentCompleted, of: CodingKeys.completedTasks)
        try encoder.encode(recentFailed, of: CodingKeys.failedTasks)
        try encoder.encode(recentStarted, of: CodingKeys.startedTasks)
        try container.encode(_durationP50, forKey: .durationP50)
        try container.encode(_durationP95, forKey: .durationP95)
        try container.encode(tasksPerMinute, forKey: .tasksPerMinute)
    }
}
