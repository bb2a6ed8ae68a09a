import GhostModel
import Synchronization

/// What the statuses of daemons show besides what their machines know: what the sentinel found, and the clock's plans.
///
/// Kept apart, so that an input costs nothing for it; it is laid over the statuses when somebody reads them.
final class StatusOverlay: Sendable {
    private struct State {
        var drift: [DaemonName: [DriftFinding]] = [:]
        var due: [DaemonName: Timestamp] = [:]
    }

    private let state = Mutex(State())

    /// Replaces what was found about a daemon.
    func setDrift(_ findings: [DriftFinding], of daemon: DaemonName) {
        state.withLock { $0.drift[daemon] = findings.isEmpty ? nil : findings }
    }

    /// Replaces when daemons are due.
    func setDue(_ due: [DaemonName: Timestamp]) {
        state.withLock { $0.due = due }
    }

    func applied(to statuses: [DaemonStatus]) -> [DaemonStatus] {
        let state = state.withLock { $0 }
        guard !state.drift.isEmpty || !state.due.isEmpty else { return statuses }
        return statuses.map { status in
            var status = status
            status.drift = state.drift[status.name] ?? []
            status.nextDueAt = status.want == .up ? state.due[status.name] : nil
            return status
        }
    }
}
