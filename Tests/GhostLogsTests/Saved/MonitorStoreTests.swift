import GhostModel
import GhostStore
import GhostTestSupport
import Synchronization
import Testing

@testable import GhostLogs

@Suite(.timeLimit(.minutes(5)))
struct MonitorStoreTests {
    /// A store that fails on demand and remembers what it was given.
    final class TestStore: StateKeeping {
        enum Behaviour {
            case works
            case isFull
            /// The commit takes place and is reported as failed.
            case liesAboutSuccess
        }

        struct Record {
            var behaviour = Behaviour.works
            var committed: UInt64 = 0
            var changes: [StateChange] = []
        }

        let real: StateStore
        let record = Mutex(Record())
        /// Called before each commit.
        let willCommit: @Sendable (StateChange) -> Void

        init(_ folder: TemporaryFolder, willCommit: @escaping @Sendable (StateChange) -> Void = { _ in }) throws {
            real = try StateStore.open(path: folder.path("state.sqlite"), subject: "logs", now: .test)
            self.willCommit = willCommit
        }

        var epoch: String { real.epoch }
        var movedAside: String? { real.movedAside }
        func load() throws(StoreFailure) -> SavedState? { try real.load() }

        func become(_ behaviour: Behaviour) { record.withLock { $0.behaviour = behaviour } }

        func commit(_ change: StateChange) throws(StoreFailure) {
            willCommit(change)
            let behaviour = record.withLock { $0.behaviour }
            if behaviour == .isFull { throw .full(path: real.path) }
            try real.commit(change)
            record.withLock { record in
                record.committed = change.events.last?.sequence ?? record.committed
                record.changes.append(change)
            }
            if behaviour == .liesAboutSuccess { throw .full(path: real.path) }
        }

        func events(after sequence: UInt64, limit: Int) async throws(StoreFailure) -> [StateEvent] {
            try await real.events(after: sequence, limit: limit)
        }
    }

    private func monitor(
        _ folder: TemporaryFolder,
        open: @escaping @Sendable () throws(StoreFailure) -> any StateKeeping
    ) -> OrchestratorMonitor {
        OrchestratorMonitor(
            folder: folder.path("logs"),
            openStore: open,
            now: { .test },
            logger: .silent,
            waitForChange: { try await Task.sleep(for: .milliseconds(1)) }
        )
    }

    private func following(_ monitor: OrchestratorMonitor, _ body: () async throws -> Void) async throws {
        let running = Task { await monitor.run() }
        do {
            try await body()
        } catch {
            running.cancel()
            await running.value
            throw error
        }
        running.cancel()
        await running.value
    }

    private static let log = "logs/" + ComponentKind.watchdog.fileName
    private static func restart(_ number: Int) -> String { "\(stamp()) ✅ api restart attempt \(number)\n" }
    private static func restarts(_ monitor: OrchestratorMonitor) -> Int {
        monitor.snapshot.status(at: .test, plan: MonitorPlan()).watchdog.restartCount
    }

    @Test func state_isCommittedBeforeItIsPublished() async throws {
        let folder = try TemporaryFolder()
        try folder.write("", to: Self.log)
        let seen = Mutex<(monitor: OrchestratorMonitor?, early: Int)>((nil, 0))
        let store = try TestStore(folder) { change in
            seen.withLock { seen in
                let published = seen.monitor?.snapshot.sequence ?? 0
                if let first = change.events.first?.sequence, published >= first { seen.early += 1 }
            }
        }
        let monitor = monitor(folder) { () throws(StoreFailure) in store }
        seen.withLock { $0.monitor = monitor }
        try await following(monitor) {
            for number in 1...50 {
                try folder.append(Self.restart(number), to: Self.log)
                try await eventually("restart \(number)") { Self.restarts(monitor) == number }
                let sequence = monitor.snapshot.sequence
                #expect(store.record.withLock { $0.committed } >= sequence)
            }
            #expect(monitor.snapshot.persistence == Persistence(state: .saved))
            #expect(monitor.snapshot.epoch == store.epoch)
        }
        #expect(seen.withLock { $0.early } == 0)
        seen.withLock { $0.monitor = nil }
    }

