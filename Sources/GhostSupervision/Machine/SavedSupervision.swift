public import GhostModel

/// What the next Ghost must know about the daemons: wishes, numbers, deaths and totals.
///
/// Instants are readings of the monotonic clock, which mean something only within one boot; ``boot``, ``monotonic`` and
/// ``wall`` say how to read them in another. Nothing of a daemon's environment or command is kept.
public struct SavedSupervision: Sendable, Hashable, Codable {
    /// The version of the form; others are not read.
    public var version = SavedSupervision.currentVersion
    /// The boot in which it was saved; empty if the system does not say.
    public var boot: String
    /// The reading of the monotonic clock when it was saved, in nanoseconds.
    public var monotonic: Int64
    /// The time when it was saved.
    public var wall: Timestamp
    /// How far supervision had come.
    public var course: Course
    /// The daemons by name.
    public var daemons: [String: Daemon]

    /// The version that is written.
    public static let currentVersion = 1

    /// How far supervision had come when it was saved.
    public enum Course: String, Sendable, Hashable, Codable {
        /// Daemons were kept up: whoever reads this comes after a Ghost that was killed, or that left.
        case running
        /// All were stopped, or being stopped: the next start is a new beginning.
        case stopped
    }

    /// What is kept of one daemon.
    public struct Daemon: Sendable, Hashable, Codable {
        public var want: Want
        public var lastRun: Int
        public var endedRun: Int
        /// The number of the run that is being stopped because somebody wants it; nil if none is.
        public var askedRun: Int?
        public var restarts: Int
        public var lastExit: String?
        public var lastExitAt: Int64?
        public var outcome: Outcome
        public var reason: String?
        public var history: History
        public var totals: Totals
    }

    /// What a daemon without a process was doing.
    public enum Outcome: String, Sendable, Hashable, Codable {
        case none
        case completed
        case failed
    }

    /// The deaths of a daemon; instants in nanoseconds.
    public struct History: Sendable, Hashable, Codable {
        public var crashLooping: Bool
        public var restartAttempts: Int
        public var outageBegan: Int64?
        public var outageExit: String?
        public var startFailures: Int
        public var delaysTaken: Int
        public var spawnFailures: Int
        public var deaths: [Int64]
        public var retryAt: Int64?
        public var retryReason: String?
    }

    /// What was counted; times in nanoseconds.
    public struct Totals: Sendable, Hashable, Codable {
        public var deaths: Int
        public var restartsTried: Int
        public var restartsSucceeded: Int
        public var recoveries: Int
        public var recovering: Int64
        public var ready: Int64
        public var wanted: Int64
    }
}

/// How instants that were saved are read now.
struct SavedClock {
    /// What is added to a saved reading, in nanoseconds.
    private let shift: Int64
    private let now: MonotonicTime

    init(_ saved: SavedSupervision, now: Moment, boot: String) {
        self.now = now.monotonic
        if saved.boot == boot, !boot.isEmpty, saved.monotonic <= now.monotonic.nanoseconds {
            shift = 0
        } else {
            // The clock began anew: only the wall clock knows how long ago it was, and it may have been set back.
            let passed = max(now.wall.since(saved.wall), .zero).wholeNanoseconds
            shift = now.monotonic.nanoseconds.subtractingReportingOverflow(passed).partialValue - saved.monotonic
        }
    }

    /// An instant that cannot lie in the future.
    func past(_ nanoseconds: Int64) -> MonotonicTime {
        min(MonotonicTime(nanoseconds: nanoseconds.addingReportingOverflow(shift).partialValue), now)
    }

    /// An instant that may lie in the future, by `limit` at most.
    func coming(_ nanoseconds: Int64, limit: Duration) -> MonotonicTime {
        min(MonotonicTime(nanoseconds: nanoseconds.addingReportingOverflow(shift).partialValue), now + limit)
    }
}

