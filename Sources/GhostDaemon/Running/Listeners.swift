import GhostModel
import GhostServer
import GhostSystem
import Logging
import NIOCore
import ServiceLifecycle

/// The listeners of one Ghost: both TCP ports and, under `ghost up`, the control socket.
///
/// The orchestrator API must be bound, or Ghost refuses to start. The status API is a convenience: if its port is taken,
/// Ghost says so and goes on, since the orchestrator API answers its routes as well. A listener that fails later is bound
/// again, on the port it had.
struct Listeners: Sendable {
    let plan: ServerPlan
    /// Nil when this Ghost has no control socket.
    let socket: String?
    let sources: APISources
    let logger: Logger

    /// The port of the orchestrator API, once it is bound.
    let orchestratorPort = Latch<Int>()
    /// The port of the status API once it is bound; 0 when it will not be.
    let statusPort = Latch<Int>()
    /// Set once the control socket accepts connections.
    let socketBound = Latch<Void>()

    /// Waits until everything is bound that will be.
    func waitUntilBound() async throws {
        _ = try await orchestratorPort.value()
        _ = try await statusPort.value()
        if socket != nil { try await socketBound.value() }
    }

    /// The services of the group.
    var services: [any Service] {
        var services: [any Service] = [
            RestartingService(name: "orchestrator API", logger: logger) { try await serveOrchestratorAPI() },
            RestartingService(name: "status API", logger: logger) { try await serveStatusAPI() },
        ]
        if let socket {
            services.append(
                RestartingService(name: "control socket", logger: logger) { try await serveControl(on: socket) }
            )
        }
        return services
    }

    private func serveOrchestratorAPI() async throws {
        let port = orchestratorPort.current ?? plan.port
        do {
            try await serve(port: port, announcing: orchestratorPort)
        } catch let error where orchestratorPort.current == nil && !Task.isShuttingDownGracefully {
            throw bindFailure(error, port: port)
        }
    }

    private func serveStatusAPI() async throws {
        let port = statusPort.current ?? plan.statusPort
        do {
            // The orchestrator's port is announced first, so that a port both want goes to the API that must have it.
            _ = try await cancelWhenGracefulShutdown { try await orchestratorPort.value() }
            try await serve(port: port, announcing: statusPort)
        } catch let error where statusPort.current == nil && !Task.isShuttingDownGracefully {
            let failure = bindFailure(error, port: port)
            logger.warning("\(failure); its routes are served by the orchestrator API")
            statusPort.set(0)
            try await gracefulShutdown()
        }
    }

    private func serve(port: Int, announcing latch: Latch<Int>) async throws {
        let router = buildRouter(sources, boundHost: plan.host)
        try await APIListener(.tcp(host: plan.host, port: port), router: router, now: sources.now, logger: logger) {
            bound in
            latch.set(bound ?? port)
        }.run()
    }

    private func serveControl(on socket: String) async throws {
        let router = buildRouter(sources, boundHost: nil)
        do {
            try await APIListener(.unixSocket(path: socket), router: router, now: sources.now, logger: logger) { _ in
                SocketFile.restrictToOwner(socket)
                socketBound.set(())
            }.run()
        } catch let error where socketBound.current == nil && !Task.isShuttingDownGracefully {
            logger.warning("cannot listen on \(socket): \(error); \"ghost status\" will not find this Ghost")
            socketBound.set(())
            try await gracefulShutdown()
        }
    }

    private func bindFailure(_ error: any Error, port: Int) -> GhostFailure {
        let address = "\(plan.host):\(port)"
        guard let error = error as? IOError else {
            let reason = "\(plan.host) is no address of this machine"
            return GhostFailure(.cannotCreate, "cannot listen on \(address): \(reason)")
        }
        let number = ErrorNumber(error.errnoCode)
        guard number.isAddressInUse else {
            let failure = SystemCallFailure("listen on", address, code: number)
            return GhostFailure(failure, otherwise: .cannotCreate)
        }
        let holder = PortHolder.find(port: port).map { "it is in use by \($0.name) (pid \($0.pid))" } ?? "it is in use"
        let advice = "end that process, or choose another port with --port (0 takes any free one)"
        return GhostFailure(.cannotCreate, "cannot listen on \(address): \(holder); \(advice)")
    }
}
