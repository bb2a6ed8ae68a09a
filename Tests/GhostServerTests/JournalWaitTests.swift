import GhostModel
import GhostServer
import Synchronization
import Testing

/// Asking for events that have not happened yet.
struct JournalWaitTests {
    /// A journal in which something happens at the third look.
    private final class GrowingJournal: JournalSource {
        let looks = Mutex(0)

        func page(after sequence: UInt64?, daemon: DaemonName?, limit: Int) async -> JournalPage {
            let look = looks.withLock { looks in
                looks += 1
                return looks
            }
            guard look >= 3 else { return JournalPage(events: [], next: 7, epoch: "e", pruned: 0) }
            let event = JournalEvent(
                sequence: 8,
                epoch: "e",
                at: TestRouter.now,
                monotonic: 0,
                kind: .ready,
                text: "up"
            )
            return JournalPage(events: [event], next: 8, epoch: "e", pruned: 0)
        }

        func why(_ status: DaemonStatus, at time: Timestamp) async -> WhyReport {
            WhyReport(daemon: status, chain: [], deaths: [], at: time)
        }
    }

    private func router(_ journal: GrowingJournal) -> TestRouter {
        var router = TestRouter()
        router.control = ControlSources(
            control: ScriptedControl(),
            journal: journal,
            usage: ScriptedUsage(),
            token: nil
        )
        return router
    }

    @Test func whoWaits_isAnsweredWhenSomethingHappens() async throws {
        let journal = GrowingJournal()
        let page = try await router(journal).get("/api/v1/events?after=7&wait=60s").decoded(as: JournalPage.self)
        #expect(page.events.map(\.sequence) == [8])
        #expect(journal.looks.withLock { $0 } == 3)
    }

    @Test(arguments: ["after=7", "after=7&wait=1ms", "wait=60s", "after=9&wait=60s"])
    func othersAreAnsweredAtOnce(query: String) async throws {
        let journal = GrowingJournal()
        let page = try await router(journal).get("/api/v1/events?\(query)").decoded(as: JournalPage.self)
        #expect(page.events.isEmpty)
    }

    @Test func aWaitHasABound() async throws {
        let answer = try await router(GrowingJournal()).get("/api/v1/events?after=7&wait=2m")
        #expect(answer.status == 400)
        #expect(try answer.decoded(as: ProblemDetails.self).detail == "wait is a time such as 10s, at most 1m.")
    }
}
