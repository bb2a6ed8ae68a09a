import GhostModel
import GhostTestSupport
import Testing

@testable import GhostStore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

struct StateStoreTests {
    @Test func committedState_isThereAfterReopening() throws {
        let folder = try TemporaryFolder()
        let position = SourcePosition(file: "watchdog-restarts.log", generation: 2, offset: 77)
        var change = StateChange.sample(5, body: Array(0...255))
        change.events = [.sample(4), .sample(5, position: position)]
        change.losses = [.sample(1), .sample(2), .sample(3)]
        let epoch: String
        do {
            let store = try folder.openStore()
            epoch = store.epoch
            #expect(try store.load() == nil)
            try store.commit(change)
        }
        let store = try folder.openStore()
        let state = try #require(try store.load())
        #expect(store.epoch == epoch)
        #expect(epoch.count == 16)
        #expect(state.sequence == 5)
        #expect(state.folds == change.folds)
        #expect(state.sources == change.sources)
        #expect(state.losses == change.losses)
        #expect(state.lossesTotal == 3)
        #expect(store.movedAside == nil)
    }

    @Test func change_replacesTheSourcesOfItsComponentsOnly() throws {
        let folder = try TemporaryFolder()
        let store = try folder.openStore()
        var first = StateChange.sample(1)
        first.sources.append(SavedSource(component: .watchdog, name: "old", checkpoint: [9]))
        first.folds.append(SavedFold(component: .sentinel, version: 3, body: []))
        first.sources.append(SavedSource(component: .sentinel, name: "sentinel-status.log", checkpoint: []))
        try store.commit(first)
        try store.commit(.sample(2, body: [7]))
        let state = try #require(try store.load())
        #expect(Set(state.sources.map(\.name)) == ["watchdog-restarts.log", "sentinel-status.log"])
        #expect(state.sources.first { $0.component == .watchdog }?.checkpoint == [2])
        #expect(state.folds.first { $0.component == .watchdog }?.body == [7])
        #expect(state.folds.first { $0.component == .sentinel }?.version == 3)
    }

    @Test func changeThatCannotBeWritten_changesNothing() throws {
        let folder = try TemporaryFolder()
        let store = try folder.openStore()
        try store.commit(.sample(1))
        var change = StateChange.sample(2, body: [42])
        change.losses = [.sample(1)]
        // A source without its component's fold is a fault; it comes after the fold was written.
        change.sources.append(SavedSource(component: .selfcheck, name: "x", checkpoint: []))
        #expect(throws: StoreFailure.self) { try store.commit(change) }
        let state = try #require(try store.load())
        #expect(state.folds.map(\.body) == [[1, 2, 3]])
        #expect(state.sequence == 1)
        #expect(state.lossesTotal == 0)
    }

