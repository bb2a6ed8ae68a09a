import Foundation
import GhostClient
import GhostModel
import GhostTestSupport
import Synchronization
import Testing

/// The Swift client and the stream of the real program.
struct ClientStreamEndToEndTests {
    private final class Seen: Sendable {
        private let updates = Mutex<[OrchestrationUpdate]>([])
        var all: [OrchestrationUpdate] { updates.withLock { $0 } }
        var restarts: Int? { all.last?.state?.watchdog.restartCount }

        func follow(_ client: GhostClient) async {
            let options = FollowOptions(retry: RetryPolicy(delay: .milliseconds(50)))
            do throws(GhostClientError) {
                for try await update in client.orchestrationUpdates(options) {
                    updates.withLock { $0.append(update) }
                }
            } catch {
                Issue.record(error)
            }
        }
    }

    @Test func aClient_goesOnAcrossAKillAndARestart_andIsToldEachEventOnce() async throws {
        let folder = try TemporaryFolder()
        try folder.write(StreamEndToEndTests.restart(1), to: "logs/watchdog-restarts.log")
        let log = try #require(FileHandle(forWritingAtPath: folder.path("logs/watchdog-restarts.log")))
        try log.seekToEnd()
        func grow(_ attempts: ClosedRange<Int>) throws {
            for attempt in attempts { try log.write(contentsOf: Data(StreamEndToEndTests.restart(attempt).utf8)) }
        }

        let first = try await StreamEndToEndTests.monitor(folder, port: 0)
        let port = try #require(first.port)
        let client = GhostClient(.http(host: "127.0.0.1", port: port))
        let seen = Seen()
        let following = Task { await seen.follow(client) }
        try await eventually("the state comes") { seen.restarts == 1 }
        try grow(2...10)
        try await eventually("the changes come") { seen.restarts == 10 }
        first.send(SIGKILL)
        try await eventually("ghost is gone") { first.exit != nil }
        try grow(11...15)
        let second = try await StreamEndToEndTests.monitor(folder, port: port)
        try grow(16...20)
        try await eventually("what was missed comes") { seen.restarts == 20 && seen.all.last?.connection == .streaming }
        #expect(seen.all.last?.gaps == 0)
        #expect(seen.all.last?.error == nil)
        let events = seen.all.flatMap(\.events).map(\.sequence)
        #expect(events == Array((events.first ?? 0)..<((events.first ?? 0) + UInt64(events.count))))

        following.cancel()
        await following.value
        try await client.shutdown()
        _ = try await second.stop()
    }
}
