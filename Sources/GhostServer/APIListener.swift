public import GhostModel
public import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
public import ServiceLifecycle

/// One bound address that serves the API.
public struct APIListener: Service {
    /// Where to listen.
    public enum Address: Sendable, Equatable {
        /// A TCP port; 0 takes any free one.
        case tcp(host: String, port: Int)
        /// A Unix socket; a file of that name is replaced.
        case unixSocket(path: String)
    }

    /// The most connections of one listener; further clients wait in the kernel's queue until one ends.
    ///
    /// Descriptors are for daemons first: connections must never use them up.
    public static let mostConnections = 512
    /// How long a connection may be silent, in seconds.
    public static let idleTimeout: Duration = .seconds(60)

    private let address: Address
    private let responder: RouterResponder<APIContext>
    private let now: @Sendable () -> Timestamp
    private let logger: Logger
    private let onBound: @Sendable (_ port: Int?) async -> Void

    /// Creates a listener; nothing is bound before ``run()``.
    ///
    /// - Parameters:
    ///   - now: the wall clock, for the date of answers.
    ///   - onBound: is told the port once connections are accepted; nil for a Unix socket.
    public init(
        _ address: Address,
        router: Router<APIContext>,
        now: @escaping @Sendable () -> Timestamp,
        logger: Logger,
        onBound: @escaping @Sendable (_ port: Int?) async -> Void
    ) {
        self.address = address
        responder = router.buildResponder()
        self.now = now
        self.logger = logger
        self.onBound = onBound
    }

    /// Serves until the group shuts down.
    ///
    /// Throws if the address cannot be bound.
    public func run() async throws {
        let bindAddress: BindAddress =
            switch address {
            case .tcp(let host, let port): .hostname(host, port: port)
            case .unixSocket(let path): .unixDomainSocket(path: path)
            }
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .notice)
        let application = Application(
            responder: responder,
            server: .http1(configuration: .init(idleTimeout: .seconds(Self.idleTimeout.components.seconds))),
            configuration: ApplicationConfiguration(
                address: bindAddress,
                serverName: "ghost",
                availableConnectionsDelegate: .maximum(Self.mostConnections, logger: quiet)
            ),
            onServerRunning: { await onBound($0.localAddress?.port) },
            logger: quiet
        )
        try await application.runQuietly(now: now)
    }
}
