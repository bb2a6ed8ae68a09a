import GhostLogs
import GhostModel
import GhostServer
import GhostStore
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

    func takeState(at time: Timestamp) -> JudgedState {
        let (snapshot, events) = monitor.takeNews()
        return JudgedState(
            data: snapshot.status(at: time, plan: plan),
            validUntil: snapshot.nextDeadline(after: time),
            events: events
        )
    }

    func events(after sequence: UInt64) async -> [StateEvent] {
        // Without them whoever comes back gets the whole state, which is no loss.
        (try? await monitor.events(after: sequence, limit: StateLimits.eventsPerAnswer)) ?? []
    }

    func daemons() -> [DaemonStatus]? { supervisor?.statuses }
}
