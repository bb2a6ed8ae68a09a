import GhostModel

/// What follows from the end of a run that nobody asked for.
extension DaemonMachine {
    /// Everything that is known of an end.
    struct Ended {
        var run: RunID
        var exit: ExitStatus
        var quality = RestartHistory.Quality.neverReady
        var survivors = RunEnd.Survivors.none
        var memoryKills: MemoryKills?
        /// The probe that had failed; nil if it ended by itself.
        var cause: RunEnd.FailedProbe?
        /// A need that did not hold.
        var lacking: Dependency?
        var noticed = RunEnd.Noticed.atOnce
        /// Whether the next run is there already.
        var sequel = Sequel.none
        var at: MonotonicTime
        var random: Double
    }

    /// What came after an end before it was taken in.
    enum Sequel {
        case none
        /// An earlier Ghost had begun the next run, and was killed before it could remember why.
        case begun
    }

    /// Takes in an end that nobody asked for, and decides by the restart policy.
    mutating func end(_ end: Ended, _ actions: inout [SupervisionAction]) {
        disarmProbing(of: end.run, &actions)
        tracks = [:]
        guard want == .up else {
            finish(end, next: .asked, &actions)
            enter(.idle, now: end.at)
            takeNextPlan()
            return
        }
        // What a failed probe has ended is started again whatever its exit status is.
        let fate = end.cause != nil && plan.restart.when != .never ? .restart : plan.fate(after: end.exit)
        switch fate {
        case .done:
            // A oneshot that succeeded has done what it was restarted for.
            if end.quality == .neverReady, plan.kind == .oneshot { recover(end.run, now: end.at, &actions) }
            finish(end, next: .done, &actions)
            if plan.schedule != nil { history = RestartHistory() }
            enter(afterItsWork(.completed), now: end.at)
        case .givenUp:
            tally.deaths += 1
            finish(end, next: .givenUp, &actions)
            enter(afterItsWork(.failed(reason: end.sentence)), now: end.at)
        case .restart:
            tally.deaths += 1
            restart(after: end, &actions)
        }
        takeNextPlan()
    }

    /// The state after a run that is not to be repeated: a daemon that is started by the clock waits for its time.
    private mutating func afterItsWork(_ state: State) -> State {
        guard plan.schedule != nil else { return state }
        defer { queued = .nothing }
        return queued == .anotherRun ? .waiting : .scheduled
    }

    /// Goes on after a stop that somebody asked for.
    mutating func enterAfterAskedStop(now: MonotonicTime) {
        defer { queued = .nothing }
        takeNextPlan(after: .idle, now: now)
        switch (want, plan.schedule, queued) {
        case (.down, _, _): enter(.idle, now: now)
        case (.up, .some, .nothing): enter(.scheduled, now: now)
        case (.up, _, _): enter(.waiting, now: now)
        }
    }

    private mutating func takeNextPlan(after state: State, now: MonotonicTime) {
        enter(state, now: now)
        takeNextPlan()
    }

    private mutating func restart(after end: Ended, _ actions: inout [SupervisionAction]) {
        let restart = end.quality == .neverReady && history.outage != nil ? history.restartAttempts : nil
        if let lacking = end.lacking {
            history.ended(end.exit, at: end.at)
            finish(end, next: .paused(until: lacking), restart: restart, &actions)
            enter(.waiting, now: end.at)
            return
        }
        let verdict = history.died(
            end.exit,
            after: end.quality,
            at: end.at,
            policy: plan.restart,
            random: end.random
        )
        let pause =
            switch (end.sequel, verdict) {
            case (.begun, _): Duration.zero
            case (.none, .restart(let pause)): pause
            case (.none, .enterCrashLoop(let loop, _)): loop.retry
            }
        finish(end, next: .restart(in: pause), restart: restart, &actions)
        if case .enterCrashLoop(let loop, let putOff) = verdict {
            actions.append(.emit(.crashLoopBegan(end.run, attempt: putOff, loop)))
        }
        guard pause > .zero else {
            enter(.waiting, now: end.at)
            return
        }
        pauseAfter(end.run, for: pause, reason: end.sentence, now: end.at, &actions)
    }

    /// Remembers and tells that a run is over.
    mutating func finish(
        _ end: Ended,
        next: RunEnd.Next,
        restart: Int? = nil,
        _ actions: inout [SupervisionAction]
    ) {
        lastEnd = End(exit: end.exit, at: end.at)
        endedRun = max(endedRun, end.run.number)
        attempted = .ended
        var told = end.told
        told.next = next
        told.restart = restart
        actions.append(.emit(.ended(told)))
    }
}

extension DaemonMachine.Ended {
    /// The end as it is told, without what comes next.
    var told: RunEnd {
        var told = RunEnd(run: run, exit: exit, reached: quality == .neverReady ? .started : .ready, next: .done)
        told.survivors = survivors
        told.memoryKills = memoryKills
        told.failedProbe = cause
        told.noticed = noticed
        return told
    }

    var sentence: String { told.sentence }
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
