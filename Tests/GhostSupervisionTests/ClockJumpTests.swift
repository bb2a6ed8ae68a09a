import GhostModel
import Testing

@testable import GhostSupervision

/// A wall clock that is set by a year, in either direction: nothing that is due moves, and nobody is started or killed.
struct ClockJumpTests {
    private static let year: Int64 = 365 * 86_400_000

    private func moment(_ bench: Bench, wall: Int64) -> Moment {
        Moment(monotonic: bench.now, wall: Timestamp(milliseconds: wall))
    }

    @Test(arguments: [year, -year])
    func whatIsShownOfThePastStaysAndDeadlinesStay(jump: Int64) throws {
        var bench = try Bench(daemon("a"), daemon("b", ready: tcpProbe))
        bench.start()
        bench.spawned("a")
        bench.spawned("b")
        bench.give(.exited(run("a", 1), .exited(3)))
        var board = StatusBoard()
        let before = board.statuses(of: bench.supervision, at: moment(bench, wall: 2 * Self.year))
        let after = board.statuses(of: bench.supervision, at: moment(bench, wall: 2 * Self.year + jump))
        #expect(after.map(\.since) == before.map(\.since))
        #expect(after.map(\.nextAttemptAt) == before.map(\.nextAttemptAt))
        #expect(after.map(\.startedAt) == before.map(\.startedAt))
    }

    @Test(arguments: [year, -year])
    func aSavedPauseIsNeverLongerThanItWas(jump: Int64) throws {
        for boot in ["b1", "b2"] {
            var first = try Bench(daemon("a"))
            first.start()
            for number in 1...6 {
                first.spawned("a")
                first.give(.exited(run("a", number), .exited(3)))
                if first.phase("a") == .backoff {
                    first.give(.timer(TimerID(run("a", number), .retry)), after: .seconds(5))
                }
                if first.phase("a") == .crashLooping { break }
            }
            #expect(first.phase("a") == .crashLooping)
            let saved = first.supervision.saved(at: moment(first, wall: 2 * Self.year), boot: "b1")
            let now = Moment(
                monotonic: boot == "b1" ? first.now + .seconds(1) : MonotonicTime(nanoseconds: 1_000_000_000),
                wall: Timestamp(milliseconds: 2 * Self.year + jump)
            )
            let next = try Supervision([daemon("a")], resuming: saved, now: now, boot: boot)
            var bench = Bench(next, now: now.monotonic)
            let actions = bench.start()
            switch bench.supervision[name("a")]?.state {
            case .backoff(_, let until, _)?: #expect(until - bench.now <= .seconds(300))
            default: #expect(actions.contains { if case .spawn = $0 { true } else { false } })
            }
        }
    }

    @Test(arguments: [year, -year])
    func aScheduleIsDueOnceAndNotForAllThatTime(jump: Int64) throws {
        var book = ScheduleBook(zone: UniversalTime())
        let start = Timestamp(milliseconds: 2 * Self.year)
        let plan = daemon("a", schedule: SchedulePlan(.every(.seconds(60))))
        _ = book.take([plan], now: start)
        let jumped = Timestamp(milliseconds: start.milliseconds + jump)
        #expect(book.takeDue(at: jumped).count <= 1)
        #expect(book.takeDue(at: jumped.advanced(by: .milliseconds(1))).isEmpty)
        #expect(book.wait(at: jumped).map { $0 <= ScheduleBook.longestWait } == true, "it is looked at again soon")
        #expect(book.nextTimes[name("a")].map { $0 > jumped || jump < 0 } == true)
    }
}
