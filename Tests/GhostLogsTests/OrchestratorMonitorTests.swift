import GhostModel
import GhostTestSupport
import ServiceLifecycle
import ServiceLifecycleTestKit
import Synchronization
import Testing

@testable import GhostLogs

@Suite(.timeLimit(.minutes(5)))
struct OrchestratorMonitorTests {
    @Test func appendedRecord_reachesTheSnapshot() async throws {
        let folder = try TemporaryFolder()
        let monitor = OrchestratorMonitor(
            folder: folder.path,
            now: { .test },
            waitForChange: { try await Task.sleep(for: .milliseconds(1)) }
        )
        #expect(monitor.snapshot.lookedAt == nil)
        let running = Task { await monitor.run() }
        try await eventually("the folder was looked at") { monitor.snapshot.folderCondition == .present }
        let before = monitor.snapshot.sequence
        try folder.append("\(stamp()) ✅ api restart attempt 1\n", to: ComponentKind.watchdog.fileName)
        try await eventually("the restart is counted") {
            monitor.snapshot.status(at: .test, plan: MonitorPlan()).watchdog.restartCount == 1
        }
        #expect(monitor.snapshot.sequence > before)
        running.cancel()
        await running.value
    }

    @Test func missingFolder_doesNotEndIt() async throws {
        let folder = try TemporaryFolder()
        let looks = Mutex(0)
        let monitor = OrchestratorMonitor(
            folder: folder.path("nowhere"),
            now: { .test },
            waitForChange: {
                looks.withLock { $0 += 1 }
                try await Task.sleep(for: .milliseconds(1))
            }
        )
        let running = Task { await monitor.run() }
        try await eventually("it looked four times") { looks.withLock { $0 } > 3 }
        #expect(monitor.snapshot.folderCondition == .missing)
        running.cancel()
        await running.value
    }

    @Test func gracefulShutdown_endsIt() async throws {
        let folder = try TemporaryFolder()
        let monitor = OrchestratorMonitor(folder: folder.path, now: { .test })
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await monitor.run() }
                try await eventually("it looked once") { monitor.snapshot.lookedAt != nil }
                trigger.triggerGracefulShutdown()
                try await group.waitForAll()
            }
        }
    }
}
