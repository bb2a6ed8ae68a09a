import GhostModel
import Synchronization

/// What the statuses of daemons show besides what their machines know: what the sentinel found, the clock's plans, and what
/// processes say of themselves.
///
/// Kept apart, so that an input costs nothing for it; it is laid over the statuses when somebody reads them.
final class StatusOverlay: Sendable {
    private struct State {
        var drift: [DaemonName: [DriftFinding]] = [:]
        var due: [DaemonName: Timestamp] = [:]
        var told: [DaemonName: (run: String, text: String)] = [:]
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

    /// Replaces what a run says of itself; nothing, if `text` is empty.
    ///
    /// Called from any thread, as often as a daemon likes: only the newest is kept.
    func setText(_ text: String, of run: RunID) {
        let told = text.isEmpty ? nil : (run: run.description, text: text)
        state.withLock { $0.told[run.daemon] = told }
    }

    /// Forgets what a run said, unless a newer one has spoken.
    func forgetText(of run: RunID) {
        state.withLock { state in
            if state.told[run.daemon]?.run == run.description { state.told[run.daemon] = nil }
        }
    }

    func applied(to statuses: [DaemonStatus]) -> [DaemonStatus] {
        let state = state.withLock { $0 }
        guard !state.drift.isEmpty || !state.due.isEmpty || !state.told.isEmpty else { return statuses }
        return statuses.map { status in
            var status = status
            status.drift = state.drift[status.name] ?? []
            status.nextDueAt = status.want == .up ? state.due[status.name] : nil
            // What a former process said is not true of this one.
            if let told = state.told[status.name], status.pid != nil, told.run == status.run {
                status.statusText = told.text
            }
            return status
        }
    }
}
