public import GhostModel

/// Runs that an earlier Ghost started.
extension DaemonMachine {
    /// A run lives and is taken over as it is.
    public mutating func adopted(
        _ run: RunID,
        pid: Int32,
        startedAt: MonotonicTime,
        now: MonotonicTime,
        _ actions: inout [SupervisionAction]
    ) {
        switch state {
        case .idle, .waiting:
            want = .up
            lastRun = max(lastRun, run.number)
            let process = Process(run: run, pid: pid, startedAt: min(startedAt, now))
            enter(.starting(process, lastFailure: nil), now: now)
            let needs = plan.needs.map(\.daemon)
            actions.append(.emit(.started(run, pid: pid, attempt: 1, needs: needs, readyBy: readyBy)))
            switch readyBy {
            case .running: becomeReady(process, now: now, &actions)
            case .probe: actions.append(.probe(run))
            case .ending: break
            }
        case .spawning, .starting, .up, .stopping, .backoff, .completed, .failed: break
        }
    }

    /// A run ended while no Ghost was there; what follows is what follows any death.
    public mutating func endedUnseen(
        _ run: RunID,
        _ exit: ExitStatus,
        at: MonotonicTime,
        now: MonotonicTime,
        random: Double,
        _ actions: inout [SupervisionAction]
    ) {
        switch state {
        case .idle, .waiting:
            want = .up
            lastRun = max(lastRun, run.number)
            end(of: run, exit, quality: .good, now: now, random: random, &actions)
        case .spawning, .starting, .up, .stopping, .backoff, .completed, .failed: break
        }
    }
}
