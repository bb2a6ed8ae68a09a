import GhostModel
import Testing

@testable import GhostSupervision

/// Runs of an earlier Ghost: taken over, or found to have ended.
@Suite struct AdoptionTests {
    private static let second: Int64 = 1_000_000_000

    private func moment(_ seconds: Int64, wall: Int64) -> Moment {
        Moment(monotonic: MonotonicTime(nanoseconds: seconds * Self.second), wall: Timestamp(milliseconds: wall * 1000))
    }

    /// Another Ghost that takes up what the one of `bench` has kept, `pause` later.
    private func next(
        after bench: Bench,
        _ daemons: [DaemonPlan],
        pause: Duration = .seconds(2),
        boot: String = "b1"
    ) throws -> Bench {
        let saved = bench.supervision.saved(
            at: Moment(monotonic: bench.now, wall: Timestamp(milliseconds: 1_000_000)),
            boot: "b1"
        )
        let monotonic = boot == "b1" ? bench.now + pause : MonotonicTime(nanoseconds: Self.second)
        let now = Moment(monotonic: monotonic, wall: Timestamp(milliseconds: 1_000_000).advanced(by: pause))
        return Bench(try Supervision(daemons, resuming: saved, now: now, boot: boot), now: monotonic)
    }

    @Test func anAdoptedRunGoesOnWithoutAStartAndWithoutADeath() throws {
        var bench = try Bench(daemon("a"), daemon("b", ready: tcpProbe))
        #expect(bench.give(.adopted(run("a", 7), pid: 42, startedAt: MonotonicTime(nanoseconds: 5))) == [])
        #expect(
            bench.events == [
                .adopted(run("a", 7), pid: 42, needs: [], readyBy: .running), .ready(run("a", 7), pid: 42),
            ]
        )
        let asked = bench.give(.adopted(run("b", 3), pid: 43, startedAt: bench.now))
        #expect(asked.contains { if case .probe = $0 { true } else { false } })
        #expect(bench.phase("b") == .starting)
        #expect(bench.answer(.success).count == 1)
        #expect(bench.start() == [])
        #expect(bench.phase("a") == .up && bench.phase("b") == .up)
        #expect(bench.supervision[name("a")]?.process?.pid == 42)
        #expect(bench.supervision[name("a")]?.restarts == 0)
        #expect(bench.give(.exited(run("a", 7), .signaled(9)), after: .seconds(31)).last == .spawn(run("a", 8)))
    }

    @Test func aSecondProcessOfADaemonThatRunsIsKilled() throws {
        var bench = try Bench(daemon("a"))
        bench.start()
        bench.give(.spawned(run("a", 1), pid: 5))
        #expect(bench.give(.adopted(run("a", 9), pid: 6, startedAt: bench.now)) == [.signal(run("a", 9), .kill)])
        #expect(bench.supervision[name("a")]?.liveRun == run("a", 1))
        #expect(bench.give(.adopted(run("a", 1), pid: 5, startedAt: bench.now)) == [])
    }

    @Test func anUnseenEndIsADeathAtItsTimeAndCountsOnce() throws {
        let plans = [daemon("a")]
        var first = try Bench(daemon("a"))
        first.start()
        first.give(.spawned(run("a", 1), pid: 5))
        var bench = try next(after: first, plans, pause: .seconds(10))
        let died = bench.now + .milliseconds(-100)
        // Half a second from the death, of which a tenth has passed.
        #expect(
            bench.give(.endedUnseen(run("a", 1), .exited(3), at: died))
                == [.arm(TimerID(run("a", 1), .retry), at: died + .milliseconds(500))]
        )
        guard case .ended(let end)? = bench.events.first else {
            Issue.record("no end was told")
            return
        }
        #expect(end.noticed == .later && end.exit == .exited(3))
        #expect(bench.give(.endedUnseen(run("a", 1), .exited(3), at: died)) == [])
        #expect(bench.supervision[name("a")]?.tally.deaths == 1)
        bench.start()
        #expect(bench.phase("a") == .backoff)
        #expect(
            bench.give(.timer(TimerID(run("a", 1), .retry)), after: .milliseconds(400)).last == .spawn(run("a", 2))
        )
    }

    @Test func anEndThatWasFollowedUpAndNotTold_isToldAndDisturbsNobody() throws {
        var first = try Bench(daemon("a"))
        first.start()
        first.give(.spawned(run("a", 1), pid: 5))
        var bench = try next(after: first, [daemon("a")])
        // The former Ghost had begun the next run already, and was killed before it had told why.
        bench.supervision.continueNumbering(after: [run("a", 2)])
        #expect(bench.give(.endedUnseen(run("a", 1), .exited(3), at: bench.now)) == [])
        guard case .ended(let end)? = bench.events.last else {
            Issue.record("no end was told")
            return
        }
        #expect(end.run == run("a", 1) && end.noticed == .later && end.next == .restart(in: .zero))
        bench.give(.adopted(run("a", 2), pid: 6, startedAt: bench.now))
        #expect(bench.give(.endedUnseen(run("a", 1), .exited(3), at: bench.now)) == [], "once is enough")
        #expect(bench.events.isEmpty)
        #expect(bench.start() == [])
        #expect(bench.phase("a") == .up)
        #expect(bench.supervision[name("a")]?.liveRun == run("a", 2))
        #expect(bench.supervision[name("a")]?.tally.deaths == 1)
    }

    @Test func aRestartThatWasNotRememberedIsCountedOnce() throws {
        var first = try Bench(daemon("a"), daemon("b", ready: tcpProbe))
        first.start()
        for name in ["a", "b"] { first.spawned(name) }
        first.answer(.success)
        // The first run died, the second was begun; of that the file knows nothing.
        for evidence in [RunEvidence(), RunEvidence(reached: .ready)] {
            var bench = try next(after: first, [daemon("a"), daemon("b", ready: tcpProbe)])
            bench.supervision.continueNumbering(after: [run("a", 2), run("b", 2)])
            for name in ["a", "b"] { bench.give(.endedUnseen(run(name, 1), .exited(3), at: bench.now)) }
            var recovered: [RunID] = []
            for name in ["a", "b"] {
                bench.give(.adopted(run(name, 2), pid: 6, startedAt: bench.now, evidence: evidence))
                for case .recovered(let run, attempt: 1, _, _) in bench.events { recovered.append(run) }
            }
            // What needs no probe was ready; of the other only the logs may know.
            #expect(recovered == [run("a", 2)] + (evidence.reached == .ready ? [run("b", 2)] : []))
            for machine in bench.supervision.machines {
                #expect(machine.tally.deaths == 1 && machine.tally.restartsTried == 1)
                let isBack = recovered.contains { $0.daemon == machine.plan.name }
                #expect(machine.tally.restartsSucceeded == (isBack ? 1 : 0))
            }
        }
    }

    @Test func aRunThatWasBeingStoppedDidNotDie() throws {
        let ways: [(SupervisionInput, DaemonPhase)] = [(.restart(name("a")), .waiting), (.shutdown, .waiting)]
        for (way, phase) in ways {
            var first = try Bench(daemon("a"))
            first.start()
            first.spawned("a")
            first.give(way)
            var bench = try next(after: first, [daemon("a")])
            bench.give(.endedUnseen(run("a", 1), .signaled(15), at: bench.now))
            guard case .ended(let end)? = bench.events.first else {
                Issue.record("no end was told")
                continue
            }
            #expect(end.next == .asked)
            #expect(bench.supervision[name("a")]?.tally.deaths == 0)
            #expect(bench.phase("a") == phase)
            #expect(bench.start() == [.spawn(run("a", 2))])
        }
    }

    @Test func aStartThatFailedAndWasNotRemembered_isToldAndItsNumberIsUsed() throws {
        var first = try Bench(daemon("a"))
        first.start()
        first.spawned("a")
        var bench = try next(after: first, [daemon("a")])
        bench.give(.endedUnseen(run("a", 1), .exited(3), at: bench.now))
        bench.give(.failedUnseen(run("a", 2), reason: "EAGAIN"))
        #expect(
            bench.events == [.spawnFailed(run("a", 2), restart: 1, reason: "EAGAIN", retryIn: .milliseconds(100))]
        )
        #expect(bench.give(.failedUnseen(run("a", 2), reason: "EAGAIN")) == [])
        #expect(bench.events == [])
        bench.start()
        #expect(
            bench.give(.timer(TimerID(run("a", 2), .retry)), after: .milliseconds(100)).last == .spawn(run("a", 3))
        )
        #expect(bench.supervision[name("a")]?.tally.restartsTried == 2)
    }

    @Test func numbersThatWereToldAreNotUsedAgain() throws {
        var first = try Bench(daemon("a"))
        first.start()
        first.spawned("a")
        var bench = try next(after: first, [daemon("a")])
        bench.give(.endedUnseen(run("a", 1), .exited(3), at: bench.now + .seconds(-9)))
        bench.supervision.countStarts(after: [run("a", 2)])
        #expect(bench.start() == [.spawn(run("a", 3))])
        #expect(bench.supervision[name("a")]?.tally.restartsTried == 2)
    }

    /// The form before marks of the logs and asked ends were kept.
    @Test func aFileOfAnEarlierFormIsRead() throws {
        let text = """
            {"version":1,"supervision":{"version":1,"boot":"b1","monotonic":5,"wall":"2026-11-22T16:04:01.123Z",\
            "course":"running","daemons":{"a":{"want":"up","lastRun":4,"endedRun":3,"restarts":2,"lastExit":"1",\
            "lastExitAt":4,"outcome":"none","history":{"crashLooping":false,"restartAttempts":1,"startFailures":0,\
            "delaysTaken":1,"spawnFailures":0,"deaths":[4]},"totals":{"deaths":3,"restartsTried":3,\
            "restartsSucceeded":3,"recoveries":3,"recovering":7,"ready":8,"wanted":9}}}}}
            """
        let content = try JSONText.decode(SupervisionFile.Content.self, from: Array(text.utf8))
        #expect(content.told == nil)
        let saved = content.supervision
        #expect(saved.daemons["a"]?.lastRun == 4 && saved.daemons["a"]?.askedRun == nil)
        let now = Moment(monotonic: MonotonicTime(nanoseconds: 9), wall: saved.wall)
        let supervision = try Supervision([daemon("a")], resuming: saved, now: now, boot: "b1")
        #expect(supervision[name("a")]?.tally.deaths == 3)
    }

    @Test func whatEndedLongAgoIsStartedAtOnce() throws {
        var first = try Bench(daemon("a"))
        first.start()
        first.give(.spawned(run("a", 1), pid: 5))
        var bench = try next(after: first, [daemon("a")], pause: .seconds(60))
        bench.give(.endedUnseen(run("a", 1), .exited(3), at: bench.now + .seconds(-30)))
        #expect(bench.phase("a") == .waiting)
        #expect(bench.start() == [.spawn(run("a", 2))])
    }

    @Test func manualStopsSurviveEverything() throws {
        for isGraceful in [false, true] {
            var first = try Bench(daemon("a"), daemon("b"))
            first.start()
            first.spawned("a")
            first.spawned("b")
            first.give(.want(.down, name("a")))
            first.give(.exited(run("a", 1), .signaled(15)))
            if isGraceful {
                first.give(.shutdown)
                first.give(.exited(run("b", 1), .signaled(15)))
            }
            var bench = try next(after: first, [daemon("a"), daemon("b")])
            #expect(bench.start() == [.spawn(run("b", 2))])
            #expect(bench.phase("a") == .down)
            #expect(bench.give(.want(.up, name("a"))) == [.spawn(run("a", 2))])
        }
    }

    @Test func anAdoptedRunOfADaemonThatWasStoppedIsStopped() throws {
        var first = try Bench(daemon("a"))
        first.start()
        first.spawned("a")
        first.give(.want(.down, name("a")))
        var bench = try next(after: first, [daemon("a")])
        #expect(bench.give(.adopted(run("a", 1), pid: 5, startedAt: first.now)) == [])
        #expect(bench.start().first == .signal(run("a", 1), .term))
        bench.give(.exited(run("a", 1), .signaled(15)))
        #expect(bench.phase("a") == .down)
    }

    @Test func theCrashLoopAndItsPauseSurviveAKill() throws {
        var first = try Bench(daemon("a"))
        first.start()
        for number in 1...5 {
            first.give(.spawned(run("a", number), pid: 5))
            first.give(.exited(run("a", number), .exited(1)))
            if number < 5 { first.give(.timer(TimerID(run("a", number), .retry)), after: .seconds(5)) }
        }
        #expect(first.phase("a") == .crashLooping)
        let retry = first.now + .seconds(300)
        // In the same boot the instant is the same one; in another the time that has passed is taken off.
        var same = try next(after: first, [daemon("a")])
        #expect(same.phase("a") == .crashLooping)
        #expect(same.start() == [.arm(TimerID(run("a", 5), .retry), at: retry)])
        var other = try next(after: first, [daemon("a")], boot: "b2")
        #expect(other.supervision[name("a")]?.history.tempo == .crashLooping)
        #expect(other.start() == [.spawn(run("a", 6))])
        // After a stop nothing is held against it.
        first.give(.shutdown)
        var fresh = try next(after: first, [daemon("a")])
        #expect(fresh.supervision[name("a")]?.history.tempo == .steady)
        #expect(fresh.start() == [.spawn(run("a", 6))])
        #expect(fresh.supervision[name("a")]?.tally.deaths == 5)
    }

    @Test func aOneshotThatIsDoneStaysDoneOverAKillAndBeginsAnewAfterAStop() throws {
        let job = daemon("job", kind: .oneshot)
        var first = try Bench(job)
        first.start()
        first.spawned("job")
        first.give(.exited(run("job", 1), .exited(0)))
        var killed = try next(after: first, [job])
        #expect(killed.start() == [])
        #expect(killed.phase("job") == .completed)
        var rebooted = try next(after: first, [job], boot: "b2")
        #expect(rebooted.start() == [.spawn(run("job", 2))])
        first.give(.shutdown)
        var fresh = try next(after: first, [job])
        #expect(fresh.start() == [.spawn(run("job", 2))])
    }

    @Test func savedStatesAreTextAndUnknownVersionsAreIgnored() throws {
        var first = try Bench(daemon("a"))
        let before = first.supervision.revision
        first.start()
        first.spawned("a")
        #expect(first.supervision.revision > before)
        let saved = first.supervision.saved(at: moment(3, wall: 100), boot: "b1")
        let bytes = try JSONText.encode(saved)
        #expect(try JSONText.decode(SavedSupervision.self, from: bytes) == saved)
        var odd = saved
        odd.version = 99
        let supervision = try Supervision([daemon("a")], resuming: odd, now: moment(4, wall: 101), boot: "b1")
        #expect(supervision[name("a")]?.lastRun == 0)
    }

    @Test func leavingEndsSupervisionAndTouchesNobody() throws {
        var bench = try Bench(daemon("a"), daemon("b"))
        bench.start()
        bench.spawned("a")
        #expect(bench.give(.leave) == [])
        #expect(bench.events == [.left([run("a", 1), run("b", 1)])])
        #expect(bench.supervision.course == .finished)
        #expect(bench.supervision.saved(at: moment(9, wall: 9), boot: "x").course == .running)
        #expect(bench.give(.exited(run("a", 1), .exited(1))) == [])
        #expect(bench.phase("a") == .up)
    }
}
