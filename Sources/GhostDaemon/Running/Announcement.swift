import GhostModel
import ServiceLifecycle

/// Tells the user where Ghost answers, once it does.
struct Announcement: Service {
    let listeners: Listeners
    let show: @Sendable (String) -> Void
    /// What this Ghost is about: `watching DIR`, `running ghost.yaml`.
    let subject: String
    /// Set when it is told.
    var announced = Latch<Void>()

    func run() async throws {
        // Ends without a word when Ghost is stopped before it could listen.
        try? await cancelWhenGracefulShutdown {
            try await listeners.waitUntilBound()
            show("ghost \(GhostVersion.text), \(subject)")
            let host = listeners.plan.host
            let bracketed = host.contains(":") ? "[\(host)]" : host
            if let port = listeners.orchestratorPort.current {
                show("  orchestrator API  http://\(bracketed):\(port)/api/orchestrator/status")
            }
            if let port = listeners.statusPort.current, port != 0 {
                show("  status API        http://\(bracketed):\(port)/api/status")
            }
            announced.set(())
        }
    }
}
