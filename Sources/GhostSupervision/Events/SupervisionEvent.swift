public import GhostModel

/// Something that happened in supervision: what the component logs, the console and the journal are written from.
public enum SupervisionEvent: Sendable, Equatable {
    /// Supervision began with these daemons, the first to start first.
    case booted(order: [DaemonName], pid: Int32)
    /// A process of an earlier Ghost was found running and is being stopped, so that no daemon runs twice.
    case leftoverFound(RunID, pid: Int32)
    /// What became of it; nil if it is gone, else why it remains. Its daemon is not started while it remains.
    case leftoverHandled(RunID, pid: Int32, remains: String?)
    /// A daemon cannot start before something it needs has recovered.
    case blocked(DaemonName, by: Dependency, because: String)
    /// A start is being tried. `attempt` counts from 1 since the daemon was last ready.
    case starting(RunID, attempt: Int)
    /// The program runs.
    case started(RunID, pid: Int32, attempt: Int, needs: [DaemonName], readyBy: ReadyBy)
    /// It is ready, for the first time in this run or again.
    case ready(RunID, pid: Int32)
    /// It was ready and is no more, though it runs.
    case unready(RunID, pid: Int32, reason: String)
    /// A restart succeeded: attempt number `attempt` since the last good run, after `downtime` without a ready daemon.
    case recovered(RunID, attempt: Int, lastExit: ExitStatus?, downtime: Duration)
    /// No process could be made. `restart` is the number of the attempt if it was one of the watchdog's; `retryIn` is nil
    /// if it is no longer wanted.
    case spawnFailed(RunID, restart: Int?, reason: String, retryIn: Duration?)
    /// A run ended.
    case ended(RunEnd)
    /// A daemon died too often; from now on it is tried at a slow, steady rate. `attempt` is the one that is put off.
    case crashLoopBegan(DaemonName, attempt: Int, CrashLoop)
    /// It has been ready for long enough to be trusted again.
    case crashLoopOver(RunID)
    /// A daemon was asked to end.
    case stopping(RunID, Signal, grace: Duration)
    /// It did not end in time and is being killed.
    case killing(RunID, after: Duration)
    /// A daemon without a process is no longer wanted.
    case stoodDown(DaemonName)
    /// All daemons are being stopped.
    case shutdownBegan
    /// No daemon is left.
    case shutdownCompleted(after: Duration)
    /// Something around a daemon failed without touching it.
    case trouble(DaemonName?, String)

    /// What makes a run ready.
    public enum ReadyBy: Sendable, Hashable {
        /// That its program runs.
        case running
        /// That its probe succeeds.
        case probe
        /// That it ends with success.
        case ending
    }
}

/// How a run ended, and what comes next.
public struct RunEnd: Sendable, Hashable {
    /// The run.
    public var run: RunID
    /// How it ended.
    public var exit: ExitStatus
    /// How far it had come.
    public var reached: Reached
    /// What is done about it.
    public var next: Next
    /// The number of the watchdog's attempt that this run was, if it was one and had not been ready.
    public var restart: Int?

    /// How far a run came.
    public enum Reached: Sendable, Hashable {
        case started
        case ready
    }

    /// What is done about an end.
    public enum Next: Sendable, Hashable {
        /// It was asked for.
        case asked
        /// The daemon is done: it ended with success and is not meant to run again.
        case done
        /// It failed and is not meant to be started again.
        case givenUp
        /// It is started again after this time.
        case restart(in: Duration)
    }

    /// Creates an end.
    public init(run: RunID, exit: ExitStatus, reached: Reached, next: Next, restart: Int? = nil) {
        self.run = run
        self.exit = exit
        self.reached = reached
        self.next = next
        self.restart = restart
    }

    /// How it ended, for people: `exit 1 before it was ready`.
    public var sentence: String {
        let how =
            switch exit {
            case .exited(let code): "exit \(code)"
            case .signaled(let signal): "signal \(signal)"
            case .unknown: "it ended, nobody knows how,"
            }
        return reached == .started ? "\(how) before it was ready" : how
    }
}
