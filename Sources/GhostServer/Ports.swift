public import GhostModel

/// Where the routes get the state they show.
///
/// Nothing here may block or wait: it is memory.
public protocol StateSource: Sendable {
    /// The folded component logs, judged at `time`.
    func orchestration(at time: Timestamp) -> OrchestrationData
    /// The supervised daemons; nil when this Ghost only monitors.
    func daemons() -> [DaemonStatus]?
    /// The newest state with what led to it, for the one publisher: it takes the events.
    ///
    /// Both belong to one instant: the last event is the one that led to this state.
    func takeState(at time: Timestamp) -> JudgedState
    /// The committed events after a sequence, oldest first; as many as are kept.
    func events(after sequence: UInt64) async -> [StateEvent]
}

extension StateSource {
    public func takeState(at time: Timestamp) -> JudgedState {
        JudgedState(data: orchestration(at: time), validUntil: nil, events: [])
    }

    public func events(after sequence: UInt64) async -> [StateEvent] { [] }
}

/// A state judged at an instant.
public struct JudgedState: Sendable {
    public var data: OrchestrationData
    /// From when on time alone makes it say something else; nil if never.
    public var validUntil: Timestamp?
    /// The events that were committed since the last one was taken; nil if there were too many to keep.
    public var events: [StateEvent]?

    /// Creates a value from its parts.
    public init(data: OrchestrationData, validUntil: Timestamp?, events: [StateEvent]?) {
        self.data = data
        self.validUntil = validUntil
        self.events = events
    }
}

/// Where the routes get log lines.
public protocol LogSource: Sendable {
    /// The last lines of a component's log, oldest first, read off the cooperative pool.
    func lastLines(of component: ComponentKind, count: Int) async -> [String]
}

/// What a process uses.
public struct ProcessFigures: Sendable, Equatable {
    /// User and system time since it started, in seconds.
    public var cpuSeconds: Double
    public var residentBytes: Int
    public var openDescriptors: Int
    public var mostDescriptors: Int
    /// When it started, in seconds since 1970.
    public var startedAt: Double

    /// Creates a value from its parts.
    public init(
        cpuSeconds: Double,
        residentBytes: Int,
        openDescriptors: Int,
        mostDescriptors: Int,
        startedAt: Double
    ) {
        self.cpuSeconds = cpuSeconds
        self.residentBytes = residentBytes
        self.openDescriptors = openDescriptors
        self.mostDescriptors = mostDescriptors
        self.startedAt = startedAt
    }
}

/// What a router is made of.
public struct APISources: Sendable {
    public var state: any StateSource
    public var logs: any LogSource
    /// The wall clock of the answers.
    public var now: @Sendable () -> Timestamp
    /// Ghost's version.
    public var version: String
    /// The pid that the status API shows for the components; nil when somebody else writes the logs.
    public var componentPID: String?
    /// What is needed to change something, and to tell what happened; nil when this Ghost only monitors.
    public var control: ControlSources?
    /// The logs that can be read; nil where there are none.
    public var library: (any LogLibrary)?
    /// What requests over TCP have to pass.
    public var walls = ServerWalls()
    /// Encodes the state once for everybody; must run for the orchestrator API to answer.
    public let publisher: StatePublisher
    /// Counts what was asked for and how it was answered.
    public let tally = RequestTally()
    /// What this process uses; nil where that is not known.
    public var process: @Sendable () -> ProcessFigures?

    /// Creates the sources.
    public init(
        state: any StateSource,
        logs: any LogSource,
        now: @escaping @Sendable () -> Timestamp,
        version: String,
        componentPID: String?,
        control: ControlSources? = nil,
        feed: CommitFeed = CommitFeed(),
        process: @escaping @Sendable () -> ProcessFigures? = { nil }
    ) {
        self.state = state
        self.logs = logs
        self.now = now
        self.version = version
        self.componentPID = componentPID
        self.control = control
        self.process = process
        publisher = StatePublisher(state: state, feed: feed, now: now)
    }
}
