import GhostChecks
import GhostModel
import GhostSupervision

/// Asks a daemon's probe with the prober of the health checks, in the daemon's folder and environment.
struct DaemonProber: ProbeRunner {
    let prober: EndpointProber

    func attempt(_ probe: Probe, timeout: Duration, for daemon: DaemonPlan) async -> ProbeResult {
        let place = CommandPlace(directory: daemon.workingDirectory, environment: daemon.environment)
        return await prober.attempt(probe, timeout: timeout, in: place)
    }
}
