import GhostSystem
import Logging
import ServiceLifecycle
import UnixSignals

/// The one task tree of a running Ghost.
enum GhostGroup {
    /// Runs the services until SIGINT, SIGTERM, SIGHUP or SIGQUIT, then stops them from the last to the first, each after the next.
    ///
    /// A service that ends by itself is no reason to stop the others, except ``StopOnRequest``; one that fails ends all, in
    /// the same order.
    static func run(_ services: [any Service], logger: Logger) async throws {
        SignalDisposition.ignoreStrays()
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map { service in
                    ServiceGroupConfiguration.ServiceConfiguration(
                        service: service,
                        successTerminationBehavior: service is StopOnRequest ? .gracefullyShutdownGroup : .ignore,
                        failureTerminationBehavior: .gracefullyShutdownGroup
                    )
                },
                // A terminal that closes stops its Ghost in order; one that was started with nohup does not hear of it.
                gracefulShutdownSignals: [.sigint, .sigterm, .sigquit]
                    + (SignalDisposition.ignoresHangup ? [] : [.sighup]),
                logger: quiet
            )
        )
        try await group.run()
    }
}
