import GhostModel
import GhostStore
import GhostSupervision
import GhostSystem
import GhostTestSupport
import Logging
import Testing

@testable import GhostDaemon

struct EventJournalTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func aJournalThatIsCancelled_endsAndKeepsWhatComesAfter() async throws {
        let path = folder.path("state.sqlite")
        let journal = EventJournal(
            openStore: { () throws(StoreFailure) in try JournalStore(path: path, subject: "logs") },
            outputPath: { folder.path("\($0).log") },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let moment = Clocks.wall()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await journal.run() }
            journal.report(.trouble(nil, "before"), at: moment)
            group.cancelAll()
            await group.waitForAll()
        }
        // Those who end later have something to tell still.
        journal.report(.trouble(nil, "after"), at: moment)
        await journal.keepRest()
        let kept = try JournalStore(path: path, subject: "logs").newest(of: nil, limit: 10)
        #expect(kept.map(\.text).joined(separator: " ").contains("before"), "\(kept)")
        #expect(kept.map(\.text).joined(separator: " ").contains("after"), "\(kept)")
    }
}
