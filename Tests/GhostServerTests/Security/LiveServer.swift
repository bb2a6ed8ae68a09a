import GhostModel
import GhostTestSupport
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

@testable import GhostServer

/// A listener on a port of its own, asked with bytes.
struct LiveServer {
    let port: Int

    /// Runs `body` while the listener serves.
    static func with(
        tls: TLSIdentity? = nil,
        walls: ServerWalls = ServerWalls(),
        _ body: @Sendable (LiveServer) async throws -> Void
    ) async throws {
        let bound = Mutex<Int?>(nil)
        let listener = listener(tls: tls, walls: walls) { port in bound.withLock { $0 = port } }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await listener.run() }
            try await eventually("the listener is bound") { bound.withLock { $0 != nil } }
            let server = LiveServer(port: bound.withLock { $0 ?? 0 })
            try await body(server)
            group.cancelAll()
        }
    }

    private static func listener(
        tls: TLSIdentity?,
        walls: ServerWalls,
        _ onBound: @escaping @Sendable (Int?) -> Void
    ) -> APIListener {
        var sources = APISources(
            state: ScriptedState(),
            logs: ScriptedLines(lines: [:]),
            now: { TestRouter.now },
            version: "1.2.3",
            componentPID: nil
        )
        sources.walls = walls
        return APIListener(
            .tcp(host: "127.0.0.1", port: 0),
            router: buildRouter(sources, boundHost: "127.0.0.1"),
            sources: sources,
            boundHost: "127.0.0.1",
            tls: tls,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) { onBound($0) }
    }

    typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// Opens a connection.
    func connect(trusting certificate: NIOSSLCertificate? = nil) async throws -> Connection {
        try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let certificate {
                        var configuration = TLSConfiguration.makeClientConfiguration()
                        configuration.trustRoots = .certificates([certificate])
                        let context = try NIOSSLContext(configuration: configuration)
                        let handler = try NIOSSLClientHandler(context: context, serverHostname: "localhost")
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                    return try Connection(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: certificate == nil)
                    )
                }
            }
    }

    /// Sends bytes and gives all that comes back until the server closes or enough came.
    func ask(_ bytes: [UInt8], trusting certificate: NIOSSLCertificate? = nil) async throws -> String {
        try await connect(trusting: certificate).executeThenClose { inbound, outbound in
            // A server that closes early is an answer as well.
            try? await outbound.write(ByteBuffer(bytes: bytes))
            if certificate == nil { outbound.finish() }
            var answer = ByteBuffer()
            do {
                for try await var chunk in inbound {
                    answer.writeBuffer(&chunk)
                    if answer.readableBytes > 100_000 { break }
                }
            } catch {
                return String(buffer: answer)
            }
            return String(buffer: answer)
        }
    }

    /// Asks for the health, as an honest client does.
    func health(trusting certificate: NIOSSLCertificate? = nil) async throws -> String {
        let request = "GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        return try await ask(Array(request.utf8), trusting: certificate)
    }
}