    @Test func restart_goesOnBehindWhatIsCommitted() async throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.restart(1) + Self.restart(2), to: Self.log)
        let path = folder.path("state.sqlite")
        let open: @Sendable () throws(StoreFailure) -> any StateKeeping = { () throws(StoreFailure) in
            try StateStore.open(path: path, subject: "logs", now: .test)
        }
        let first = monitor(folder, open: open)
        try await following(first) { try await eventually("two restarts") { Self.restarts(first) == 2 } }
        let before = first.snapshot
        try folder.append(Self.restart(3), to: Self.log)
        let second = monitor(folder, open: open)
        try await following(second) {
            try await eventually("three restarts") { Self.restarts(second) == 3 }
            #expect(second.snapshot.epoch == before.epoch)
            #expect(second.snapshot.sequence > before.sequence)
        }
        let events = try await second.events(after: before.sequence, limit: 100)
        let event = try #require(events.last { $0.component == "watchdog" })
        #expect(event.cause == String(Self.restart(3).dropLast()))
        #expect(event.position?.file == ComponentKind.watchdog.fileName)
        #expect(event.position?.offset == Int64((Self.restart(1) + Self.restart(2)).utf8.count))
        // The bytes are gone, the totals stay.
        try folder.rename("logs", to: "elsewhere")
        let third = monitor(folder, open: open)
        try await following(third) {
            try await eventually("it looked") { third.snapshot.folderCondition == .missing }
            #expect(Self.restarts(third) == 3)
        }
    }

    @Test func storeThatCannotBeWritten_isSaidAndTriedAgain() async throws {
        let folder = try TemporaryFolder()
        try folder.write("", to: Self.log)
        let store = try TestStore(folder)
        let monitor = monitor(folder) { () throws(StoreFailure) in store }
        try await following(monitor) {
            try await eventually("saved") { monitor.snapshot.persistence.state == .saved }
            store.become(.isFull)
            try folder.append(Self.restart(1), to: Self.log)
            try await eventually("counted in memory") { Self.restarts(monitor) == 1 }
            let data = monitor.snapshot.status(at: .test, plan: MonitorPlan())
            #expect(data.persistence.state == .memory)
            #expect(data.reasons.contains { $0.component == "monitor" && $0.message.contains("disk is full") })
            #expect(data.epoch != store.epoch)
            try folder.append(Self.restart(2), to: Self.log)
            try await eventually("it goes on in memory") { Self.restarts(monitor) == 2 }
            store.become(.works)
            try await eventually("saved again") { monitor.snapshot.persistence.state == .saved }
            #expect(monitor.snapshot.epoch == store.epoch)
            let later = monitor.snapshot.status(at: .test, plan: MonitorPlan())
            #expect(later.reasons.allSatisfy { $0.component != "monitor" })
        }
        let state = try #require(try store.load())
        let fold = try #require(state.folds.first { $0.component == .watchdog })
        #expect(try WatchdogFold(saved: fold.body).restarts == 2)
    }

    @Test func commitThatWasReportedAsFailed_isRepeatedWithoutHarm() async throws {
        let folder = try TemporaryFolder()
        try folder.write("", to: Self.log)
        let store = try TestStore(folder)
        store.become(.liesAboutSuccess)
        let monitor = monitor(folder) { () throws(StoreFailure) in store }
        try await following(monitor) {
            try folder.append(Self.restart(1), to: Self.log)
            try await eventually("counted in memory") { Self.restarts(monitor) == 1 }
            store.become(.works)
            try await eventually("saved") { monitor.snapshot.persistence.state == .saved }
        }
        let state = try #require(try store.load())
        let fold = try #require(state.folds.first { $0.component == .watchdog })
        #expect(try WatchdogFold(saved: fold.body).restarts == 1)
        let sequences = try await store.events(after: 0, limit: 1000).map(\.sequence)
        #expect(Set(sequences).count == sequences.count)
    }

    @Test func storeThatOpensLate_bringsItsTotalsBack() async throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.restart(1), to: Self.log)
        let store = try TestStore(folder)
        let first = monitor(folder) { () throws(StoreFailure) in store }
        try await following(first) { try await eventually("saved") { Self.restarts(first) == 1 } }
        // The log that was counted is gone; only the store knows of it.
        try folder.write("", to: Self.log)
        let attempts = Mutex(0)
        let second = monitor(folder) { () throws(StoreFailure) in
            let number = attempts.withLock { attempts in
                attempts += 1
                return attempts
            }
            guard number > 2 else { throw .readOnly(path: "/p") }
            return store
        }
        try await following(second) {
            try await eventually("in memory") {
                second.snapshot.persistence.state == .memory && second.snapshot.lookedAt != nil
            }
            #expect(Self.restarts(second) == 0)
            try await eventually("saved") { second.snapshot.persistence.state == .saved }
            #expect(Self.restarts(second) == 1)
        }
        #expect(attempts.withLock { $0 } == 3)
    }

    @Test(arguments: [2, 0])
    func unknownForm_isCountedAnewAndSaid(version: Int) async throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.restart(1), to: Self.log)
        try folder.write("\(stamp()) 🟢 api is running (PID: 1)\n", to: "logs/" + ComponentKind.sentinel.fileName)
        let store = try TestStore(folder)
        let first = monitor(folder) { () throws(StoreFailure) in store }
        try await following(first) {
            try await eventually("both read") {
                let data = first.snapshot.status(at: .test, plan: MonitorPlan())
                return data.watchdog.restartCount == 1 && data.sentinel.observations.up == 1
            }
        }
        // Of the form 0 the bytes are garbage as well.
        let fold = SavedFold(component: .watchdog, version: version == 0 ? 1 : version, body: [1, 2, 3])
        try store.commit(StateChange(folds: [fold]))
        let second = monitor(folder) { () throws(StoreFailure) in store }
        try await following(second) {
            try await eventually("counted anew") { Self.restarts(second) == 1 }
            let data = second.snapshot.status(at: .test, plan: MonitorPlan())
            #expect(data.persistence == Persistence(state: .saved, countedAnew: [.watchdog]))
            #expect(data.sentinel.observations.up == 1)
        }
    }

    @Test func withoutStore_nothingIsSavedAndNothingIsWrong() async throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.restart(1), to: Self.log)
        let monitor = OrchestratorMonitor(folder: folder.path("logs"), now: { .test })
        try await following(monitor) {
            try await eventually("read") { Self.restarts(monitor) == 1 }
            let data = monitor.snapshot.status(at: .test, plan: MonitorPlan())
            #expect(data.persistence == Persistence(state: .memory))
            #expect(data.reasons.allSatisfy { $0.component != "monitor" })
            #expect(data.epoch?.isEmpty == false)
            #expect(data.sequence > 0)
        }
        #expect(try await monitor.events(after: 0, limit: 10).isEmpty)
    }

    @Test func manyRecordsAtOnce_areAnEventThatSaysHowMany() async throws {
        let folder = try TemporaryFolder()
        try folder.write((1...500).map(Self.restart).joined(), to: Self.log)
        let store = try TestStore(folder)
        let monitor = monitor(folder) { () throws(StoreFailure) in store }
        try await following(monitor) { try await eventually("read") { Self.restarts(monitor) == 500 } }
        let events = try await monitor.events(after: 0, limit: 100).filter { $0.component == "watchdog" }
        #expect(events.first?.cause == "500 records")
    }
}
