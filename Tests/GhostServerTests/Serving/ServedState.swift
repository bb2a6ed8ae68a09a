import GhostModel
import GhostTestSupport
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

@testable import GhostServer

/// A state that the test changes while a server shows it.
final class ChangingState: StateSource {
    private let data: Mutex<(data: OrchestrationData, events: [StateEvent])>
    let judged = Atomic<Int>(0)

    init(_ data: OrchestrationData) {
        self.data = Mutex((data, []))
    }

    func orchestration(at time: Timestamp) -> OrchestrationData {
        judge(data.withLock { $0.data }, at: time)
    }

    func takeState(at time: Timestamp) -> JudgedState {
        // Both at once: events of a state that is not yet handed out would be taken for those of this one.
        let (data, events) = data.withLock { state in
            defer { state.events = [] }
            return state
        }
        return JudgedState(data: judge(data, at: time), validUntil: nil, events: events)
    }

    private func judge(_ data: OrchestrationData, at time: Timestamp) -> OrchestrationData {
        judged.add(1, ordering: .relaxed)
        var data = data
        data.timestamp = time
        return data
    }

    func daemons() -> [DaemonStatus]? { nil }

    /// Commits a change.
    func commit(to feed: CommitFeed, _ change: (inout OrchestrationData) -> Void) {
        data.withLock { state in
            state.data.sequence += 1
            change(&state.data)
            state.events += SampleStates.events(after: state.data.sequence - 1, to: state.data.sequence)
        }
        feed.committed(at: SampleStates.start)
    }
}

private struct NoLines: LogSource {
    func lastLines(of component: ComponentKind, count: Int) async -> [String] { [] }
}

/// A server on a port of its own, for tests that look at bytes.
struct ServedState {
    let state: ChangingState
    let feed: CommitFeed
    let sources: APISources
    let port: Int

    /// Runs a server as long as `body` does.
    static func with(
        _ data: OrchestrationData = SampleStates.state(1),
        committed: Bool = true,
        _ body: @Sendable @escaping (ServedState) async throws -> Void
    ) async throws {
        let state = ChangingState(data)
        let feed = CommitFeed()
        let sources = APISources(
            state: state,
            logs: NoLines(),
            now: { SampleStates.start },
            version: "1.2.3",
            componentPID: nil,
            feed: feed
        )
        feed.monitor(is: .running)
        if committed { feed.committed(at: SampleStates.start) }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let bound = Mutex<Int?>(nil)
        let listener = APIListener(
            .tcp(host: "127.0.0.1", port: 0),
            router: buildRouter(sources, boundHost: "127.0.0.1"),
            sources: sources,
            boundHost: "127.0.0.1",
            logger: logger
        ) { port in bound.withLock { $0 = port } }
        let group = ServiceGroup(services: [sources.publisher, listener], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await eventually("the server listens") { bound.withLock { $0 != nil } }
            let port = bound.withLock { $0 } ?? 0
            do {
                try await body(ServedState(state: state, feed: feed, sources: sources, port: port))
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// Opens a connection.
    func connect(takes: Int? = nil) async throws -> RawConnection {
        try await RawConnection.open(port: port, takes: takes)
    }

    /// What comes back for some bytes, until the server closes.
    func talk(_ text: String) async throws -> String {
        let connection = try await connect()
        try await connection.send(text)
        try await eventually("the server closes") { connection.isClosed }
        return connection.text
    }
}

/// A connection whose bytes the test writes and reads.
final class RawConnection: Sendable {
    private let channel: any Channel
    private let received: Received

    private final class Received: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        let bytes = Mutex<[UInt8]>([])

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var buffer = unwrapInboundIn(data)
            let read = buffer.readBytes(length: buffer.readableBytes) ?? []
            bytes.withLock { $0 += read }
        }
    }

    private init(_ channel: any Channel, _ received: Received) {
        self.channel = channel
        self.received = received
    }

    /// - Parameter takes: how many bytes the kernel may keep that were not read, as far as it heeds that.
    static func open(port: Int, takes: Int? = nil) async throws -> RawConnection {
        let received = Received()
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { $0.pipeline.addHandler(received) }
            .channelOption(.allowRemoteHalfClosure, value: false)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
        let narrow = takes.map { bootstrap.channelOption(.socketOption(.so_rcvbuf), value: $0) } ?? bootstrap
        return RawConnection(try await narrow.connect(host: "127.0.0.1", port: port).get(), received)
    }

    func send(_ text: String) async throws { try await channel.writeAndFlush(ByteBuffer(string: text)).get() }

    /// Sends each byte on its own, without waiting in between: a request has its time as well.
    func sendInSingleBytes(_ text: String) {
        channel.eventLoop.execute { [channel] in
            for byte in text.utf8 { channel.writeAndFlush(ByteBuffer(bytes: [byte]), promise: nil) }
        }
    }

    func endInput() async throws { try await channel.close(mode: .output) }

    /// Stops taking what the server sends.
    func stopReading() async throws { try await channel.setOption(.autoRead, value: false).get() }

    func goOnReading() async throws { try await channel.setOption(.autoRead, value: true).get() }

    func close() async throws { try await channel.close() }

    var isClosed: Bool { !channel.isActive }
    var bytes: [UInt8] { received.bytes.withLock { $0 } }
    var count: Int { received.bytes.withLock { $0.count } }
    var text: String { String(decoding: bytes, as: UTF8.self) }
}
