import GhostModel
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import Synchronization

@testable import GhostServer

/// The router of a Ghost whose state the test decides, asked without a network.
struct TestRouter {
    /// The instant at which every answer is given.
    static let now = Timestamp(milliseconds: 1_795_363_441_123)

    var state = ScriptedState()
    var lines: [ComponentKind: [String]] = [:]
    var boundHost: String? = "127.0.0.1"
    var control: ControlSources?
    var library: (any LogLibrary)?
    var walls = ServerWalls()

    struct Answer {
        var status: Int
        var headers: HTTPFields
        var body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }

        func decoded<Value: Decodable>(as type: Value.Type) throws -> Value { try JSONText.decode(type, from: body) }
    }

    func get(
        _ path: String,
        method: HTTPRequest.Method = .get,
        authority: String? = "127.0.0.1:5002",
        headers: HTTPFields = [:],
        body: String = ""
    ) async throws -> Answer {
        var sources = APISources(
            state: state,
            logs: ScriptedLines(lines: lines),
            now: { Self.now },
            version: "1.2.3",
            componentPID: "4242",
            control: control
        )
        sources.library = library
        sources.walls = walls
        await sources.publisher.publishNow()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let head = HTTPRequest(method: method, scheme: "http", authority: authority, path: path, headerFields: headers)
        let source = ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: logger)
        let response = try await buildRouter(sources, boundHost: boundHost).buildResponder()
            .respond(
                to: Request(head: head, body: RequestBody(buffer: ByteBuffer(string: body))),
                context: APIContext(source: source)
            )
        let collector = BodyCollector()
        try await response.body.write(collector)
        return Answer(status: response.status.code, headers: response.headers, body: collector.bytes.withLock { $0 })
    }
}

/// A state that never changes.
struct ScriptedState: StateSource {
    var lifecycle = LifecycleState(status: .active, lastCheck: TestRouter.now, managedDaemons: 2)
    var executor = ExecutorState(status: .idle, lastCheck: TestRouter.now)
    var supervised: [DaemonStatus]? = []

    func orchestration(at time: Timestamp) -> OrchestrationData {
        OrchestrationData(
            sentinel: SentinelState(status: .active, lastCheck: time, monitoring: true, upNow: ["api"]),
            watchdog: WatchdogState(status: .idle, lastCheck: time),
            executor: executor,
            selfcheck: SelfCheckState(status: .active, lastCheck: time, healthChecks: 7),
            lifecycle: lifecycle,
            overallHealth: .healthy,
            activeComponents: 5,
            errorComponents: 0,
            healthPercentage: 100,
            daemons: DaemonTally(total: 1, up: 1),
            reasons: [],
            countedSince: nil,
            lastUpdate: time,
            timestamp: time
        )
    }

    func daemons() -> [DaemonStatus]? { supervised }
}

struct ScriptedLines: LogSource {
    let lines: [ComponentKind: [String]]

    func lastLines(of component: ComponentKind, count: Int) async -> [String] { (lines[component] ?? []).suffix(count) }
}
