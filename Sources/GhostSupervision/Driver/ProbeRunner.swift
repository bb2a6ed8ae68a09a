public import GhostModel

/// Asks probes.
public protocol ProbeRunner: Sendable {
    /// Attempts `probe` once and returns after `timeout` at the latest, sooner if the task is cancelled.
    ///
    /// - Parameter daemon: the daemon that is asked about; a command runs in its folder and environment.
    func attempt(_ probe: Probe, timeout: Duration, for daemon: DaemonPlan) async -> ProbeResult
}