    @Test func events_areGivenInOrderAfterASequence() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.openStore()
        try store.commit(StateChange(events: (1...5).map { .sample($0) }))
        try store.commit(StateChange(events: [.sample(9)]))
        #expect(try await store.events(after: 0, limit: 100).map(\.sequence) == [1, 2, 3, 4, 5, 9])
        #expect(try await store.events(after: 3, limit: 2) == [.sample(4), .sample(5)])
        #expect(try await store.events(after: 9, limit: 2).isEmpty)
        #expect(try await store.events(after: .max, limit: .max).isEmpty)
        #expect(try await store.events(after: 0, limit: -1).isEmpty)
    }

    @Test func eventTable_keepsTheNewest() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.openStore()
        let total = UInt64(StateLimits.events) + 500
        for start in stride(from: UInt64(1), through: total, by: 700) {
            try store.commit(StateChange(events: (start..<min(start + 700, total + 1)).map { .sample($0) }))
        }
        let oldest = try await store.events(after: 0, limit: 1).first?.sequence
        #expect(oldest == 501)
        #expect(try await store.events(after: total - 1, limit: 10).map(\.sequence) == [total])
        #expect(try await store.events(after: 0, limit: .max).count == StateLimits.eventsPerAnswer)
    }

    @Test func lossTable_keepsTheNewestAndCountsAll() throws {
        let folder = try TemporaryFolder()
        let store = try folder.openStore()
        try store.commit(.sample(1))
        for start in stride(from: 1, through: 1200, by: 300) {
            try store.commit(StateChange(losses: (start..<start + 300).map { .sample($0) }))
        }
        let state = try #require(try store.load())
        #expect(state.lossesTotal == 1200)
        #expect(state.losses.count == StateLimits.losses)
        #expect(state.losses.map(\.generation) == Array(201...1200))
    }

    @Test func eventThatWasWrittenBefore_isReplaced() async throws {
        // A commit may be reported as failed although it took place; its events come again then.
        let folder = try TemporaryFolder()
        let store = try folder.openStore()
        try store.commit(.sample(1))
        try store.commit(.sample(1))
        #expect(try await store.events(after: 0, limit: 10).map(\.sequence) == [1])
    }

    @Test func positions_areChangedOneByOne_andForgotten() throws {
        let folder = try TemporaryFolder()
        let store = try folder.openStore()
        func position(_ name: String, _ byte: UInt8) -> SavedPosition {
            SavedPosition(path: "/logs/\(name)", body: [byte])
        }
        try store.commit(
            StateChange(positions: PositionChange(saved: [position("a", 1), position("b", 1), position("c", 1)]))
        )
        try store.commit(
            StateChange(positions: PositionChange(saved: [position("b", 2)], forgotten: ["/logs/c", "/logs/x"]))
        )
        #expect(try store.load()?.positions == [position("a", 1), position("b", 2)])
    }

    @Test func rowsOfRules_areReplacedTogether() throws {
        let folder = try TemporaryFolder()
        let store = try folder.openStore()
        var change = StateChange(positions: PositionChange(saved: [SavedPosition(path: "/a", body: [1])]))
        change.ruleFolds = [SavedRuleFold(component: "old", body: [1]), SavedRuleFold(component: "web", body: [1])]
        try store.commit(change)
        change = StateChange(positions: PositionChange(saved: [SavedPosition(path: "/a", body: [2])]))
        change.furtherPositions[1] = PositionChange(saved: [SavedPosition(path: "/a", body: [3])])
        change.ruleFolds = [SavedRuleFold(component: "web", body: [2], reading: 1)]
        change.ruleRows = .replaced
        try store.commit(change)
        let saved = try #require(try store.load())
        #expect(saved.ruleFolds == [SavedRuleFold(component: "web", body: [2], reading: 1)])
        #expect(
            saved.positions == [
                SavedPosition(path: "/a", body: [2], reading: 0), SavedPosition(path: "/a", body: [3], reading: 1),
            ]
        )
        change = StateChange()
        change.furtherPositions[1] = PositionChange(forgotten: ["/a"])
        try store.commit(change)
        #expect(try store.load()?.positions == [SavedPosition(path: "/a", body: [2])])
    }

    @Test(arguments: [("synchronous", "1"), ("journal_mode", "wal"), ("foreign_keys", "1"), ("user_version", "4")])
    func setting_isWhatThePromisesRestOn(name: String, expected: String) throws {
        let folder = try TemporaryFolder()
        #expect(try folder.openStore().setting(name) == expected)
        // Also when the file was there before.
        #expect(try folder.openStore().setting(name) == expected)
    }

    @Test func store_isForItsOwnerOnly() throws {
        let folder = try TemporaryFolder()
        let store = try folder.openStore()
        try store.commit(.sample(1))
        for name in ["state.sqlite", "state.sqlite-wal"] {
            var facts = stat()
            #expect(stat(folder.path(name), &facts) == 0)
            #expect(facts.st_mode & 0o777 == 0o600)
        }
    }

    @Test func journal_staysShort() throws {
        let folder = try TemporaryFolder()
        let store = try folder.openStore()
        let body = [UInt8](repeating: 7, count: 100_000)
        var longest: Int64 = 0
        for sequence in 1...UInt64(600) {
            try store.commit(.sample(sequence, body: body))
            var facts = stat()
            #expect(stat(folder.path("state.sqlite-wal"), &facts) == 0)
            longest = max(longest, Int64(facts.st_size))
        }
        // 60 MB were written.
        #expect(longest < 16_000_000)
    }

    @Test func epochs_differ() {
        let epochs = Set((0..<100).map { _ in Schema.newEpoch() })
        #expect(epochs.count == 100)
        #expect(epochs.allSatisfy { $0.count == 16 })
    }
}