extension DaemonMachine {
    /// What is kept of it.
    func saved(now: MonotonicTime) -> SavedSupervision.Daemon {
        var counted = tally
        counted.account(running, until: now)
        var outcome = SavedSupervision.Outcome.none
        var reason: String?
        var retry: (at: MonotonicTime, reason: String)?
        switch state {
        case .completed: outcome = .completed
        // One that was held back is looked at anew.
        case .failed(let text): if attempted == .ended { (outcome, reason) = (.failed, text) }
        case .backoff(_, let until, let text): retry = (until, text)
        case .idle, .waiting, .spawning, .starting, .up, .stopping, .scheduled: break
        }
        return SavedSupervision.Daemon(
            want: intent,
            lastRun: lastRun,
            endedRun: endedRun,
            askedRun: askedStop,
            restarts: restarts,
            lastExit: lastEnd?.exit.description,
            lastExitAt: lastEnd?.at.nanoseconds,
            outcome: outcome,
            reason: reason,
            history: SavedSupervision.History(
                crashLooping: history.tempo == .crashLooping,
                restartAttempts: history.restartAttempts,
                outageBegan: history.outage?.began.nanoseconds,
                outageExit: history.outage?.lastExit?.description,
                startFailures: history.startFailures,
                delaysTaken: history.delaysTaken,
                spawnFailures: history.spawnFailures,
                deaths: history.deaths.map(\.nanoseconds),
                retryAt: retry?.at.nanoseconds,
                retryReason: retry?.reason
            ),
            totals: SavedSupervision.Totals(
                deaths: counted.deaths,
                restartsTried: counted.restartsTried,
                restartsSucceeded: counted.restartsSucceeded,
                recoveries: counted.recoveries,
                recovering: counted.recovering.wholeNanoseconds,
                ready: counted.ready.wholeNanoseconds,
                wanted: counted.wanted.wholeNanoseconds
            )
        )
    }

    /// The number of the present run if it is to end because somebody wants it.
    private var askedStop: Int? {
        switch state {
        case .stopping(let process, let stop): stop.cause == .asked ? process.run.number : nil
        case .starting(let process, _), .up(let process, _): want == .down ? process.run.number : nil
        case .idle, .waiting, .spawning, .backoff, .completed, .failed, .scheduled: nil
        }
    }

    /// Takes up what an earlier Ghost has kept.
    ///
    /// - Parameters:
    ///   - course: after a stop only the wish, the numbers and the totals are taken up: the deaths of another time are
    ///     forgiven, and what had ended begins anew.
    ///   - outcomes: whether what had ended counts as ended; not after the machine was started anew.
    mutating func takeUp(
        _ saved: SavedSupervision.Daemon,
        course: SavedSupervision.Course,
        sameBoot: Bool,
        clock: SavedClock
    ) {
        intent = saved.want
        lastRun = max(saved.lastRun, 0)
        countedRun = lastRun
        endedRun = max(saved.endedRun, 0)
        askedRun = saved.askedRun
        restarts = saved.restarts
        if let exit = saved.lastExit.flatMap(ExitStatus.init), let at = saved.lastExitAt {
            lastEnd = End(exit: exit, at: clock.past(at))
        }
        tally.deaths = saved.totals.deaths
        tally.restartsTried = saved.totals.restartsTried
        tally.restartsSucceeded = saved.totals.restartsSucceeded
        tally.recoveries = saved.totals.recoveries
        tally.recovering = .nanoseconds(saved.totals.recovering)
        tally.ready = .nanoseconds(saved.totals.ready)
        tally.wanted = .nanoseconds(saved.totals.wanted)
        guard course == .running else { return }
        takeUp(saved.history, clock: clock)
        guard sameBoot, intent == .up else { return }
        let run = RunID(daemon: plan.name, number: lastRun)
        switch saved.outcome {
        case .completed: (want, state, attempted) = (.up, .completed, .ended)
        case .failed: (want, state, attempted) = (.up, .failed(reason: saved.reason ?? "it has failed"), .ended)
        case .none:
            guard let until = saved.history.retryAt else { break }
            let reason = saved.history.retryReason ?? "it ended"
            let limit = max(plan.restart.backoff.cap, plan.restart.crashLoop?.retry ?? .zero)
            state = .backoff(after: run, until: clock.coming(until, limit: limit), reason: reason)
            want = .up
        }
    }

    private mutating func takeUp(_ saved: SavedSupervision.History, clock: SavedClock) {
        history.tempo = saved.crashLooping && plan.restart.crashLoop != nil ? .crashLooping : .steady
        history.restartAttempts = saved.restartAttempts
        history.startFailures = saved.startFailures
        history.delaysTaken = saved.delaysTaken
        history.spawnFailures = saved.spawnFailures
        history.deaths = saved.deaths.suffix(plan.restart.crashLoop?.deaths ?? 0).map(clock.past)
        history.outage = saved.outageBegan.map { began in
            RestartHistory.Outage(began: clock.past(began), lastExit: saved.outageExit.flatMap(ExitStatus.init))
        }
    }
}
