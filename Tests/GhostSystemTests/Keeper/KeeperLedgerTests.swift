import GhostModel
import GhostTestSupport
import Testing

@testable import GhostSystem

struct KeeperLedgerTests {
    private func spawn(_ run: String) -> KeeperSpawn {
        KeeperSpawn(
            run: run,
            kept: .sample(run),
            executable: "/bin/true",
            arguments: ["true"],
            environment: [:],
            directory: "/",
            attributes: ProcessAttributes()
        )
    }

    private let end = KeeperEnd(exit: ProcessExit(status: .exited(3)), at: Timestamp(milliseconds: 5))

    /// The tag of the only request among the effects.
    private func tag(_ effects: [KeeperLedger.Effect]) -> UInt32 {
        for case .send(_, let tag, _) in effects { return tag }
        return 0
    }

    private func live(_ run: String, keeper: Int32 = 7) -> KeeperLedger {
        var ledger = KeeperLedger()
        _ = ledger.linked(keeper: keeper, runs: [])
        let asked = ledger.spawn(spawn(run))
        _ = ledger.received(.spawned(pid: 100, start: 9), tag: tag(asked))
        return ledger
    }

    @Test func aStart_isAskedAnsweredAndItsEndToldOnce() {
        var ledger = KeeperLedger()
        #expect(ledger.linked(keeper: 7, runs: []) == [])
        let asked = ledger.spawn(spawn("a#1"))
        #expect(asked == [.send(.spawn(spawn("a#1")), tag: 1, pipesOf: nil)])
        #expect(
            ledger.received(.spawned(pid: 100, start: 9), tag: 1)
                == [.keepPipes(run: "a#1"), .spawned(run: "a#1", pid: 100, start: 9)]
        )
        #expect(
            ledger.received(.exited(run: "a#1", end), tag: 0) == [.dropPipes(run: "a#1"), .ended(run: "a#1", end)]
        )
        #expect(ledger.received(.exited(run: "a#1", end), tag: 0) == [])
        #expect(
            ledger.acknowledge(RunID("a#1")?.description ?? "") == [.send(.forget(run: "a#1"), tag: 2, pipesOf: nil)]
        )
        #expect(ledger.entries.isEmpty)
    }

    @Test func aStartThatWaitsForAKeeper_isAskedWhenThereIsOne() {
        var ledger = KeeperLedger()
        #expect(ledger.spawn(spawn("a#1")) == [])
        #expect(ledger.linked(keeper: 7, runs: []) == [.send(.spawn(spawn("a#1")), tag: 1, pipesOf: nil)])
    }

    @Test func aStartWhoseAnswerWasLost_isFoundWithTheSameKeeper() {
        var ledger = KeeperLedger()
        _ = ledger.linked(keeper: 7, runs: [])
        _ = ledger.spawn(spawn("a#1"))
        ledger.lost()
        let run = KeeperRun(name: "a#1", pid: 100, start: 9)
        #expect(
            ledger.linked(keeper: 7, runs: [run])
                == [.keepPipes(run: "a#1"), .spawned(run: "a#1", pid: 100, start: 9)]
        )
    }

    @Test func aStartThatADeadKeeperMayHaveMade_isResolvedBeforeItIsTriedAgain() {
        var ledger = KeeperLedger()
        _ = ledger.linked(keeper: 7, runs: [])
        _ = ledger.spawn(spawn("a#1"))
        ledger.lost()
        #expect(ledger.linked(keeper: 8, runs: []) == [.resolve(run: "a#1", mark: "p/a#1")])
        let asked = ledger.resolved("a#1")
        #expect(asked.count == 1)
        #expect(ledger.resolved("a#1") == [])
    }

    @Test func aNewKeeper_isGivenEveryLiveRun_andItsPipes() {
        var ledger = live("a#1")
        ledger.lost()
        let effects = ledger.linked(keeper: 8, runs: [])
        let request = KeeperRequest.adopt(run: "a#1", pid: 100, start: 9, .sample("a#1"))
        #expect(effects == [.send(request, tag: 2, pipesOf: "a#1")])
        #expect(ledger.received(.done(.none), tag: 2) == [])
        #expect(ledger.received(.exited(run: "a#1", end), tag: 0).contains(.ended(run: "a#1", end)))
    }

    @Test func anEndThatWasToldTheEarlierConnection_isToldOnce() {
        var ledger = live("a#1")
        ledger.lost()
        let run = KeeperRun(name: "a#1", pid: 100, start: 9, end: end)
        #expect(ledger.linked(keeper: 7, runs: [run]).contains(.ended(run: "a#1", end)))
        ledger.lost()
        #expect(ledger.linked(keeper: 7, runs: [run]) == [])
    }

    @Test func aSignalThatWasNotAnswered_goesOutAgain() {
        var ledger = live("a#1")
        let sent = ledger.signal("a#1", number: 15)
        ledger.lost()
        let again = ledger.linked(keeper: 7, runs: [KeeperRun(name: "a#1", pid: 100, start: 9)])
        #expect(again.contains(sent[0]))
        #expect(ledger.received(.done(.none), tag: tag(sent)) == [])
        ledger.lost()
        #expect(!ledger.linked(keeper: 7, runs: [KeeperRun(name: "a#1", pid: 100, start: 9)]).contains(sent[0]))
    }

    @Test func runsOfAnEarlierGhost_areInheritedOnce_andLaterStrangersKilled() {
        var ledger = KeeperLedger()
        let alive = KeeperRun(name: "a#4", pid: 50, start: 1, note: KeptRun.sample("a#4").note, streams: .output)
        let dead = KeeperRun(name: "b#2", pid: 51, start: 1, end: end)
        let effects = ledger.linked(keeper: 7, runs: [alive, dead])
        #expect(effects.contains(.ended(run: "b#2", end)))
        #expect(ledger.living.map(\.run) == ["a#4"])
        #expect(ledger.living.first?.kept == KeptRun.sample("a#4"))
        ledger.lost()
        let stranger = KeeperRun(name: "c#1", pid: 60, start: 1)
        let later = ledger.linked(keeper: 7, runs: [alive, dead, stranger])
        #expect(later.contains { if case .send(.signal("c#1", 9), _, _) = $0 { true } else { false } })
    }

    @Test func anAbandonedStart_isKilledWhenItComes() {
        var ledger = KeeperLedger()
        _ = ledger.linked(keeper: 7, runs: [])
        let asked = ledger.spawn(spawn("a#1"))
        #expect(ledger.abandon("a#1") == [])
        let effects = ledger.received(.spawned(pid: 100, start: 9), tag: tag(asked))
        #expect(effects.contains { if case .send(.signal("a#1", 9), _, _) = $0 { true } else { false } })
        #expect(ledger.received(.exited(run: "a#1", end), tag: 0).contains(.dropPipes(run: "a#1")))
        #expect(ledger.entries.isEmpty)
    }
}
