import GhostLogs
import GhostServer

extension CommitFeed {
    /// Takes what the monitor publishes.
    func take(_ publication: Publication) {
        switch publication {
        case .sameState(let time): looked(at: time)
        case .newState(let time): committed(at: time)
        }
    }

    /// Runs the monitor, and tells when it runs.
    func following(_ monitor: OrchestratorMonitor) async {
        self.monitor(is: .running)
        await monitor.run()
        self.monitor(is: .ended)
    }
}
