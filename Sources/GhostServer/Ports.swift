public import GhostModel

/// Where the routes get the state they show.
///
/// Nothing here may block or wait: it is memory.
public protocol StateSource: Sendable {
    /// The folded component logs, judged at `time`.
    func orchestration(at time: Timestamp) -> OrchestrationData
    /// The supervised daemons; nil when this Ghost only monitors.
    func daemons() -> [DaemonStatus]?
}

/// Where the routes get log lines.
public protocol LogSource: Sendable {
    /// The last lines of a component's log, oldest first, read off the cooperative pool.
    func lastLines(of component: ComponentKind, count: Int) async -> [String]
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

    /// Creates the sources.
    public init(
        state: any StateSource,
        logs: any LogSource,
        now: @escaping @Sendable () -> Timestamp,
        version: String,
        componentPID: String?,
        control: ControlSources? = nil
    ) {
        self.state = state
        self.logs = logs
        self.now = now
        self.version = version
        self.componentPID = componentPID
        self.control = control
    }
}
