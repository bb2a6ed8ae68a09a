public import GhostModel

/// What the sentinel finds.
extension Supervisor {
    /// Takes in what a look at the processes has changed; returns at once.
    public nonisolated func report(_ news: [DriftNews]) {
        guard !news.isEmpty else { return }
        inbox.post(.drift(news))
    }

    /// Tells what was found about runs that still go on, and does what follows.
    func take(_ news: [DriftNews], _ probes: inout DiscardingTaskGroup) {
        for item in news {
            switch item {
            case .found(let run, let finding, let action, let all):
                guard let process = supervision[run.daemon]?.process, process.run == run else { continue }
                overlay.setDrift(all, of: run.daemon)
                emit(.drifted(run, pid: process.pid, finding, action, all: all.map(\.kind)))
                if action == .restart { handle(.restart(run.daemon), &probes) }
            case .cleared(let run, let kind, let all):
                guard let process = supervision[run.daemon]?.process, process.run == run else { continue }
                overlay.setDrift(all, of: run.daemon)
                emit(.driftOver(run, pid: process.pid, kind, all: all.map(\.kind)))
            case .clockJumped(let amount): emit(.clockJumped(by: amount))
            }
        }
    }

    /// The declared daemons as they are followed now, with the runs that have a process.
    public var declared: [DaemonPlan] { supervision.machines.map(\.plan) }
}
