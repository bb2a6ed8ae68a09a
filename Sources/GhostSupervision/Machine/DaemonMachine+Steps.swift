import GhostModel

/// The steps that several inputs share.
extension DaemonMachine {
    /// What makes a run of this daemon ready.
    var readyBy: SupervisionEvent.ReadyBy {
        if plan.ready != nil { return .probe }
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
        enter(.up(process, .ready(since: now, failures: 0)), now: now)
        actions.append(.emit(.ready(process.run, pid: process.pid)))
        recover(process.run, now: now, &actions)
        if history.tempo == .crashLooping {
            actions.append(.arm(TimerID(process.run, .stable), at: now + plan.restart.backoff.resetAfter))
        }
    }

    /// Ends an outage, if there was one.
    private mutating func recover(_ run: RunID, now: MonotonicTime, _ actions: inout [SupervisionAction]) {
        let attempt = history.restartAttempts
        guard let outage = history.becameReady() else { return }
        restarts += 1
        actions.append(
            .emit(.recovered(run, attempt: attempt, lastExit: outage.lastExit, downtime: now - outage.began))
        )
    }

    /// Judges an attempt of the probe of a daemon that has been ready.
    mutating func judge(
        _ process: Process,
        _ health: Health,
        _ result: ProbeResult,
        limit: Int,
        now: MonotonicTime,
        _ actions: inout [SupervisionAction]
    ) {
        switch (health, result) {
        case (.ready(let since, _), .success):
            state = .up(process, .ready(since: since, failures: 0))
        case (.ready(let since, let failures), .failure) where failures + 1 < limit:
            state = .up(process, .ready(since: since, failures: failures + 1))
        case (.ready, .failure(let reason)):
            state = .up(process, .unready(reason: reason))
            actions.append(.disarm(TimerID(process.run, .stable)))
            actions.append(.emit(.unready(process.run, pid: process.pid, reason: reason)))
        case (.unready, .success):
            becomeReady(process, now: now, &actions)
        case (.unready, .failure(let reason)):
            state = .up(process, .unready(reason: reason))
        }
    }

    func quality(_ health: Health, now: MonotonicTime) -> RestartHistory.Quality {
        switch health {
        case .ready(let since, _): now - since >= plan.restart.backoff.resetAfter ? .good : .short
        case .unready: .short
        }
    }

    /// A run ended without having been asked to.
    mutating func end(
        of run: RunID,
        _ exit: ExitStatus,
        quality: RestartHistory.Quality,
        now: MonotonicTime,
        random: Double,
        _ actions: inout [SupervisionAction]
    ) {
        disarmProbing(of: run, &actions)
        guard want == .up else {
            finish(run, exit, next: .asked, quality: quality, now: now, &actions)
            enter(.idle, now: now)
            return
        }
        switch plan.fate(after: exit) {
        case .done:
            // A oneshot that succeeds has done what it was restarted for.
            if quality == .neverReady, plan.kind == .oneshot { recover(run, now: now, &actions) }
            finish(run, exit, next: .done, quality: quality, now: now, &actions)
            enter(.completed, now: now)
        case .givenUp:
            finish(run, exit, next: .givenUp, quality: quality, now: now, &actions)
            enter(.failed(reason: RunEnd(run: run, exit: exit, quality).sentence), now: now)
        case .restart:
            restart(after: run, exit, quality: quality, now: now, random: random, &actions)
        }
    }

    private mutating func restart(
        after run: RunID,
        _ exit: ExitStatus,
        quality: RestartHistory.Quality,
        now: MonotonicTime,
        random: Double,
        _ actions: inout [SupervisionAction]
    ) {
        let restart = quality == .neverReady && history.outage != nil ? history.restartAttempts : nil
        let verdict = history.died(exit, after: quality, at: now, policy: plan.restart, random: random)
        let pause =
            switch verdict {
            case .restart(let pause): pause
            case .enterCrashLoop(let loop, _): loop.retry
            }
        finish(run, exit, next: .restart(in: pause), quality: quality, restart: restart, now: now, &actions)
        if case .enterCrashLoop(let loop, let putOff) = verdict {
            actions.append(.emit(.crashLoopBegan(plan.name, attempt: putOff, loop)))
        }
        guard pause > .zero else {
            enter(.waiting, now: now)
            return
        }
        pauseAfter(run, for: pause, reason: RunEnd(run: run, exit: exit, quality).sentence, now: now, &actions)
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

    /// Remembers and tells that a run is over.
    mutating func finish(
        _ run: RunID,
        _ exit: ExitStatus,
        next: RunEnd.Next,
        quality: RestartHistory.Quality,
        restart: Int? = nil,
        now: MonotonicTime,
        _ actions: inout [SupervisionAction]
    ) {
        lastEnd = End(exit: exit, at: now)
        attempted = .ended
        var end = RunEnd(run: run, exit: exit, quality)
        end.next = next
        end.restart = restart
        actions.append(.emit(.ended(end)))
    }

    func disarmProbing(of run: RunID, _ actions: inout [SupervisionAction]) {
        if plan.ready != nil { actions.append(.disarm(TimerID(run, .probe))) }
        if history.tempo == .crashLooping { actions.append(.disarm(TimerID(run, .stable))) }
    }
}

extension RunEnd {
    fileprivate init(run: RunID, exit: ExitStatus, _ quality: RestartHistory.Quality) {
        self.init(run: run, exit: exit, reached: quality == .neverReady ? .started : .ready, next: .asked)
    }
}

extension DaemonPlan {
    /// What follows from an end that nobody asked for.
    enum Fate: Hashable {
        case done
        case givenUp
        case restart
    }

    /// What the policy says about an end.
    ///
    /// Success never restarts a oneshot: it is what a oneshot is for.
    func fate(after exit: ExitStatus) -> Fate {
        switch (kind, restart.when, exit.isSuccess) {
        case (.oneshot, _, true): .done
        case (.service, .always, _), (.oneshot, .always, false): .restart
        case (_, .onFailure, false): .restart
        case (.service, .onFailure, true), (.service, .never, true): .done
        case (_, .never, false): .givenUp
        }
    }
}
