public import GhostModel

/// What happens to its process.
extension DaemonMachine {
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
            beginProbing(process, now: now, &actions)
            // It was declared otherwise while it was being started.
            if nextPlan != nil { restart(now: now, &actions) }
        case .spawning, .idle, .waiting, .starting, .up, .stopping, .backoff, .completed, .failed, .scheduled: break
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
            tracks = [:]
            endedRun = max(endedRun, run.number)
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
        case .spawning, .idle, .waiting, .starting, .up, .stopping, .backoff, .completed, .failed, .scheduled: break
        }
    }

    /// The process of `run` has ended.
    ///
    /// - Parameter lacking: a need that does not hold at this moment; a daemon that dies for want of another is paused
    ///   and not punished.
    public mutating func exited(
        _ run: RunID,
        _ exit: ExitStatus,
        survivors: RunEnd.Survivors = .none,
        memoryKills: MemoryKills? = nil,
        lacking: Dependency? = nil,
        now: MonotonicTime,
        random: Double,
        _ actions: inout [SupervisionAction]
    ) {
        var end = Ended(run: run, exit: exit, survivors: survivors, lacking: lacking, at: now, random: random)
        end.memoryKills = memoryKills
        switch state {
        // A process may end before the driver has said that it began.
        case .spawning(run): break
        case .starting(let process, _) where process.run == run: break
        case .up(let process, let health) where process.run == run: end.quality = quality(health, now: now)
        case .stopping(let process, let stop) where process.run == run:
            actions.append(.disarm(TimerID(run, .grace)))
            guard case .failed(let role, let reason, let quality) = stop.cause, want == .up else {
                tracks = [:]
                finish(end, next: .asked, &actions)
                enterAfterAskedStop(now: now)
                return
            }
            end.quality = quality
            end.cause = .init(role: role, reason: reason)
        case .spawning, .starting, .up, .stopping, .idle, .waiting, .backoff, .completed, .failed, .scheduled: return
        }
        self.end(end, &actions)
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
        case (.grace, .stopping(let process, let stop)) where process.run == timer.run:
            stopLonger(process, stop, now: now, &actions)
        case (.probe(let role), .starting(let process, _)) where process.run == timer.run,
            (.probe(let role), .up(let process, _)) where process.run == timer.run:
            ask(role, process, now: now, &actions)
        case (.stable, .up(let process, .ready(let since))) where process.run == timer.run:
            guard now - since >= plan.restart.backoff.resetAfter else { return }
            if history.ranWell() == .crashLooping { actions.append(.emit(.crashLoopOver(process.run))) }
        case (.retry, _), (.grace, _), (.probe, _), (.stable, _), (.turn, _): break
        }
    }
}
