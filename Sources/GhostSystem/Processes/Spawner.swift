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
    public init(status: ExitStatus, usage: ResourceUsage = ResourceUsage(), remains: Remains = .nothing) {
        self.status = status
        self.usage = usage
        self.remains = remains
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
