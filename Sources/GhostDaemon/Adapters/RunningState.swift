import GhostLogs
import GhostModel
import GhostServer
import GhostSupervision
import GhostSystem

/// The state of this Ghost as the server shows it.
struct RunningState: StateSource {
    let monitor: OrchestratorMonitor
    /// Nil when this Ghost only monitors.
    let supervisor: Supervisor?
    let plan: MonitorPlan

    func orchestration(at time: Timestamp) -> OrchestrationData {
        monitor.snapshot.status(at: time, plan: plan)
    }

    func daemons() -> [DaemonStatus]? { supervisor?.statuses }
}
