public import GhostModel

/// Something that happened in supervision: what the component logs, the console and the journal are written from.
public enum SupervisionEvent: Sendable, Equatable {
    /// Supervision began with these daemons, the first to start first.
    case booted(order: [DaemonName], pid: Int32)
    /// A process of an earlier Ghost was found running and is being stopped, so that no daemon runs twice.
    case leftoverFound(RunID, pid: Int32)
    /// What became of it; nil if it is gone, else why it remains. Its daemon is not started while it remains.
    case leftoverHandled(RunID, pid: Int32, remains: String?)
    /// A run that an earlier Ghost started lives and was taken over as it is.
    case adopted(RunID, pid: Int32, needs: [DaemonName], readyBy: ReadyBy)
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
    /// A probe has failed as often in a row as is allowed; the action is what follows.
    case probeFailed(RunID, ProbeRole, reason: String, ProbePlan.Action)
    /// A probe that had failed succeeds again.
    case probePassed(RunID, ProbeRole)
    /// A run ended.
    case ended(RunEnd)
    /// A daemon that is down is the cause why others died; they are paused until it is back. `affects` names everybody
    /// who needs it, directly or not.
    case causeFound(DaemonName, because: String, affects: [DaemonName])
    /// A daemon died too often, with this run; from now on it is tried at a slow, steady rate. `attempt` is the one that is
    /// put off.
    case crashLoopBegan(RunID, attempt: Int, CrashLoop)
    /// It has been ready for long enough to be trusted again.
    case crashLoopOver(RunID)
    /// A daemon was asked to end by this signal; it will be killed after `grace`.
    case stopping(RunID, Signal, grace: Duration)
    /// A daemon was sent a signal, by its stop sequence or because somebody wanted it.
    case signalled(RunID, Signal)
    /// It did not end in time and is being killed.
    case killing(RunID, after: Duration)
    /// It was killed and is still there; `facts` says what holds it, as far as that is known.
    case stopStuck(RunID, pid: Int32, after: Duration, facts: String?)
    /// It was due and its last run had not ended, so this time is left out.
    case scheduleSkipped(DaemonName)
    /// A daemon without a process is no longer wanted.
    case stoodDown(DaemonName)
    /// All daemons are being stopped.
    case shutdownBegan
    /// Another plan was taken over.
    case planChanged(PlanChange)
    /// A daemon that is no longer declared has ended and is forgotten.
    case removed(DaemonName)
    /// Supervision ended and left these runs as they are.
    case left([RunID])
    /// No daemon is left.
    case shutdownCompleted(after: Duration)
    /// The process of a run is no longer what was declared; `all` names everything that holds now.
    case drifted(RunID, pid: Int32, DriftFinding, DriftAction, all: [DriftKind])
    /// In one respect it is again what was declared.
    case driftOver(RunID, pid: Int32, DriftKind, all: [DriftKind])
    /// The wall clock was set forward by this much; negative if back.
    case clockJumped(by: Duration)
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
    /// The probe because of which it was ended; nil if it ended by itself or was asked to.
    public var failedProbe: FailedProbe?
    /// What was left of its processes.
    public var survivors = Survivors.none
    /// What the kernel killed of it for want of memory.
    public var memoryKills: MemoryKills?
    /// Whether somebody was there when it ended.
    public var noticed = Noticed.atOnce

    /// A probe that has failed.
    public struct FailedProbe: Sendable, Hashable {
        /// Which one.
        public var role: ProbeRole
        /// What its last attempt said.
        public var reason: String

        /// Creates one.
        public init(role: ProbeRole, reason: String) {
            self.role = role
            self.reason = reason
        }
    }

    /// What was left of the processes of a run when its leader had ended.
    public enum Survivors: Sendable, Hashable {
        /// Nothing.
        case none
        /// Others of its group, which were killed.
        case killed
        /// Others of its group, which were killed and are not gone yet.
        case lingering
    }

    /// When an end became known.
    public enum Noticed: Sendable, Hashable {
        /// When it happened.
        case atOnce
        /// Later: no Ghost was there.
        case later
    }

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
        /// It is started again once what it needs holds again; its end is not held against it.
        case paused(until: Dependency)
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
            case .unknown: "exit status unknown"
            }
        // Whoever asked for the end did not wait for that.
        var when = reached == .started && next != .asked ? "\(how) before it was ready" : how
        if let memoryKills { when += " (\(memoryKills.words))" }
        guard let failedProbe else { return when }
        return "its \(failedProbe.role.rawValue) probe failed (\(failedProbe.reason)), ended by \(when)"
    }
}
