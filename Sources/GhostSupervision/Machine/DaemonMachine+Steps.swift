import GhostModel

/// The steps that several inputs share.
extension DaemonMachine {
    /// What makes a run of this daemon ready.
    var readyBy: SupervisionEvent.ReadyBy {
        if plan.start != nil || plan.ready != nil { return .probe }
        switch plan.kind {
        case .service: return .running
        case .oneshot: return .ending
        }
    }

    mutating func enter(_ next: State, now: MonotonicTime) {
        let before = phase
        state = next
        if phase != before { since = now }
    }

    mutating func standDown(now: MonotonicTime, _ actions: inout [SupervisionAction]) {
        enter(.idle, now: now)
        actions.append(.emit(.stoodDown(plan.name)))
    }

    mutating func becomeReady(_ process: Process, now: MonotonicTime, _ actions: inout [SupervisionAction]) {
        enter(.up(process, .ready(since: now)), now: now)
        actions.append(.emit(.ready(process.run, pid: process.pid)))
        recover(process.run, now: now, &actions)
        if history.tempo == .crashLooping {
            actions.append(.arm(TimerID(process.run, .stable), at: now + plan.restart.backoff.resetAfter))
        }
        if let alive = tracks[.alive], alive.newest == nil { ask(.alive, process, now: now, &actions) }
    }

    /// Ends an outage, if there was one.
    func recovered(_ history: inout RestartHistory) -> (attempt: Int, outage: RestartHistory.Outage)? {
        let attempt = history.restartAttempts
        return history.becameReady().map { (attempt, $0) }
    }

    mutating func recover(_ run: RunID, now: MonotonicTime, _ actions: inout [SupervisionAction]) {
        guard let (attempt, outage) = recovered(&history) else { return }
        let downtime = max(now - outage.began, .zero)
        restarts += 1
        tally.restartsSucceeded += 1
        tally.recoveries += 1
        tally.recovering += downtime
        actions.append(.emit(.recovered(run, attempt: attempt, lastExit: outage.lastExit, downtime: downtime)))
    }

    func quality(_ health: Health, now: MonotonicTime) -> RestartHistory.Quality {
        switch health {
        case .ready(let since): now - since >= plan.restart.backoff.resetAfter ? .good : .short
        case .unready: .short
        }
    }

    /// How good the present run has been.
    func quality(now: MonotonicTime) -> RestartHistory.Quality {
        if case .up(_, let health) = state { quality(health, now: now) } else { .neverReady }
    }

    mutating func pauseAfter(
        _ run: RunID,
        for pause: Duration,
        reason: String,
        now: MonotonicTime,
        _ actions: inout [SupervisionAction]
    ) {
        enter(.backoff(after: run, until: now + pause, reason: reason), now: now)
        actions.append(.arm(TimerID(run, .retry), at: now + pause))
    }

    func disarmProbing(of run: RunID, _ actions: inout [SupervisionAction]) {
        for role in ProbeRole.allCases where plan.probe(role) != nil {
            actions.append(.disarm(TimerID(run, .probe(role))))
        }
        if history.tempo == .crashLooping { actions.append(.disarm(TimerID(run, .stable))) }
    }
}
