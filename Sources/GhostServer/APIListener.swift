public import Hummingbird
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

    private let address: Address
    private let responder: RouterResponder<BasicRequestContext>
    private let logger: Logger
    private let onBound: @Sendable (_ port: Int?) async -> Void

    /// Creates a listener; nothing is bound before ``run()``.
    ///
    /// - Parameter onBound: is told the port once connections are accepted; nil for a Unix socket.
    public init(
        _ address: Address,
        router: Router<BasicRequestContext>,
        logger: Logger,
        onBound: @escaping @Sendable (_ port: Int?) async -> Void
    ) {
        self.address = address
        responder = router.buildResponder()
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
            configuration: ApplicationConfiguration(address: bindAddress, serverName: "ghost"),
            onServerRunning: { await onBound($0.localAddress?.port) },
            logger: quiet
        )
        try await application.run()
    }
}
