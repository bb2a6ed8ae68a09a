public import GhostModel

/// Something that the machines react to.
public enum SupervisionInput: Sendable, Hashable {
    /// Every daemon is wanted up, but for those that must be held back, each with the reason.
    case start(held: [DaemonName: String])
    /// Every daemon is wanted down, and none will be wanted up again.
    case shutdown
    /// One daemon is wanted up or down.
    case want(Want, DaemonName)
    /// The program of a run was started.
    case spawned(RunID, pid: Int32)
    /// It could not be started.
    case spawnFailed(RunID, reason: String)
    /// Its process has ended and is reaped.
    case exited(RunID, ExitStatus)
    /// A run that an earlier Ghost started was found alive, and is taken over as it is.
    case adopted(RunID, pid: Int32, startedAt: MonotonicTime)
    /// A run that an earlier Ghost started has ended while no Ghost was there.
    case endedUnseen(RunID, ExitStatus, at: MonotonicTime)
    /// One attempt of its probe has ended.
    case probed(RunID, ProbeResult)
    /// A timer is due.
    case timer(TimerID)
}

/// Something that the driver must do.
public enum SupervisionAction: Sendable, Equatable {
    /// Start the daemon's program as this run; answer with `spawned` or `spawnFailed`.
    case spawn(RunID)
    /// Send a signal to the run's process group.
    case signal(RunID, Signal)
    /// Attempt the daemon's probe once; answer with `probed`.
    case probe(RunID)
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
        /// The time to react to the stop signal is over.
        case grace
        /// The next attempt of the probe is due.
        case probe
        /// The run has been ready long enough to leave the crash loop.
        case stable
    }

    /// Creates an identity.
    public init(_ run: RunID, _ purpose: Purpose) {
        self.run = run
        self.purpose = purpose
    }
}
