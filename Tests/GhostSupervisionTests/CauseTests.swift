import GhostModel
import GhostSupervision
import Testing

/// Deaths that are another's fault, and many deaths at once.
@Suite struct CauseTests {
    @Test func whoDiesForWantOfAnotherIsPausedNotPunishedAndTheCauseIsToldOnce() throws {
        var bench = try Bench(
            daemon("db"),
            daemon("api", needs: [need("db")]),
            daemon("web", needs: [need("api")]),
            daemon("other")
        )
        bench.start()
        for daemon in ["db", "other", "api", "web"] { bench.spawned(daemon) }
        bench.give(.exited(run("db", 1), .exited(1)))
        #expect(bench.phase("db") == .backoff)
        var causes: [SupervisionEvent] = []
        for _ in 0..<3 {
            bench.give(.exited(run("api", bench.supervision[name("api")]?.lastRun ?? 0), .exited(1)))
            causes += bench.events.filter { if case .causeFound = $0 { true } else { false } }
        }
        bench.give(.exited(run("web", 1), .exited(1)))
        causes += bench.events.filter { if case .causeFound = $0 { true } else { false } }
        #expect(
            causes == [
                .causeFound(name("db"), because: "db is in backoff (exit 1)", affects: [name("api"), name("web")])
            ]
        )
        #expect(bench.phase("api") == .waiting && bench.phase("web") == .waiting && bench.phase("other") == .up)
        #expect(bench.supervision[name("api")]?.history.tempo == .steady)
        bench.give(.timer(TimerID(run("db", 1), .retry)), after: .milliseconds(500))
        #expect(bench.spawned("db") == [.spawn(run("api", 2))])
        #expect(bench.spawned("api") == [.spawn(run("web", 2))])
        // Not punished: its first own death waits for the base delay.
        bench.spawned("web")
        bench.give(.exited(run("web", 2), .exited(1)))
        #expect(bench.actions == [.arm(TimerID(run("web", 2), .retry), at: bench.now + .milliseconds(500))])
    }

    @Test func aSoftNeedOrOneThatHoldsIsNoExcuse() throws {
        var bench = try Bench(daemon("db"), daemon("api", needs: [need("db", .ready, .soft)]))
        bench.start()
        bench.spawned("db")
        bench.spawned("api")
        bench.give(.exited(run("db", 1), .exited(1)))
        bench.give(.exited(run("api", 1), .exited(1)))
        #expect(bench.phase("api") == .backoff)
    }

    @Test func threeHundredDeathsAtOnceAreBroughtBackInTurnsAndOneAtOnce() throws {
        let plans = (0..<300).map { daemon("d\($0)") }
        var bench = Bench(
            try Supervision(plans, now: MonotonicTime(nanoseconds: 0)),
            now: MonotonicTime(nanoseconds: 0)
        )
        bench.start()
        for place in 0..<300 { bench.spawned("d\(place)") }
        bench.now = bench.now + .seconds(60)
        var spawned = 0
        var turn: (TimerID, MonotonicTime)?
        func count(_ actions: [SupervisionAction]) {
            for action in actions {
                switch action {
                case .spawn: spawned += 1
                case .arm(let timer, let due) where timer.purpose == .turn: turn = (timer, due)
                default: break
                }
            }
        }
        for place in 0..<300 { count(bench.give(.exited(run("d\(place)", 1), .signaled(9)))) }
        #expect(spawned == 20)
        let begin = bench.now
        while spawned < 300, let (timer, due) = turn {
            turn = nil
            bench.now = due
            count(bench.give(.timer(timer)))
        }
        #expect(spawned == 300)
        #expect((bench.now - begin).wholeMilliseconds == 28_000)
        // Later a single death does not wait.
        bench.spawned("d0", pid: 9)
        #expect(bench.give(.exited(run("d0", 2), .signaled(9)), after: .seconds(60)) == [.spawn(run("d0", 3))])
    }

    @Test func statisticsCountDeathsRecoveriesAndTimes() throws {
        var bench = try Bench(daemon("a"))
        bench.start()
        bench.spawned("a")
        bench.give(.exited(run("a", 1), .signaled(9)), after: .seconds(40))
        bench.give(.spawned(run("a", 2), pid: 6), after: .seconds(10))
        bench.give(.want(.down, name("a")), after: .seconds(50))
        let moment = Moment(monotonic: bench.now, wall: Timestamp(milliseconds: 0))
        let statistics = try #require(bench.supervision[name("a")]?.statistics(at: moment))
        #expect(statistics.deaths == 1 && statistics.restartsTried == 1 && statistics.restartsSucceeded == 1)
        #expect(statistics.successRate == 1)
        #expect(statistics.meanMillisecondsToRecovery == 10_000)
        #expect(statistics.uptimeShare == 0.9)
        #expect(statistics.running == .none)
        var going = statistics
        going.running = .ready
        #expect(going.advanced(to: Timestamp(milliseconds: 100_000)).uptimeShare == 0.95)
    }
}
