public import GhostModel

/// Something that the machines react to.
public enum SupervisionInput: Sendable, Hashable {
    /// Every daemon is wanted up that people did not stop, but for those that must be held back, each with the reason.
    case start(held: [DaemonName: String])
    /// Every daemon is wanted down, and none will be wanted up again.
    case shutdown
    /// What is being stopped is killed without waiting any longer.
    case hurry
    /// Supervision ends, and every process is left as it is.
    case leave
    /// Somebody wants one daemon up or down; that is remembered over restarts of Ghost.
    case want(Want, DaemonName)
    /// Somebody wants one daemon stopped and started again; that is no death.
    case restart(DaemonName)
    /// Somebody wants a signal sent to one daemon.
    case signal(DaemonName, Signal)
    /// Somebody wants the deaths of one daemon forgotten and its pauses ended.
    case reset(DaemonName)
    /// The clock says that one daemon is due.
    case due(DaemonName)
    /// The program of a run was started.
    case spawned(RunID, pid: Int32)
    /// It could not be started.
    case spawnFailed(RunID, reason: String)
    /// Its process has ended and is reaped.
    case exited(RunID, ExitStatus, survivors: RunEnd.Survivors = .none, memoryKills: MemoryKills? = nil)
    /// A run that an earlier Ghost started was found alive, and is taken over as it is.
    case adopted(RunID, pid: Int32, startedAt: MonotonicTime, evidence: RunEvidence = RunEvidence())
    /// A run that an earlier Ghost started has ended while no Ghost was there.
    case endedUnseen(
        RunID,
        ExitStatus,
        at: MonotonicTime,
        memoryKills: MemoryKills? = nil,
        evidence: RunEvidence = RunEvidence()
    )
    /// An earlier Ghost could not start a run, and did not live to remember that it had told it.
    case failedUnseen(RunID, reason: String)
    /// A question of a probe is answered.
    case probed(ProbeID, ProbeResult)
    /// A daemon has said `READY=1`.
    case notified(RunID)
    /// A daemon has written something; telling it once a second is enough.
    case outputSeen(RunID, at: MonotonicTime)
    /// A timer is due.
    case timer(TimerID)
}

/// Something that the driver must do.
public enum SupervisionAction: Sendable, Equatable {
    /// Start the daemon's program as this run; answer with `spawned` or `spawnFailed`.
    case spawn(RunID)
    /// Send a signal to the run's process group.
    case signal(RunID, Signal)
    /// Ask this once; answer with `probed`.
    case probe(ProbeID, Probe, timeout: Duration)
    /// Answer with `probed(…, .success)` once a line of the run's output matches; told just before the run is spawned or
    /// when it is adopted, so that its first line counts.
    case watchLog(ProbeID, LogPhrase)
    /// Tell `outputSeen` when the run writes, from now on; told like ``watchLog(_:_:)``.
    case watchOutput(RunID)
    /// The run is killed and does not end: find out what holds it and tell that as `stopStuck`.
    case diagnose(RunID, pid: Int32, after: Duration)
    /// Answer with `timer` at this time; arming again replaces.
    case arm(TimerID, at: MonotonicTime)
    /// Forget the timer.
    case disarm(TimerID)
    /// Tell everybody.
    case emit(SupervisionEvent)
}

/// A timer of one run; no other run reacts to it.
public struct TimerID: Sendable, Hashable {
    /// The run that it was armed in, or after.
    public var run: RunID
    /// What it is for.
    public var purpose: Purpose

    /// What a timer is for.
    public enum Purpose: Sendable, Hashable, CaseIterable {
        /// The daemon may be started again.
        case retry
        /// The time to react to a signal of the stop sequence is over.
        case grace
        /// The next attempt of a probe is due.
        case probe(ProbeRole)
        /// The run has been ready long enough to leave the crash loop.
        case stable
        /// The next restart of those that wait for their turn may be made.
        case turn

        public static let allCases: [Purpose] =
            [.retry, .grace, .stable, .turn] + ProbeRole.allCases.map(Purpose.probe)
    }

    /// Creates an identity.
    public init(_ run: RunID, _ purpose: Purpose) {
        self.run = run
        self.purpose = purpose
    }
}

/// One question of one attempt of one probe; answers to earlier attempts change nothing.
public struct ProbeID: Sendable, Hashable {
    /// The run that is asked about.
    public var run: RunID
    /// Which of its probes.
    public var role: ProbeRole
    /// Which of the probe's questions, counted from 0.
    public var leaf: Int
    /// Which attempt, counted over the life of the machine.
    public var attempt: Int

    /// Creates an identity.
    public init(_ run: RunID, _ role: ProbeRole, leaf: Int = 0, attempt: Int) {
        self.run = run
        self.role = role
        self.leaf = leaf
        self.attempt = attempt
    }
}
