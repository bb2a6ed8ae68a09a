/// The component object `sentinel`.
public struct SentinelState: OrchestrationComponent {
    public var status: ComponentStatus
    public var lastCheck: Timestamp
    @Nullable public var error: String?
    /// Whether the status is active.
    public var monitoring: Bool
    /// The newest three lines that report a fault, newest first.
    public var recentErrors: [String]
    /// How many observations there were of each kind.
    public var observations: Observations
    /// Daemons whose newest observation is that they run; sorted.
    public var upNow: [String]
    /// Daemons whose newest observation is a fault; sorted.
    ///
    /// Those that were asked to stop are not among them.
    public var downNow: [String]
    /// Every daemon under watch.
    public var daemons: [String: ObservedDaemon]
    /// How many of each kind in recent time; in JSON `observations1m` and so on, each an object.
    public var recentObservations: RecentObservations
    public var facts: ComponentFacts

    /// Observations in the windows of ``RecentCount``.
    public struct RecentObservations: Equatable, Sendable {
        public var minute: Observations
        public var hour: Observations
        public var day: Observations

        public init(
            minute: Observations = Observations(),
            hour: Observations = Observations(),
            day: Observations = Observations()
        ) {
            self.minute = minute
            self.hour = hour
            self.day = day
        }
    }

    /// Counts of observations.
    public struct Observations: Codable, Equatable, Sendable {
        public var up: Int
        public var down: Int
        public var error: Int

        public init(up: Int = 0, down: Int = 0, error: Int = 0) {
            self.up = up
            self.down = down
            self.error = error
        }
    }

    public init(
        status: ComponentStatus,
        lastCheck: Timestamp,
        error: String? = nil,
        monitoring: Bool = false,
        recentErrors: [String] = [],
        observations: Observations = Observations(),
        upNow: [String] = [],
        downNow: [String] = [],
        daemons: [String: ObservedDaemon] = [:],
        recentObservations: RecentObservations = RecentObservations(),
        facts: ComponentFacts = ComponentFacts()
    ) {
        self.status = status
        self.lastCheck = lastCheck
        self.error = error
        self.monitoring = monitoring
        self.recentErrors = recentErrors
        self.observations = observations
        self.upNow = upNow
        self.downNow = downNow
        self.daemons = daemons
        self.recentObservations = recentObservations
        self.facts = facts
    }
}

/// What the sentinel's log says about one daemon.
public struct ObservedDaemon: Codable, Equatable, Sendable {
    public var state: State
    /// The process, if the newest observation names one.
    @Nullable public var pid: Int32?
    /// The time of the first observation of this state; nil if that line had no trusted time.
    @Nullable public var since: Timestamp?
    /// How often it changed between running and not running.
    public var transitions: Int
    /// In which respects the process is no longer what was declared.
    public var drift: [String]

    /// The newest observation.
    public enum State: String, Codable, Sendable, CaseIterable {
        case up
        /// Not running, or it could not be looked at, although it should run.
        case down
        /// Not running, as it should be.
        case stopped
    }

    public init(state: State, pid: Int32?, since: Timestamp?, transitions: Int, drift: [String] = []) {
        self.state = state
        self.pid = pid
        self.since = since
        self.transitions = transitions
        self.drift = drift
    }
}

extension SentinelState {
    private enum CodingKeys: String, CodingKey {
        case status, lastCheck, error, monitoring, recentErrors, observations, upNow, downNow, daemons
        case observations1m, observations1h, observations24h
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        status = try container.decode(ComponentStatus.self, forKey: .status)
        lastCheck = try container.decode(Timestamp.self, forKey: .lastCheck)
        error = try container.decodeIfPresent(String.self, forKey: .error)
        monitoring = try container.decode(Bool.self, forKey: .monitoring)
        recentErrors = try container.decodeIfPresent([String].self, forKey: .recentErrors) ?? []
        observations = try container.decodeIfPresent(Observations.self, forKey: .observations) ?? Observations()
        upNow = try container.decodeIfPresent([String].self, forKey: .upNow) ?? []
        downNow = try container.decodeIfPresent([String].self, forKey: .downNow) ?? []
        daemons = try container.decodeIfPresent([String: ObservedDaemon].self, forKey: .daemons) ?? [:]
        func recent(_ key: CodingKeys) throws -> Observations {
            try container.decodeIfPresent(Observations.self, forKey: key) ?? Observations()
        }
        recentObservations = RecentObservations(
            minute: try recent(.observations1m),
            hour: try recent(.observations1h),
            day: try recent(.observations24h)
        )
        facts = try ComponentFacts(from: decoder)
    }

    public func encode(to encoder: any Encoder) throws {
        try facts.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(status, forKey: .status)
        try container.encode(lastCheck, forKey: .lastCheck)
        try container.encode(_error, forKey: .error)
        try container.encode(monitoring, forKey: .monitoring)
        try container.encode(recentErrors, forKey: .recentErrors)
        try container.encode(observations, forKey: .observations)
        try container.encode(upNow, forKey: .upNow)
        try container.encode(downNow, forKey: .downNow)
        try container.encode(daemons, forKey: .daemons)
        try container.encode(recentObservations.minute, forKey: .observations1m)
        try container.encode(recentObservations.hour, forKey: .observations1h)
        try container.encode(recentObservations.day, forKey: .observations24h)
    }
}
