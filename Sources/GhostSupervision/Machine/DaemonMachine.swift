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
    public internal(set) var plan: DaemonPlan
    /// What will be declared once the present run has ended; nil if nothing changes.
    public internal(set) var nextPlan: DaemonPlan?
    /// What is wanted now.
    public internal(set) var want: Want = .down
    /// What people want, whether or not Ghost is going down; kept over its restarts.
    public internal(set) var intent: Want = .up
    /// What it is doing.
    public internal(set) var state: State = .idle
    /// When the phase was entered.
    public internal(set) var since: MonotonicTime
    /// The number of the newest run; 0 before the first.
    public internal(set) var lastRun = 0
    /// The number of the newest run whose start is counted: with those of an earlier Ghost it may lag behind ``lastRun``.
    var countedRun = 0
    /// The number of the run that an earlier Ghost was stopping because somebody wanted it; nil if it was stopping none.
    var askedRun: Int?
    /// Its deaths.
    public internal(set) var history = RestartHistory()
    /// How often it was brought back.
    public internal(set) var restarts = 0
    /// How the last run ended; nil if none has.
    public internal(set) var lastEnd: End?
    /// The number of the newest run whose end was taken in; 0 before the first.
    public internal(set) var endedRun = 0
    /// What its probes have said in the present run.
    public internal(set) var tracks: [ProbeRole: ProbeTrack] = [:]
    /// The number of the newest attempt of any probe.
    var attempts = 0
    /// When the present run wrote last, as far as is known.
    var lastOutput: MonotonicTime
    /// What is counted over its whole life.
    public internal(set) var tally: Tally
    /// What follows the present run of a daemon that is started by the clock.
    var queued = Queued.nothing
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
        case stopping(Process, Stop)
        /// It is started again later.
        case backoff(after: RunID, until: MonotonicTime, reason: String)
        /// It ended with success and is done.
        case completed
        /// It is not started again.
        case failed(reason: String)
        /// It is started when its time has come.
        case scheduled
    }

    /// What follows a run of a daemon that is started by the clock.
    enum Queued: Sendable, Hashable {
        case nothing
        case anotherRun
    }

    /// A process that runs.
    public struct Process: Sendable, Hashable {
        public var run: RunID
        public var pid: Int32
        public var startedAt: MonotonicTime
    }

    /// What the probe of a daemon that has been ready says.
    public enum Health: Sendable, Hashable {
        /// Ready since then.
        case ready(since: MonotonicTime)
        /// Too many attempts in a row have failed; the last one so.
        case unready(reason: String)
    }

    /// A stop that is going on.
    public struct Stop: Sendable, Hashable {
        /// How far it has come.
        public var stage: Stage
        /// Why it is stopped.
        public var cause: Cause

        /// How far a stop has come.
        public enum Stage: Sendable, Hashable {
            /// This step of the stop sequence was carried out, counted from 0.
            case asked(step: Int)
            /// It was killed.
            case killed
            /// It was killed a while ago and is still there.
            case stuck
        }

        /// Why a daemon is stopped.
        public enum Cause: Sendable, Hashable {
            /// Somebody wants it.
            case asked
            /// One of its probes has failed, after a run that was as good as said; the end counts as a death.
            case failed(ProbeRole, reason: String, after: RestartHistory.Quality)
        }
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
        lastOutput = now
        tally = Tally(now: now)
    }
}

// MARK: What others ask

extension DaemonMachine {
    /// The process, while one runs or is being made.
    public var liveRun: RunID? {
        switch state {
        case .spawning(let run): run
        case .starting(let process, _), .up(let process, _), .stopping(let process, _): process.run
        case .idle, .waiting, .backoff, .completed, .failed, .scheduled: nil
        }
    }

    /// The process, while one runs.
    public var process: Process? {
        switch state {
        case .starting(let process, _), .up(let process, _), .stopping(let process, _): process
        case .idle, .waiting, .spawning, .backoff, .completed, .failed, .scheduled: nil
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
        case .scheduled: .scheduled
        }
    }

    /// Whether it can do its work.
    public var readiness: Readiness {
        switch state {
        case .up(_, .ready): .ready
        case .up(_, .unready), .starting: .unready
        case .idle, .waiting, .spawning, .stopping, .backoff, .completed, .failed, .scheduled: .unknown
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
            case .started: process != nil || hasSucceeded
            case .ready: readiness == .ready || (plan.kind == .oneshot && hasSucceeded)
            case .healthy: (readiness == .ready && isAlive) || (plan.kind == .oneshot && hasSucceeded)
            case .completed: attempted == .ended && process == nil
            case .succeeded: hasSucceeded
            }
        return holds ? .holds : .holdsNot
    }

    /// Whether it has ended with success and not begun anew; one that is started by the clock stays so until its next run.
    private var hasSucceeded: Bool {
        state == .completed || (state == .scheduled && attempted == .ended && lastEnd?.exit.isSuccess == true)
    }

    /// Whether its liveness probe says so; without one, always.
    private var isAlive: Bool {
        guard plan.alive != nil else { return true }
        return tracks[.alive]?.verdict == .passing
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
        case .scheduled: "\(plan.name) waits for its time"
        case .waiting, .spawning, .starting, .up, .stopping: nil
        }
    }
}
