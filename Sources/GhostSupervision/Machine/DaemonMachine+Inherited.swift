public import GhostModel

/// What an earlier Ghost wrote about a run and did not live to remember.
public struct RunEvidence: Sendable, Hashable {
    /// How far the run is known to have come.
    public var reached: Reached

    /// How far a run is known to have come.
    public enum Reached: Sendable, Hashable {
        /// Nobody has written that it was ready.
        case unknown
        /// It was ready.
        case ready
    }

    /// Creates evidence; by default nothing is known.
    public init(reached: Reached = .unknown) {
        self.reached = reached
    }
}

/// What becomes of the runs of an earlier Ghost.
///
/// What it had counted and was killed before it could remember is counted here as it did, so that totals are the same as if
/// it had gone on.
extension DaemonMachine {
    /// A run of an earlier Ghost lives and is taken over.
    public mutating func adopted(
        _ run: RunID,
        pid: Int32,
        startedAt: MonotonicTime,
        evidence: RunEvidence = RunEvidence(),
        now: MonotonicTime,
        _ actions: inout [SupervisionAction]
    ) {
        guard liveRun != run else { return }
        // There must never be two: the one that is known goes on.
        guard liveRun == nil, run.number > endedRun else {
            actions.append(.signal(run, .kill))
            return
        }
        if case .backoff(let before, _, _) = state { actions.append(.disarm(TimerID(before, .retry))) }
        lastRun = max(lastRun, run.number)
        countStarts(upTo: run.number)
        // Until it is said what is wanted, nothing that lives is stopped.
        want = intent
        let process = Process(run: run, pid: pid, startedAt: startedAt)
        enter(.starting(process, lastFailure: nil), now: now)
        actions.append(.emit(.adopted(run, pid: pid, needs: plan.needs.map(\.daemon), readyBy: readyBy)))
        // That it is back was so before anybody was there to see it.
        if wasReady(evidence) { recover(run, now: min(startedAt, now), &actions) }
        beginWatching(run, now: now, &actions)
        beginProbing(process, now: now, &actions)
        // It may have been ready for long; nobody has seen it fail.
        if case .up(let process, .ready) = state { state = .up(process, .ready(since: min(startedAt, now))) }
    }

    /// A run of an earlier Ghost has ended while no Ghost was there, or none that lived to remember it.
    public mutating func endedUnseen(
        _ run: RunID,
        _ exit: ExitStatus,
        at instant: MonotonicTime,
        memoryKills: MemoryKills? = nil,
        evidence: RunEvidence = RunEvidence(),
        now: MonotonicTime,
        random: Double,
        _ actions: inout [SupervisionAction]
    ) {
        // Its end was taken in before.
        guard run.number > endedRun else { return }
        var end = Ended(run: run, exit: exit, at: min(instant, now), random: random)
        end.noticed = .later
        end.memoryKills = memoryKills
        guard liveRun == nil else {
            tellBesides(end, &actions)
            return
        }
        if run.number < lastRun { end.sequel = .begun }
        if case .backoff(let before, _, _) = state { actions.append(.disarm(TimerID(before, .retry))) }
        countStarts(upTo: run.number)
        lastRun = max(lastRun, run.number)
        want = intent
        guard askedRun != run.number else {
            finish(end, next: .asked, &actions)
            enterAfterAskedStop(now: end.at)
            return
        }
        if wasReady(evidence) {
            recover(run, now: end.at, &actions)
            end.quality = .short
        } else {
            end.quality = unseenQuality
        }
        self.end(end, &actions)
        // The pause began when it died.
        if case .backoff(_, let until, _) = state, until <= now { enter(.waiting, now: now) }
        if intent == .down, state != .idle { enter(.idle, now: now) }
    }

    /// An earlier Ghost could not start a run, and was killed before it could remember that.
    public mutating func failedUnseen(
        _ run: RunID,
        reason: String,
        now: MonotonicTime,
        _ actions: inout [SupervisionAction]
    ) {
        guard run.number > endedRun, run.number > countedRun, liveRun == nil else { return }
        let isFollowed = run.number < lastRun
        if case .backoff(let before, _, _) = state { actions.append(.disarm(TimerID(before, .retry))) }
        countStarts(upTo: run.number)
        lastRun = max(lastRun, run.number)
        endedRun = max(endedRun, run.number)
        want = intent
        let restart = history.outage == nil ? nil : history.restartAttempts
        let pause = history.spawnFailed(at: now)
        let retry = want == .up && !isFollowed ? pause : nil
        actions.append(.emit(.spawnFailed(run, restart: restart, reason: reason, retryIn: retry)))
        guard let retry else {
            enter(want == .up ? .waiting : .idle, now: now)
            return
        }
        pauseAfter(run, for: retry, reason: reason, now: now, &actions)
    }

    /// Counts the starts of runs up to this number that are not counted yet: each number is one start.
    mutating func countStarts(upTo number: Int) {
        guard number > countedRun else { return }
        let tried = history.startsTried(number - countedRun)
        tally.restartsTried += tried
        countedRun = number
    }

    /// Tells an end although another run lives that was taken over before it.
    private mutating func tellBesides(_ end: Ended, _ actions: inout [SupervisionAction]) {
        tally.deaths += 1
        lastEnd = End(exit: end.exit, at: end.at)
        endedRun = max(endedRun, end.run.number)
        var told = end.told
        told.next = .restart(in: .zero)
        actions.append(.emit(.ended(told)))
    }

    /// Whether a run is known to have been ready: what needs no probe is, once its program runs.
    private func wasReady(_ evidence: RunEvidence) -> Bool {
        evidence.reached == .ready || readyBy == .running
    }

    /// How good a run was whose end nobody saw: without an outage it had been ready, nobody knows for how long.
    private var unseenQuality: RestartHistory.Quality { history.outage == nil ? .short : .neverReady }
}
