import GhostModel
import GhostSupervision
import Testing

/// What people can want of one daemon, and how it is stopped.
@Suite struct WishTests {
    @Test func aRestartIsNoDeathAndBeginsAtOnce() throws {
        var bench = try Bench(daemon("a"), daemon("b", needs: [need("a")]))
        bench.start()
        bench.spawned("a")
        bench.spawned("b")
        #expect(bench.give(.restart(name("a"))).first == .signal(run("a", 1), .term))
        #expect(bench.phase("b") == .up)
        // Asked again while it is being stopped: once is enough.
        #expect(bench.give(.restart(name("a"))) == [])
        #expect(bench.give(.exited(run("a", 1), .signaled(15))).last == .spawn(run("a", 2)))
        #expect(bench.supervision[name("a")]?.tally.deaths == 0)
        #expect(bench.supervision[name("a")]?.history.outage == nil)
        bench.spawned("a")
        bench.give(.want(.down, name("a")))
        #expect(bench.give(.restart(name("a"))) == [])
        #expect(bench.give(.exited(run("a", 2), .signaled(15))).last == .spawn(run("a", 3)))
    }

    @Test func aRestartOfWhatDoesNotRunStartsIt() throws {
        var bench = try Bench(daemon("a"))
        bench.start()
        bench.spawned("a")
        bench.give(.exited(run("a", 1), .exited(1)))
        #expect(bench.phase("a") == .backoff)
        #expect(bench.give(.restart(name("a"))) == [.disarm(TimerID(run("a", 1), .retry)), .spawn(run("a", 2))])
        bench.give(.spawned(run("a", 2), pid: 6))
        bench.give(.want(.down, name("a")))
        bench.give(.exited(run("a", 2), .exited(0)))
        #expect(bench.give(.restart(name("a"))) == [.spawn(run("a", 3))])
    }

    @Test func aResetEndsACrashLoop() throws {
        var bench = try Bench(daemon("a"))
        bench.start()
        for number in 1...5 {
            bench.give(.spawned(run("a", number), pid: 5))
            bench.give(.exited(run("a", number), .exited(1)))
            if number < 5 { bench.give(.timer(TimerID(run("a", number), .retry)), after: .seconds(5)) }
        }
        #expect(bench.phase("a") == .crashLooping)
        #expect(bench.give(.reset(name("a"))).last == .spawn(run("a", 6)))
        bench.spawned("a")
        bench.give(.exited(run("a", 6), .exited(1)))
        #expect(bench.phase("a") == .backoff)
    }

    @Test func aSignalGoesToWhatRuns() throws {
        var bench = try Bench(daemon("a"))
        bench.start()
        #expect(bench.give(.signal(name("a"), .hup)) == [])
        bench.spawned("a")
        #expect(bench.give(.signal(name("a"), .hup)) == [.signal(run("a", 1), .hup)])
        #expect(bench.phase("a") == .up)
    }

    @Test func theStopSequenceIsCarriedOutAndAStuckStopIsLookedInto() throws {
        let steps: [StopSequence.Step] = [
            .init(signal: .int, grace: .seconds(5)), .init(signal: .term, grace: .seconds(10)),
        ]
        var bench = try Bench(daemon("a", stop: StopSequence(steps: steps)))
        bench.start()
        bench.spawned("a")
        let timer = TimerID(run("a", 1), .grace)
        func expect(_ actions: [SupervisionAction], _ signal: GhostModel.Signal, _ grace: Int) {
            #expect(actions == [.signal(run("a", 1), signal), .arm(timer, at: bench.now + .seconds(grace))])
        }
        expect(bench.give(.want(.down, name("a"))), .int, 5)
        expect(bench.give(.timer(timer), after: .seconds(5)), .term, 10)
        expect(bench.give(.timer(timer), after: .seconds(10)), .kill, 5)
        #expect(
            bench.give(.timer(timer), after: .seconds(5)) == [.diagnose(run("a", 1), pid: 5, after: .seconds(20))]
        )
        #expect(bench.phase("a") == .stopping)
        bench.give(.exited(run("a", 1), .signaled(9), survivors: .lingering))
        #expect(bench.phase("a") == .down)
        guard case .ended(let end)? = bench.events.first else {
            Issue.record("no end was told")
            return
        }
        #expect(end.survivors == .lingering)
        #expect(StopSequence(steps: steps).sentence == "INT, TERM after 5s, KILL after 15s")
    }

    @Test func hurryKillsWhatIsBeingStopped() throws {
        var bench = try Bench(daemon("a"), daemon("b", needs: [need("a")]))
        bench.start()
        bench.spawned("a")
        bench.spawned("b")
        bench.give(.shutdown)
        let actions = bench.give(.hurry)
        #expect(actions.contains(.signal(run("a", 1), .kill)) && actions.contains(.signal(run("b", 1), .kill)))
    }

    @Test(arguments: [
        (SchedulePlan.Overlap.skip, DaemonPhase.scheduled), (.queue, .starting), (.replace, .starting),
    ])
    func whatTheClockStartsOverlapsAsDeclared(overlap: SchedulePlan.Overlap, after: DaemonPhase) throws {
        let schedule = SchedulePlan(.every(.seconds(60)), overlap: overlap)
        var bench = try Bench(daemon("a", kind: .oneshot, schedule: schedule))
        #expect(bench.start() == [])
        #expect(bench.phase("a") == .scheduled)
        #expect(bench.give(.due(name("a"))) == [.spawn(run("a", 1))])
        bench.spawned("a")
        let actions = bench.give(.due(name("a")))
        #expect(actions.contains(.signal(run("a", 1), .term)) == (overlap == .replace))
        #expect((bench.events == [.scheduleSkipped(name("a"))]) == (overlap == .skip))
        bench.give(.exited(run("a", 1), .exited(0)))
        #expect(bench.phase("a") == after)
    }
}
