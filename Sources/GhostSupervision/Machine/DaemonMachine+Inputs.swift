public import GhostModel

extension DaemonMachine {
    /// It is wanted up.
    public mutating func wantUp(now: MonotonicTime) {
        want = .up
        switch state {
        case .idle, .completed, .failed:
            history = RestartHistory()
            attempted = .never
            enter(.waiting, now: now)
        case .waiting, .spawning, .starting, .up, .backoff: break
        // Once it has ended it is started again.
        case .stopping: break
        }
    }

    /// It is wanted down; a process goes on until it may be stopped.
    public mutating func wantDown(now: MonotonicTime, _ actions: inout [SupervisionAction]) {
        want = .down
        switch state {
        case .idle, .spawning, .starting, .up, .stopping: break
        case .completed: enter(.idle, now: now)
        case .waiting, .failed: standDown(now: now, &actions)
        case .backoff(let run, _, _):
            actions.append(.disarm(TimerID(run, .retry)))
            standDown(now: now, &actions)
        }
    }

    /// It must not be started, because of something outside.
    public mutating func hold(_ reason: String, now: MonotonicTime) {
        switch state {
        case .idle, .waiting:
            want = .up
            enter(.failed(reason: reason), now: now)
        case .spawning, .starting, .up, .stopping, .backoff, .completed, .failed: break
        }
    }

    /// Everything it needs holds.
    public mutating func mayStart(now: MonotonicTime, _ actions: inout [SupervisionAction]) {
        switch state {
        case .waiting:
            lastRun += 1
            let run = RunID(daemon: plan.name, number: lastRun)
            history.startTried()
            enter(.spawning(run), now: now)
            actions.append(.emit(.starting(run, attempt: history.startFailures + 1)))
            actions.append(.spawn(run))
        case .idle, .spawning, .starting, .up, .stopping, .backoff, .completed, .failed: break
        }
    }

    /// Everything that needs it is down.
    public mutating func mayStop(now: MonotonicTime, _ actions: inout [SupervisionAction]) {
        switch state {
        case .starting(let process, _), .up(let process, _):
            disarmProbing(of: process.run, &actions)
            enter(.stopping(process, .asked), now: now)
            actions.append(.emit(.stopping(process.run, plan.stop.signal, grace: plan.stop.grace)))
            actions.append(.signal(process.run, plan.stop.signal))
            actions.append(.arm(TimerID(process.run, .grace), at: now + plan.stop.grace))
        // The process is stopped once it is there.
        case .spawning: break
        case .idle, .waiting, .stopping, .backoff, .completed, .failed: break
        }
    }

    /// The program of `run` was started.
    public mutating func spawned(
        _ run: RunID,
        pid: Int32,
        now: MonotonicTime,
        _ actions: inout [SupervisionAction]
    ) {
        switch state {
        case .spawning(run):
            history.spawned()
            let process = Process(run: run, pid: pid, startedAt: now)
            enter(.starting(process, lastFailure: nil), now: now)
            actions.append(
                .emit(
                    .started(
                        run,
                        pid: pid,
                        attempt: history.startFailures + 1,
                        needs: plan.needs.map(\.daemon),
                        readyBy: readyBy
                    )
                )
            )
            switch readyBy {
            case .running: becomeReady(process, now: now, &actions)
            case .probe: actions.append(.probe(run))
            case .ending: break
            }
        case .spawning, .idle, .waiting, .starting, .up, .stopping, .backoff, .completed, .failed: break
        }
    }

    /// `run` could not be started.
    public mutating func spawnFailed(
        _ run: RunID,
        reason: String,
        now: MonotonicTime,
        _ actions: inout [SupervisionAction]
    ) {
        switch state {
        case .spawning(run):
            let restart = history.outage == nil ? nil : history.restartAttempts
            switch want {
            case .down:
                actions.append(.emit(.spawnFailed(run, restart: restart, reason: reason, retryIn: nil)))
                enter(.idle, now: now)
            case .up:
                let pause = history.spawnFailed(at: now)
                actions.append(.emit(.spawnFailed(run, restart: restart, reason: reason, retryIn: pause)))
                pauseAfter(run, for: pause, reason: reason, now: now, &actions)
            }
        case .spawning, .idle, .waiting, .starting, .up, .stopping, .backoff, .completed, .failed: break
        }
    }

    /// The process of `run` has ended.
    public mutating func exited(
        _ run: RunID,
        _ exit: ExitStatus,
        now: MonotonicTime,
        random: Double,
        _ actions: inout [SupervisionAction]
    ) {
        switch state {
        // A process may end before the driver has said that it began.
        case .spawning(run):
            end(of: run, exit, quality: .neverReady, now: now, random: random, &actions)
        case .starting(let process, _) where process.run == run:
            end(of: run, exit, quality: .neverReady, now: now, random: random, &actions)
        case .up(let process, let health) where process.run == run:
            end(of: run, exit, quality: quality(health, now: now), now: now, random: random, &actions)
        case .stopping(let process, _) where process.run == run:
            actions.append(.disarm(TimerID(run, .grace)))
            finish(run, exit, next: .asked, quality: .short, now: now, &actions)
            enter(want == .up ? .waiting : .idle, now: now)
        case .spawning, .starting, .up, .stopping, .idle, .waiting, .backoff, .completed, .failed: break
        }
    }

    /// One attempt of the probe of `run` has ended.
    public mutating func probed(
        _ run: RunID,
        _ result: ProbeResult,
        now: MonotonicTime,
        _ actions: inout [SupervisionAction]
    ) {
        guard let ready = plan.ready else { return }
        let next: Duration
        switch (state, result) {
        case (.starting(let process, _), .success) where process.run == run:
            becomeReady(process, now: now, &actions)
            next = ready.every
        case (.starting(let process, _), .failure(let reason)) where process.run == run:
            state = .starting(process, lastFailure: reason)
            next = ProbePlan.startupInterval
        case (.up(let process, let health), _) where process.run == run:
            judge(process, health, result, limit: ready.failures, now: now, &actions)
            next = ready.every
        case (.starting, _), (.up, _), (.idle, _), (.waiting, _), (.spawning, _), (.stopping, _), (.backoff, _),
            (.completed, _), (.failed, _):
            return
        }
        actions.append(.arm(TimerID(run, .probe), at: now + next))
    }

    /// A timer is due.
    public mutating func timer(_ timer: TimerID, now: MonotonicTime, _ actions: inout [SupervisionAction]) {
        switch (timer.purpose, state) {
        case (.retry, .backoff(timer.run, let until, _)):
            guard now >= until else {
                actions.append(.arm(timer, at: until))
                return
            }
            enter(.waiting, now: now)
        case (.grace, .stopping(let process, .asked)) where process.run == timer.run:
            state = .stopping(process, .killed)
            actions.append(.emit(.killing(process.run, after: plan.stop.grace)))
            actions.append(.signal(process.run, .kill))
        case (.probe, .starting(let process, _)) where process.run == timer.run,
            (.probe, .up(let process, _)) where process.run == timer.run:
            actions.append(.probe(process.run))
        case (.stable, .up(let process, .ready(let since, _))) where process.run == timer.run:
            guard now - since >= plan.restart.backoff.resetAfter else { return }
            if history.ranWell() == .crashLooping { actions.append(.emit(.crashLoopOver(process.run))) }
        case (.retry, _), (.grace, _), (.probe, _), (.stable, _): break
        }
    }
}
