import GhostModel
import GhostTestSupport
import Synchronization
import Testing

@testable import GhostLogs

@Suite(.timeLimit(.minutes(5)))
struct PublicationTests {
    /// Every look is told; a state only when it may be another, and its events come with it, each once.
    @Test func whatIsPublished_isTold_withItsEvents() async throws {
        let folder = try TemporaryFolder()
        let told = Mutex<[Publication]>([])
        let monitor = OrchestratorMonitor(
            folder: folder.path,
            now: { .test },
            onPublish: { publication in told.withLock { $0.append(publication) } },
            waitForChange: { try await Task.sleep(for: .milliseconds(1)) }
        )
        let running = Task { await monitor.run() }
        try await eventually("it looked often") { told.withLock { $0.count } > 20 }
        #expect(told.withLock { $0.first } == .newState(lookedAt: .test))
        #expect(told.withLock { $0.last } == .sameState(lookedAt: .test))
        var events = monitor.takeNews().events ?? []
        for attempt in 1...3 {
            try folder.append("\(stamp()) ✅ api restart attempt \(attempt)\n", to: ComponentKind.watchdog.fileName)
            try await eventually("restart \(attempt) is counted") {
                let (snapshot, news) = monitor.takeNews()
                events += try #require(news)
                return snapshot.status(at: .test, plan: MonitorPlan()).watchdog.restartCount == attempt
            }
        }
        running.cancel()
        await running.value
        #expect(events.map(\.sequence) == Array(1...monitor.snapshot.sequence))
        #expect(events.last?.cause.contains("restart attempt 3") == true)
    }

    @Test func eventsThatNobodyTakes_areBounded_andThatIsTold() {
        var published = PublishedSnapshot(snapshot: ComponentLogReader(folder: "/nowhere").snapshot)
        func events(_ count: Int) -> [StateEvent] {
            (0..<count).map { StateEvent(sequence: UInt64($0), at: .test, component: "c", cause: "", position: nil) }
        }
        published.replace(with: published.snapshot, events(UncommittedState.capacity))
        published.replace(with: published.snapshot, events(1))
        #expect(published.takeNews().events == nil)
        #expect(published.takeNews().events == [])
    }
}
