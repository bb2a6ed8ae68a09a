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

    private func journal() -> EventJournal {
        let path = folder.path("state.sqlite")
        return EventJournal(
            openStore: { () throws(StoreFailure) in try JournalStore(path: path, subject: "logs") },
            outputPath: { folder.path("\($0).log") },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    @Test func whatAnEarlierGhostHasKept_isNotKeptAgain() async throws {
        let run = RunID(daemon: try #require(DaemonName("api")), number: 4)
        let next = RunID(daemon: run.daemon, number: 5)
        var end = RunEnd(run: run, exit: .exited(3), reached: .ready, next: .restart(in: .zero))
        let recovered = SupervisionEvent.recovered(next, attempt: 1, lastExit: .exited(3), downtime: .seconds(1))
        let time = Clocks.wall()
        let first = journal()
        for event in [
            .starting(run, attempt: 1), .ended(end), .starting(next, attempt: 1),
            .started(next, pid: 7, attempt: 1, needs: [], readyBy: .running), recovered,
        ] as [SupervisionEvent] { first.report(event, at: time) }
        await first.keepRest()

        let second = journal()
        end.noticed = .later
        second.report(.booted(order: [run.daemon], pid: 1), at: time)
        second.report(.ended(end), at: time)
        second.report(.adopted(next, pid: 7, needs: [], readyBy: .running), at: time)
        second.report(recovered, at: time)
        end.run = next
        second.report(.ended(end), at: time)
        await second.keepRest()
        let kept = try JournalStore(path: folder.path("state.sqlite"), subject: "logs").newest(of: nil, limit: 20)
        #expect(
            kept.reversed().map { "\($0.kind.rawValue) \($0.run ?? "")" } == [
                "starting api#4", "ended api#4", "restart api#4", "starting api#5", "started api#5", "recovered api#5",
                "boot ", "adopted api#5", "ended api#5", "restart api#5",
            ]
        )
        for event in kept { #expect((event.cause ?? 0) < event.sequence) }
    }

    @Test func whoeverWaitsIsCalledOnceItIsKept_andAtOnceWhenNobodyKeepsAnyMore() async throws {
        let journal = journal()
        let path = folder.path("state.sqlite")
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await journal.run() }
            journal.report(.trouble(nil, "first"), at: Clocks.wall())
            let kept = await withCheckedContinuation { continuation in
                journal.afterKeeping {
                    let store = try? JournalStore(path: path, subject: "logs")
                    continuation.resume(returning: try? store?.newest(of: nil, limit: 1).first?.text)
                }
            }
            #expect(kept?.contains("first") == true)
            group.cancelAll()
            await group.waitForAll()
        }
        await withCheckedContinuation { continuation in journal.afterKeeping { continuation.resume() } }
    }
}
