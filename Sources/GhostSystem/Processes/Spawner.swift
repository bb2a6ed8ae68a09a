public import GhostModel

/// Makes processes and tells how they end.
public protocol Spawner: Sendable {
    /// Starts a process; returns once its program runs, or throws if it does not.
    ///
    /// Blocks for as long as the system takes (about a millisecond). `onExit` is called exactly once for each process that
    /// was returned, from a thread of the spawner's, possibly before the caller has the process in hand. By then the
    /// process is reaped and what was left of its group is killed.
    func spawn(
        _ request: SpawnRequest,
        onExit: @escaping @Sendable (ProcessExit) -> Void
    ) throws(SpawnError) -> any RunningProcess

    /// Begins to start a process and does not wait for it, where the spawner can do that: many starts then take place
    /// beside each other.
    ///
    /// Otherwise as ``spawn(_:onExit:)``. Whoever begins a start waits for it.
    func begin(
        _ request: SpawnRequest,
        onExit: @escaping @Sendable (ProcessExit) -> Void
    ) throws(SpawnError) -> any StartingProcess

    /// Writes the output of a run as another plan says from now on; nothing happens if it has ended.
    func retune(_ run: RunID, _ plan: OutputPlan)

    /// Takes over the runs that an earlier Ghost left in this spawner's care; called once, before anything is started.
    ///
    /// Blocks until it is known what there is. `onEvent` is called from a thread of the spawner's, for the ends of the runs
    /// that were taken over alive and for what happens to the spawner itself.
    func takeOver(_ onEvent: @escaping @Sendable (SpawnerEvent) -> Void) -> [InheritedRun]

    /// Kills every process that carries the mark of a run of this project, but for those of the runs named; the number of
    /// them.
    func killStrays(except runs: Set<RunID>) -> Int

    /// The end of a run was taken in, so that the next Ghost need not hear of it.
    func acknowledge(_ run: RunID)

    /// Nothing more is asked for; blocks for a second at most.
    func close(_ ending: SpawnerEnding)
}

/// What becomes of the processes of a spawner that is closed.
public enum SpawnerEnding: Sendable, Hashable {
    /// They have ended.
    case finished
    /// Those that the spawner can keep go on, for the next Ghost to take over.
    case leaving
}

/// A run of an earlier Ghost.
public enum InheritedRun: Sendable {
    /// It lives.
    case alive(RunID, any RunningProcess, startedAt: MonotonicTime, stop: StopSequence)
    /// It ended while no Ghost was there.
    case ended(RunID, ProcessExit, at: Timestamp)
}

/// Something that happens to a spawner.
public enum SpawnerEvent: Sendable, Hashable {
    /// A run that was taken over alive has ended.
    case exited(RunID, ProcessExit)
    /// Output of a run cannot be written, or was lost; in words.
    case output(RunID, String)
    /// Something about the spawner, in words.
    case notice(String)
}

extension Spawner {
    public func begin(
        _ request: SpawnRequest,
        onExit: @escaping @Sendable (ProcessExit) -> Void
    ) throws(SpawnError) -> any StartingProcess {
        StartedProcess(process: try spawn(request, onExit: onExit))
    }

    public func retune(_ run: RunID, _ plan: OutputPlan) {}
    public func takeOver(_ onEvent: @escaping @Sendable (SpawnerEvent) -> Void) -> [InheritedRun] { [] }
    public func killStrays(except runs: Set<RunID>) -> Int { 0 }
    public func acknowledge(_ run: RunID) {}
    public func close(_ ending: SpawnerEnding) {}
}

/// A process whose start was asked for.
public protocol StartingProcess: Sendable {
    /// Waits until its program runs; called once.
    func wait() throws(SpawnError) -> any RunningProcess
}

/// A process that a spawner has started while it was asked to begin.
private struct StartedProcess: StartingProcess {
    let process: any RunningProcess

    func wait() throws(SpawnError) -> any RunningProcess { process }
}

/// A process that was started here.
public protocol RunningProcess: Sendable {
    /// Which process it is, for as long as this machine runs.
    var identity: ProcessIdentity { get }

    /// Sends `signal` to the process and everything in its group; does nothing once the process has ended.
    func signalGroup(_ signal: Signal)
}

/// The end of a process.
public struct ProcessExit: Sendable, Hashable {
    /// How it ended.
    public var status: ExitStatus
    /// What it used, with its children that it waited for.
    public var usage: ResourceUsage
    /// What it left behind.
    public var remains: Remains
    /// What the kernel killed of it for want of memory; nil if nothing, or if it was in no group of its own.
    public var memoryKills: MemoryKills?

    /// What was left of the process group when its leader had ended.
    public enum Remains: Sendable, Hashable {
        /// Nothing.
        case nothing
        /// Other processes, which were killed.
        case killed
        /// Other processes, which were killed and are not gone yet.
        case lingering
    }

    /// Creates an end.
    public init(
        status: ExitStatus,
        usage: ResourceUsage = ResourceUsage(),
        remains: Remains = .nothing,
        memoryKills: MemoryKills? = nil
    ) {
        self.status = status
        self.usage = usage
        self.remains = remains
        self.memoryKills = memoryKills
    }
}

/// What a process used in its life.
public struct ResourceUsage: Sendable, Hashable {
    /// Processor time in the program itself.
    public var userTime: Duration
    /// Processor time in the kernel.
    public var systemTime: Duration
    /// The most memory it ever held, in bytes.
    public var peakResidentBytes: Int64

    /// Creates a usage; nothing was used.
    public init(userTime: Duration = .zero, systemTime: Duration = .zero, peakResidentBytes: Int64 = 0) {
        self.userTime = userTime
        self.systemTime = systemTime
        self.peakResidentBytes = peakResidentBytes
    }
}
