import GhostModel
import Testing

@testable import GhostSupervision

@Suite struct StatusBoardTests {
    private func moment(_ monotonic: Int64, wall: Int64) -> Moment {
        Moment(monotonic: MonotonicTime(nanoseconds: monotonic * 1_000_000), wall: Timestamp(milliseconds: wall))
    }

    @Test func whatIsShownOfThePastDoesNotMoveWithTheWallClock() throws {
        var bench = try Bench(daemon("a"), daemon("b", needs: [need("a")]))
        var board = StatusBoard()
        bench.start()
        bench.give(.spawned(run("a", 1), pid: 5))
        let before = board.statuses(of: bench.supervision, at: moment(1000, wall: 50_000))
        #expect(before[0].startedAt == Timestamp(milliseconds: 50_000))
        #expect(before[0].pid == 5)
        #expect(before[0].run == "a#1")

        // A day is taken off the wall clock; then something changes.
        bench.give(.exited(run("a", 1), .signaled(9)), after: .seconds(2))
        let after = board.statuses(of: bench.supervision, at: moment(3000, wall: -86_350_000))
        #expect(after[0].lastExitAt == Timestamp(milliseconds: -86_350_000))
        #expect(after[0].nextAttemptAt == Timestamp(milliseconds: -86_350_000 + 500))
        #expect(after[0].lastExit == "signal:9")
        #expect(after[0].reason == "signal 9")
        #expect(after[1].since == before[1].since)
        bench.give(.spawned(run("b", 1), pid: 6))
        let later = board.statuses(of: bench.supervision, at: moment(4000, wall: 77))
        #expect(later[0] == after[0])
    }

    @Test func aWaitingDaemonSaysForWhat() throws {
        var bench = try Bench(daemon("a"), daemon("b", needs: [need("a")]), daemon("c", needs: [need("b")]))
        var board = StatusBoard()
        bench.start()
        let waiting = board.statuses(of: bench.supervision, at: moment(1, wall: 1))
        #expect(
            waiting.map(\.reason) == [nil, "needs a ready, which it is not yet", "needs b ready, which it is not yet"]
        )
        bench.give(.spawnFailed(run("a", 1), reason: "no"))
        let blocked = board.statuses(of: bench.supervision, at: moment(1, wall: 1))
        #expect(
            blocked.map(\.reason) == [
                "no", "needs a ready, but a is in backoff (no)", "needs b ready, but b waits for a",
            ]
        )
    }
}
