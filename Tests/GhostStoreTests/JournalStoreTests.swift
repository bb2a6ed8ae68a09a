import GhostModel
import GhostTestSupport
import Testing

@testable import GhostStore

struct JournalStoreTests {
    private let folder: TemporaryFolder
    private let now = Timestamp(milliseconds: 1_795_363_441_123)

    init() throws { folder = try TemporaryFolder() }

    private var path: String { folder.path("state.sqlite") }

    private func open() throws -> JournalStore { try JournalStore(path: path, subject: "logs") }

    private func event(_ sequence: UInt64, _ daemon: String = "api", at: Timestamp? = nil) throws -> JournalEvent {
        JournalEvent(
            sequence: sequence,
            epoch: "",
            at: at ?? now,
            monotonic: 7,
            daemon: DaemonName(daemon),
            run: "\(daemon)#1",
            kind: .ended,
            cause: sequence > 1 ? sequence - 1 : nil,
            text: "event \(sequence)",
            detail: ["exit": "1"],
            position: SourcePosition(file: "\(daemon).log", generation: 1, offset: 42),
            lines: ["one", "zwei ❌"]
        )
    }

    @Test func eventsComeBackAsTheyWereKept() throws {
        let store = try open()
        var first = try event(1)
        try store.commit([first, try event(2, "db"), try event(3)], now: now)
        first.epoch = store.epoch
        #expect(try store.event(1) == first)
        #expect(try store.event(4) == nil)
        #expect(try store.events(after: 1, daemon: nil, limit: 10).map(\.sequence) == [2, 3])
        #expect(try store.events(after: 0, daemon: DaemonName("api"), limit: 1).map(\.sequence) == [1])
        #expect(try store.newest(of: DaemonName("api"), limit: 10).map(\.sequence) == [3, 1])
        #expect(try store.newest(kind: .boot, limit: 10).isEmpty)
        let again = try open()
        #expect(again.epoch == store.epoch)
        #expect(again.newestSequence == 3)
    }

    @Test func theNumberOfEventsIsBounded_andWhatIsGivenUpIsCounted() throws {
        let store = try open()
        try store.commit(try (1...UInt64(JournalLimits.eventsPerAnswer) + 10).map { try event($0) }, now: now)
        #expect(try store.events(after: 0, daemon: nil, limit: .max).count == JournalLimits.eventsPerAnswer)
        #expect(try store.pruned() == 0)
        // Bounded by sequence, so a jump stands for as many events.
        try store.commit([try event(UInt64(JournalLimits.events) + 7)], now: now)
        #expect(try store.pruned() == 7)
        #expect(try store.events(after: 0, daemon: nil, limit: 1).map(\.sequence) == [8])
    }

    @Test func eventsAreGivenUpForTheirAge_butNeverTheNewest() throws {
        let store = try open()
        let old = now.advanced(by: .zero - JournalLimits.age - .seconds(1))
        try store.commit([try event(1, at: old), try event(2, at: old)], now: old)
        try store.commit([try event(3, at: old)], now: now)
        #expect(try store.events(after: 0, daemon: nil, limit: 10).map(\.sequence) == [3])
        try store.commit([try event(4)], now: now)
        #expect(try store.events(after: 0, daemon: nil, limit: 10).map(\.sequence) == [4])
        #expect(try store.pruned() == 3)
    }

    @Test func theStoreOfTheLogsAndTheJournalShareOneFile_whoeverCreatesIt() throws {
        let journal = try open()
        let state = try StateStore.open(path: path, subject: "logs", now: now)
        #expect(state.epoch == journal.epoch)
        try journal.commit([try event(1)], now: now)
        #expect(try open().newestSequence == 1)
        // The journal is the project's, whichever logs the totals are about.
        #expect(try JournalStore(path: path, subject: "other logs").newestSequence == 1)
    }

    @Test func manyOpenANewFileAtOnce() async throws {
        let path = path
        let now = now
        try await withThrowingTaskGroup(of: String.self) { group in
            for index in 0..<8 {
                group.addTask {
                    index.isMultiple(of: 2)
                        ? try JournalStore(path: path, subject: "logs").epoch
                        : try StateStore.open(path: path, subject: "logs", now: now).epoch
                }
            }
            var epochs: Set<String> = []
            for try await epoch in group { epochs.insert(epoch) }
            #expect(epochs.count == 1)
        }
    }

    @Test func aFileThatWasMovedAsideIsNoticed() throws {
        let store = try open()
        #expect(store.isCurrent)
        _ = try DamagedFile.moveAside(path, now: now)
        #expect(!store.isCurrent)
        _ = try open()
        #expect(!store.isCurrent)
    }
}
