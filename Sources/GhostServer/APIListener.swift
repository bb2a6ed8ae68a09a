import GhostModel
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

    /// The most connections of a listener that is told nothing else; further clients wait in the kernel's queue until one
    /// ends.
    ///
    /// Descriptors are for daemons first: connections must never use them up.
    public static let usualConnections = 512
    /// How long a connection may be silent, in seconds.
    public static let idleTimeout: Duration = .seconds(60)

    private let address: Address
    private let responder: AnswerDeadline<RouterResponder<APIContext>>
    private let newcomers: Newcomers
    private let tls: TLSIdentity?
    private let answers: HotAnswers
    private let mostConnections: Int
    /// The wall clock, for the date of answers.
    private let now: @Sendable () -> Timestamp
    private let logger: Logger
    private let onBound: @Sendable (_ port: Int?) async -> Void

    /// Creates a listener; nothing is bound before ``run()``.
    ///
    /// - Parameters:
    ///   - sources: what the requests that need no router are answered from.
    ///   - boundHost: the host that the router checks; nil for a Unix socket.
    ///   - onBound: is told the port once connections are accepted; nil for a Unix socket.
    public init(
        _ address: Address,
        router: Router<APIContext>,
        sources: APISources,
        boundHost: String?,
        tls: TLSIdentity? = nil,
        mostConnections: Int = usualConnections,
        logger: Logger,
        onBound: @escaping @Sendable (_ port: Int?) async -> Void
    ) {
        self.address = address
        responder = AnswerDeadline(router.buildResponder(), now: sources.now)
        newcomers = boundHost == nil ? Newcomers() : sources.walls.newcomers
        self.tls = tls
        answers = HotAnswers(
            sources: sources,
            gate: boundHost.map { RequestGate(boundHost: $0, walls: sources.walls) }
        )
        self.mostConnections = mostConnections
        now = sources.now
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
            server: server,
            configuration: ApplicationConfiguration(
                address: bindAddress,
                serverName: "ghost",
                availableConnectionsDelegate: .maximum(mostConnections, logger: quiet)
            ),
            onServerRunning: { await onBound($0.localAddress?.port) },
            logger: quiet
        )
        try await application.runQuietly(now: now)
    }

    private var server: HTTPServerBuilder {
        let idleTimeout = TimeAmount(Self.idleTimeout)
        return HTTPServerBuilder { [answers, newcomers, tls] responder in
            let limits = HTTP1Channel.Configuration.DecoderConfiguration(
                maxHeaderFieldSize: RequestLimits.head,
                maxHeaderListSize: RequestLimits.head,
                maxHeaderFieldCount: RequestLimits.headerFields
            )
            let configuration = HTTP1Channel.Configuration(
                idleTimeout: idleTimeout,
                httpDecoderConfiguration: limits
            )
            let fronted = FrontedChannel(
                answers: answers,
                idleTimeout: idleTimeout,
                router: HTTP1Channel(responder: responder, configuration: configuration)
            )
            let guarded = GuardedChannel(base: fronted, newcomers: newcomers)
            guard let tls else { return guarded }
            return try tls.wrapping(guarded)
        }
    }
}
