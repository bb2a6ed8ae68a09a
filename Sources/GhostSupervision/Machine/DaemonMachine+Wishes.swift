public import GhostModel

/// What people, the clock and the order of daemons want of it.
extension DaemonMachine {
    /// It is wanted up.
    public mutating func wantUp(now: MonotonicTime) {
        want = .up
        switch state {
        case .idle, .completed, .failed:
            history = RestartHistory()
            attempted = .never
            enter(plan.schedule == nil ? .waiting : .scheduled, now: now)
        case .waiting, .spawning, .starting, .up, .backoff, .scheduled: break
        // Once it has ended it is started again.
        case .stopping: break
        }
    }

    /// It is wanted up as it was: what an earlier Ghost saw end is not begun anew.
    public mutating func resume(now: MonotonicTime, _ actions: inout [SupervisionAction]) {
        guard intent == .up else { return }
        want = .up
        switch state {
        case .idle: enter(plan.schedule == nil ? .waiting : .scheduled, now: now)
        case .backoff(let run, let until, _): actions.append(.arm(TimerID(run, .retry), at: until))
        case .waiting, .spawning, .starting, .up, .stopping, .completed, .failed, .scheduled: break
        }
    }

    /// It is wanted down; a process goes on until it may be stopped.
    public mutating func wantDown(now: MonotonicTime, _ actions: inout [SupervisionAction]) {
        want = .down
        queued = .nothing
        switch state {
        case .idle, .spawning, .starting, .up, .stopping: break
        case .completed, .scheduled: enter(.idle, now: now)
        case .waiting, .failed: standDown(now: now, &actions)
        case .backoff(let run, _, _):
            actions.append(.disarm(TimerID(run, .retry)))
            standDown(now: now, &actions)
        }
        takeNextPlan()
    }

    /// It must not be started, because of something outside.
    public mutating func hold(_ reason: String, now: MonotonicTime) {
        switch state {
        case .idle, .waiting, .scheduled:
            want = .up
            enter(.failed(reason: reason), now: now)
        case .spawning, .starting, .up, .stopping, .backoff, .completed, .failed: break
        }
    }

    /// Its deaths are forgotten, and what it waits for because of them is over.
    public mutating func reset(now: MonotonicTime, _ actions: inout [SupervisionAction]) {
        history.forget()
        switch state {
        case .backoff(let run, _, _):
            actions.append(.disarm(TimerID(run, .retry)))
            enter(.waiting, now: now)
        case .up(let process, _): actions.append(.disarm(TimerID(process.run, .stable)))
        case .idle, .waiting, .spawning, .starting, .stopping, .completed, .failed, .scheduled: break
        }
    }

    /// It is to be stopped, if it runs, and to be started again; that is no death.
    public mutating func restart(now: MonotonicTime, _ actions: inout [SupervisionAction]) {
        want = .up
        if plan.schedule != nil, process != nil { queued = .anotherRun }
        switch state {
        case .starting(let process, _), .up(let process, _): beginStop(process, .asked, now: now, &actions)
        // It is being stopped already, and begins again because it is wanted up.
        case .stopping(let process, let stop): state = .stopping(process, .init(stage: stop.stage, cause: .asked))
        // It is being started just now.
        case .waiting, .spawning: break
        case .backoff: reset(now: now, &actions)
        case .idle, .completed, .failed, .scheduled:
            takeNextPlan()
            history = RestartHistory()
            attempted = .never
            enter(.waiting, now: now)
        }
    }

    /// The clock says that it is due.
    public mutating func due(now: MonotonicTime, _ actions: inout [SupervisionAction]) {
        guard let schedule = plan.schedule, want == .up else { return }
        switch state {
        case .scheduled, .completed, .failed:
            attempted = .never
            enter(.waiting, now: now)
        case .backoff: reset(now: now, &actions)
        case .idle, .waiting: break
        case .spawning, .starting, .up, .stopping:
            switch schedule.overlap {
            case .skip: actions.append(.emit(.scheduleSkipped(plan.name)))
            case .queue: queued = .anotherRun
            case .replace:
                queued = .anotherRun
                switch state {
                case .starting(let process, _), .up(let process, _):
                    beginStop(process, .asked, now: now, &actions)
                case .spawning, .stopping, .idle, .waiting, .backoff, .completed, .failed, .scheduled: break
                }
            }
        }
    }

    /// Everything it needs holds.
    public mutating func mayStart(now: MonotonicTime, _ actions: inout [SupervisionAction]) {
        switch state {
        case .waiting:
            takeNextPlan()
            lastRun += 1
            countedRun = lastRun
            let run = RunID(daemon: plan.name, number: lastRun)
            if history.startTried() != nil { tally.restartsTried += 1 }
            enter(.spawning(run), now: now)
            actions.append(.emit(.starting(run, attempt: history.startFailures + 1)))
            beginWatching(run, now: now, &actions)
            actions.append(.spawn(run))
        case .idle, .spawning, .starting, .up, .stopping, .backoff, .completed, .failed, .scheduled: break
        }
    }

    /// Everything that needs it is down.
    public mutating func mayStop(now: MonotonicTime, _ actions: inout [SupervisionAction]) {
        switch state {
        case .starting(let process, _), .up(let process, _): beginStop(process, .asked, now: now, &actions)
        // The process is stopped once it is there.
        case .spawning: break
        case .idle, .waiting, .stopping, .backoff, .completed, .failed, .scheduled: break
        }
    }

    /// Nobody wants to wait for its end any longer.
    public mutating func hurry(now: MonotonicTime, _ actions: inout [SupervisionAction]) {
        guard want == .down else { return }
        switch state {
        case .starting(let process, _), .up(let process, _):
            beginStop(process, .asked, now: now, &actions)
            hurry(now: now, &actions)
        case .stopping(let process, let stop):
            guard case .asked = stop.stage else { return }
            kill(process, stop, now: now, &actions)
        case .idle, .waiting, .spawning, .backoff, .completed, .failed, .scheduled: break
        }
    }

    /// A plan that waited for the end of a run is the plan from now on.
    mutating func takeNextPlan() {
        guard liveRun == nil, let next = nextPlan else { return }
        plan = next
        nextPlan = nil
    }
}
