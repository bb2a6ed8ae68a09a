public import GhostModel

/// One daemon: what is wanted of it, what it is doing, and what follows from each thing that can happen to it.
///
/// The machine is told what happened and appends what must be done; it never waits, asks or acts. It is total: every
/// input is decided in every state, without a default. An input that names a run acts on that run alone, so an exit, a
/// timer or a probe result that comes late changes nothing.
///
/// When a daemon may start and when it may stop depends on others, so the machine waits to be told (``mayStart(_:)``,
/// ``mayStop(now:_:)``) by ``Supervision``, which knows them all.
public struct DaemonMachine: Sendable, Equatable {
    /// What is declared.
    public let plan: DaemonPlan
    /// What is wanted.
    public internal(set) var want: Want = .down
    /// What it is doing.
    public internal(set) var state: State = .idle
    /// When the phase was entered.
    public internal(set) var since: MonotonicTime
    /// The number of the newest run; 0 before the first.
    public internal(set) var lastRun = 0
    /// Its deaths.
    public internal(set) var history = RestartHistory()
    /// How often it was brought back.
    public internal(set) var restarts = 0
    /// How the last run ended; nil if none has.
    public internal(set) var lastEnd: End?
    /// Whether a run has ended since it was last wanted up.
    public internal(set) var attempted: Attempted = .never

    /// What a daemon can be doing.
    public enum State: Sendable, Hashable {
        /// No process, and none is due.
        case idle
        /// Wanted up; what it needs does not hold yet.
        case waiting
        /// The driver is making the process.
        case spawning(RunID)
        /// It runs and has not been ready. `lastFailure` is what its probe said last.
        case starting(Process, lastFailure: String?)
        /// It runs and has been ready.
        case up(Process, Health)
        /// It was asked to end.
        case stopping(Process, StopStage)
        /// It is started again later.
        case backoff(after: RunID, until: MonotonicTime, reason: String)
        /// It ended with success and is done.
        case completed
        /// It is not started again.
        case failed(reason: String)
    }

    /// A process that runs.
    public struct Process: Sendable, Hashable {
        public var run: RunID
        public var pid: Int32
        public var startedAt: MonotonicTime
    }

    /// What the probe of a daemon that has been ready says.
    public enum Health: Sendable, Hashable {
        /// Ready since then; `failures` attempts in a row have failed, which is not yet too many.
        case ready(since: MonotonicTime, failures: Int)
        /// Too many attempts in a row have failed; the last one so.
        case unready(reason: String)
    }

    /// How far stopping has come.
    public enum StopStage: Sendable, Hashable {
        case asked
        case killed
    }

    /// The end of a run.
    public struct End: Sendable, Hashable {
        public var exit: ExitStatus
        public var at: MonotonicTime
    }

    /// Whether a run has ended.
    public enum Attempted: Sendable, Hashable {
        case never
        case ended
    }

    /// Creates the machine of a daemon that is not wanted yet.
    public init(_ plan: DaemonPlan, now: MonotonicTime) {
        self.plan = plan
        since = now
    }
}

// MARK: What others ask

extension DaemonMachine {
    /// The process, while one runs or is being made.
    public var liveRun: RunID? {
        switch state {
        case .spawning(let run): run
        case .starting(let process, _), .up(let process, _), .stopping(let process, _): process.run
        case .idle, .waiting, .backoff, .completed, .failed: nil
        }
    }

    /// The process, while one runs.
    public var process: Process? {
        switch state {
        case .starting(let process, _), .up(let process, _), .stopping(let process, _): process
        case .idle, .waiting, .spawning, .backoff, .completed, .failed: nil
        }
    }

    /// What it is doing, in the words of the API.
    public var phase: DaemonPhase {
        switch state {
        case .idle: .down
        case .waiting: .waiting
        case .spawning, .starting: .starting
        case .up: .up
        case .stopping: .stopping
        case .backoff: history.tempo == .crashLooping ? .crashLooping : .backoff
        case .completed: .completed
        case .failed: .failed
        }
    }

    /// Whether it can do its work.
    public var readiness: Readiness {
        switch state {
        case .up(_, .ready): .ready
        case .up(_, .unready), .starting: .unready
        case .idle, .waiting, .spawning, .stopping, .backoff, .completed, .failed: .unknown
        }
    }

    /// Whether `condition` holds.
    ///
    /// A oneshot counts as started, ready and healthy once it has succeeded; as ready earlier only by a probe of its own.
    /// What is about to be stopped satisfies nobody any more.
    public func satisfies(_ condition: Dependency.Condition) -> Satisfaction {
        guard want == .up else { return .holdsNot }
        let holds =
            switch condition {
            case .started: process != nil || state == .completed
            case .ready, .healthy: readiness == .ready || (plan.kind == .oneshot && state == .completed)
            case .completed: attempted == .ended && process == nil
            case .succeeded: state == .completed
            }
        return holds ? .holds : .holdsNot
    }

    /// Whether a condition holds.
    public enum Satisfaction: Sendable, Hashable {
        case holds
        case holdsNot
    }

    /// Why it will not satisfy anybody soon, as the end of a sentence that begins with "but"; nil if it may.
    ///
    /// A daemon that waits has no reason of its own; ``Supervision`` knows what it waits for.
    public var trouble: String? {
        guard want == .up else { return "\(plan.name) is not wanted" }
        return switch state {
        case .idle: "\(plan.name) is not wanted"
        case .backoff(_, _, let reason):
            "\(plan.name) is \(phase == .backoff ? "in backoff" : "crash-looping") (\(reason))"
        case .failed(let reason): "\(plan.name) has failed (\(reason))"
        case .completed: "\(plan.name) has ended"
        case .waiting, .spawning, .starting, .up, .stopping: nil
        }
    }
}
