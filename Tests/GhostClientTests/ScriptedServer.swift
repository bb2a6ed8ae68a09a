import GhostModel
import Synchronization

@testable import GhostClient

/// A server that does what a scenario says, and the time that passes meanwhile.
///
/// When the scenario is over, the task that asks for more is cancelled.
final class ScriptedServer: OrchestrationSource, PageSource, ClientTime {
    static let path = "/api/orchestrator/stream"

    let endpoint = GhostClient.Endpoint.http(host: "script", port: 1)
    private let script: Mutex<Script>

    private struct Script {
        var connections: [Scenario.Connection]
        var polls: [UInt64]
        var pages: [Page]
        var paths: [String] = []
        var now = MonotonicTime(nanoseconds: 0)
        var lastEventIDs: [String?] = []
        var delays: [Duration] = []
    }

    /// What is answered to one request.
    enum Page: Sendable {
        case body([UInt8], after: Duration = .zero)
        case refusal(GhostClientError)

        static func json(_ body: some Encodable, after time: Duration = .zero) throws -> Page {
            .body(try JSONText.encode(body), after: time)
        }
    }

    init(_ scenario: Scenario, pages: [Page] = []) {
        script = Mutex(Script(connections: scenario.connections, polls: scenario.polls ?? [], pages: pages))
    }

    convenience init(_ connections: [Scenario.Connection], pages: [Page] = []) {
        let expectation = Scenario.Expectation(connection: "open", lastEventIds: [])
        self.init(Scenario(name: "a test's own", connections: connections, expect: expectation), pages: pages)
    }

    static func failure(_ code: GhostClientError.Code, retryAfter: Duration? = nil) -> GhostClientError {
        let endpoint = GhostClient.Endpoint.http(host: "script", port: 1)
        return GhostClientError(
            code: code,
            endpoint: endpoint,
            path: path,
            detail: "as the script says",
            retryAfter: retryAfter
        )
    }

    /// What the connections were asked to go on from.
    var lastEventIDs: [String?] { script.withLock { $0.lastEventIDs } }
    /// How long was waited, each time.
    var delays: [Duration] { script.withLock { $0.delays } }
    /// What was asked for, streams and requests alike, in order.
    var paths: [String] { script.withLock { $0.paths } }
    var isOver: Bool { script.withLock { $0.connections.isEmpty && $0.polls.isEmpty && $0.pages.isEmpty } }

    var now: MonotonicTime { script.withLock { $0.now } }

    func sleep(for duration: Duration) async throws {
        if isOver { end() }
        try Task.checkCancellation()
        script.withLock { $0.delays.append(duration) }
        pass(duration)
    }

    func status() async throws(GhostClientError) -> OrchestrationData {
        let sequence = script.withLock { $0.polls.isEmpty ? 0 : $0.polls.removeFirst() }
        return Sample.state("e", sequence)
    }

    func get<Answer: Decodable & Sendable>(
        _ path: String,
        patience: Duration,
        as type: Answer.Type
    ) async throws(GhostClientError) -> Answer {
        let page = script.withLock { script in
            script.paths.append(path)
            return script.pages.isEmpty ? nil : script.pages.removeFirst()
        }
        switch page {
        case .body(let bytes, let time)?:
            pass(time)
            do { return try JSONText.decode(type, from: bytes) } catch { throw Self.failure(.unreadableAnswer) }
        case .refusal(let error)?: throw error
        case nil:
            end()
            throw Self.failure(.interrupted)
        }
    }

    func open(_ path: String, lastEventID: String?) async throws(GhostClientError) -> any ByteStream {
        let connection = script.withLock { script in
            script.paths.append(path)
            script.lastEventIDs.append(lastEventID)
            return script.connections.isEmpty ? nil : script.connections.removeFirst()
        }
        guard let connection else {
            end()
            throw Self.failure(.interrupted)
        }
        if let status = connection.status {
            throw Self.failure(.refused(status: status), retryAfter: connection.retryAfter.map { .seconds($0) })
        }
        return ScriptedStream(connection, self)
    }

    func pass(_ duration: Duration) {
        script.withLock { $0.now = $0.now + duration }
    }

    func end() {
        withUnsafeCurrentTask { $0?.cancel() }
    }
}

/// One connection of a script.
private final class ScriptedStream: ByteStream {
    private var steps: [Step]
    private let end: Scenario.Connection.End
    private let server: ScriptedServer
    private var silence = Duration.zero

    private enum Step {
        case bytes([UInt8])
        case wait(Duration)
    }

    init(_ connection: Scenario.Connection, _ server: ScriptedServer) {
        self.server = server
        end = connection.then ?? .stay
        steps = (connection.send ?? []).flatMap { sent -> [Step] in
            switch sent {
            case .wait(let milliseconds): [.wait(.milliseconds(milliseconds))]
            case .text(let text): [.bytes(Array(text.utf8))]
            case .state(let state): state.pieces.map { .bytes($0) }
            case .bytes(let bytes): [.bytes(bytes)]
            }
        }
    }

    func read() async throws(GhostClientError) -> [UInt8]? {
        while let step = steps.first {
            switch step {
            case .bytes(let bytes):
                steps.removeFirst()
                silence = .zero
                return bytes
            case .wait(let duration):
                guard silence + duration < StreamReader.longestSilence else { throw fallSilent() }
                steps.removeFirst()
                silence += duration
                server.pass(duration)
            }
        }
        switch end {
        case .end: return nil
        case .break: throw ScriptedServer.failure(.interrupted)
        case .stay where server.isOver:
            server.end()
            return nil
        case .stay: throw fallSilent()
        }
    }

    private func fallSilent() -> GhostClientError {
        server.pass(StreamReader.longestSilence - silence)
        return ScriptedServer.failure(.silent)
    }
}
