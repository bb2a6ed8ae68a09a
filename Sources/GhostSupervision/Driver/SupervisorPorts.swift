public import GhostModel
public import GhostSystem

/// Everything that the supervisor touches outside itself.
public struct SupervisorPorts: Sendable {
    /// Makes processes.
    public var spawner: any Spawner
    /// Asks probes.
    public var prober: any ProbeRunner
    /// Keeps what the next Ghost must know.
    public var records: RunRecords
    /// Where wishes, deaths and totals survive this Ghost; nil if they need not.
    public var memory: SupervisionFile?
    /// Looks at what daemons write; nil if no probe needs it.
    public var watcher: (any OutputWatcher)?
    /// Listens to what daemons tell; nil if no probe needs it.
    public var notifications: (any Notifications)?
    /// The zone in which schedules are read.
    public var zone: any LocalTime
    /// The file that the output of a daemon is appended to.
    public var outputPath: @Sendable (DaemonName) -> String
    /// The Lifecycle Governor's log.
    public var governorLog: any ComponentLogSink
    /// The Sentinel Guard's log.
    public var sentinelLog: any ComponentLogSink
    /// The Watchdog Loop's log.
    public var watchdogLog: any ComponentLogSink
    /// Told of each event, in order; must return at once.
    public var report: @Sendable (SupervisionEvent, Timestamp) -> Void
    /// Calls what it is given once the lines of everything that was told before are with the kernel; must return at once.
    public var afterTelling: @Sendable (@escaping @Sendable () -> Void) -> Void
    /// How far each of the three logs is written, at least: a mark behind lines that wait would lose them.
    public var logMarks: @Sendable () -> [ComponentKind: LogMark]
    /// Everything that was written to one of them behind a mark; the last of it where there is none.
    public var logRest: @Sendable (ComponentKind, LogMark?) throws(LogMarkLost) -> [UInt8]
    /// Told of each run before its process is made, when its output has not begun; must return at once.
    public var willStart: @Sendable (RunID) -> Void
    /// What a process that does not end is doing, in a few words: its state and where in the kernel it waits.
    public var describeProcess: @Sendable (Int32) -> String?
    /// Why a daemon cannot be started now although nothing is wrong with it, in one sentence; nil if nothing is in its way.
    public var obstacle: @Sendable (DaemonPlan) -> String?
    /// The control group that a run is put into for its limits.
    public var limitGroup: @Sendable (RunID, ResourceLimits) -> LimitGroup
    /// Removes the control groups of all runs but these, and what runs in them; names the runs where something did.
    public var clearLimitGroups: @Sendable (Set<RunID>) -> [String]
    /// Reads the clock that deadlines are kept on.
    public var monotonicNow: @Sendable () -> MonotonicTime
    /// Reads the clock that people see.
    public var wallNow: @Sendable () -> Timestamp
    /// A number in 0..<1 for jitter.
    public var random: @Sendable () -> Double

    /// Creates the ports; time and chance must be given, so that nothing reads a clock of its own.
    public init(
        spawner: any Spawner,
        prober: any ProbeRunner,
        records: RunRecords,
        memory: SupervisionFile? = nil,
        watcher: (any OutputWatcher)? = nil,
        notifications: (any Notifications)? = nil,
        zone: any LocalTime = UniversalTime(),
        outputPath: @escaping @Sendable (DaemonName) -> String,
        governorLog: any ComponentLogSink,
        sentinelLog: any ComponentLogSink,
        watchdogLog: any ComponentLogSink,
        report: @escaping @Sendable (SupervisionEvent, Timestamp) -> Void = { _, _ in },
        afterTelling: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void = { $0() },
        logMarks: @escaping @Sendable () -> [ComponentKind: LogMark] = { [:] },
        logRest: @escaping @Sendable (ComponentKind, LogMark?) throws(LogMarkLost) -> [UInt8] = { _, _ in [] },
        willStart: @escaping @Sendable (RunID) -> Void = { _ in },
        describeProcess: @escaping @Sendable (Int32) -> String? = { _ in nil },
        obstacle: @escaping @Sendable (DaemonPlan) -> String? = { _ in nil },
        limitGroup: @escaping @Sendable (RunID, ResourceLimits) -> LimitGroup = { _, _ in .none },
        clearLimitGroups: @escaping @Sendable (Set<RunID>) -> [String] = { _ in [] },
        monotonicNow: @escaping @Sendable () -> MonotonicTime,
        wallNow: @escaping @Sendable () -> Timestamp,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.spawner = spawner
        self.prober = prober
        self.records = records
        self.memory = memory
        self.watcher = watcher
        self.notifications = notifications
        self.zone = zone
        self.outputPath = outputPath
        self.governorLog = governorLog
        self.sentinelLog = sentinelLog
        self.watchdogLog = watchdogLog
        self.report = report
        self.afterTelling = afterTelling
        self.logMarks = logMarks
        self.logRest = logRest
        self.willStart = willStart
        self.describeProcess = describeProcess
        self.obstacle = obstacle
        self.limitGroup = limitGroup
        self.clearLimitGroups = clearLimitGroups
        self.monotonicNow = monotonicNow
        self.wallNow = wallNow
        self.random = random
    }
}

/// Where the limits of a run hold.
public enum LimitGroup: Sendable, Hashable {
    /// Nowhere: it has none, or none can be enforced here, which was said before.
    case none
    /// In the control group of this folder.
    case folder(String)
    /// Nowhere, for this reason, which is worth telling.
    case refused(String)
}
