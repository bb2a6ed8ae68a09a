import GhostModel
import GhostSupervision
import Testing

/// Probes by role: start gates, ready opens, alive ends.
@Suite struct ProbeRoleTests {
    private let tcp = Probe.tcp(host: "127.0.0.1", port: 1)

    private func plan(_ probe: Probe, _ role: ProbeRole, failures: Int = 2) -> ProbePlan {
        var plan = ProbePlan(probe, for: role)
        plan.failures = failures
        return plan
    }

    private func roles(_ actions: [SupervisionAction]) -> [ProbeRole] {
        actions.compactMap { if case .probe(let id, _, _) = $0 { id.role } else { nil } }
    }

    @Test func theOthersAreNotAskedBeforeItHasComeUp() throws {
        var bench = try Bench(daemon("a", start: plan(tcp, .start), ready: plan(tcp, .ready), alive: plan(tcp, .alive)))
        bench.start()
        #expect(roles(bench.spawned("a")) == [.start])
        bench.answer(.failure("not yet"))
        #expect(bench.phase("a") == .starting)
        bench.give(.timer(TimerID(run("a", 1), .probe(.start))))
        #expect(roles(bench.answer(.success)) == [.ready])
        #expect(bench.readiness("a") == .unready)
        let id = ProbeID(run("a", 1), .ready, attempt: bench.supervision[name("a")]?.tracks[.ready]?.attempt ?? 0)
        #expect(roles(bench.give(.probed(id, .success))) == [.alive])
        #expect(bench.readiness("a") == .ready)
        #expect(bench.supervision[name("a")]?.satisfies(.healthy) == .holdsNot)
        bench.answer(.success)
        #expect(bench.supervision[name("a")]?.satisfies(.healthy) == .holds)
    }

    @Test(arguments: [ProbeRole.start, .alive])
    func aFailedProbeEndsTheRunAndThatIsADeath(role: ProbeRole) throws {
        var bench = try Bench(
            role == .start ? daemon("a", start: plan(tcp, .start)) : daemon("a", alive: plan(tcp, .alive))
        )
        bench.start()
        bench.spawned("a")
        bench.answer(.failure("refused"))
        #expect(bench.phase("a") == (role == .start ? .starting : .up))
        bench.give(.timer(TimerID(run("a", 1), .probe(role))), after: .seconds(10))
        let actions = bench.answer(.failure("refused"))
        #expect(actions.contains(.signal(run("a", 1), .term)))
        #expect(bench.events.first == .probeFailed(run("a", 1), role, reason: "refused", .restart))
        #expect(bench.phase("a") == .stopping)
        bench.give(.exited(run("a", 1), .exited(0)))
        #expect(bench.phase("a") == .backoff)
        #expect(bench.supervision[name("a")]?.tally.deaths == 1)
        guard case .ended(let end)? = bench.events.first else {
            Issue.record("no end was told")
            return
        }
        #expect(end.failedProbe == RunEnd.FailedProbe(role: role, reason: "refused"))
        let sentence = "its \(role.rawValue) probe failed (refused), ended by exit 0"
        #expect(end.sentence == sentence + (role == .start ? " before it was ready" : ""))
    }

    @Test func anAlertLeavesItRunningAndIsTakenBack() throws {
        var alive = plan(tcp, .alive, failures: 1)
        alive.action = .alert
        var bench = try Bench(daemon("a", alive: alive))
        bench.start()
        bench.spawned("a")
        bench.answer(.success)
        bench.give(.timer(TimerID(run("a", 1), .probe(.alive))), after: .seconds(10))
        bench.answer(.failure("odd"))
        #expect(bench.events == [.probeFailed(run("a", 1), .alive, reason: "odd", .alert)])
        #expect(bench.phase("a") == .up)
        #expect(bench.supervision[name("a")]?.probeSummaries.map(\.verdict) == [.failing])
        bench.give(.timer(TimerID(run("a", 1), .probe(.alive))), after: .seconds(10))
        bench.answer(.success)
        #expect(bench.events == [.probePassed(run("a", 1), .alive)])
        #expect(bench.supervision[name("a")]?.probeSummaries.map(\.verdict) == [.passing])
    }

    @Test func aLineOfTheLogIsWatchedForFromTheFirstByteAndDecidesAtOnce() throws {
        var bench = try Bench(daemon("a", ready: ProbePlan(.log(.text("listening")), for: .ready)))
        let actions = bench.start()
        guard case .watchLog(let id, let phrase)? = actions.first else {
            Issue.record("the log is not watched before the start: \(actions)")
            return
        }
        #expect(phrase == .text("listening") && actions.last == .spawn(run("a", 1)))
        #expect(bench.spawned("a") == [])
        #expect(bench.readiness("a") == .unready)
        #expect(bench.supervision[name("a")]?.probeSummaries.first?.reason == "no line with \"listening\" yet")
        #expect(bench.give(.probed(id, .success)) == [])
        #expect(bench.readiness("a") == .ready)
        #expect(bench.give(.probed(id, .success)) == [])
    }

    @Test func notifyAndAProbeCanBeWantedTogetherOrEither() throws {
        for (probe, readyAfterNotify) in [(Probe.all([tcp, .notify]), false), (.any([tcp, .notify]), true)] {
            var bench = try Bench(daemon("a", ready: ProbePlan(probe, for: .ready)))
            bench.start()
            bench.spawned("a")
            let asked = bench.actions
            bench.give(.notified(run("a", 1)))
            #expect((bench.readiness("a") == .ready) == readyAfterNotify)
            for case .probe(let id, _, _) in asked { bench.give(.probed(id, .success)) }
            #expect(bench.readiness("a") == .ready)
        }
    }

    @Test func silenceIsAFailureAndOutputPutsItOff() throws {
        var bench = try Bench(daemon("a", alive: ProbePlan(.silentFor(.seconds(120)), for: .alive)))
        #expect(bench.start().contains(.watchOutput(run("a", 1))))
        let timer = TimerID(run("a", 1), .probe(.alive))
        let begin = bench.now
        #expect(bench.spawned("a") == [.arm(timer, at: begin + .seconds(120))])
        bench.give(.outputSeen(run("a", 1), at: begin + .seconds(100)), after: .seconds(100))
        #expect(bench.give(.timer(timer), after: .seconds(20)) == [.arm(timer, at: begin + .seconds(220))])
        let actions = bench.give(.timer(timer), after: .seconds(100))
        #expect(actions.contains(.signal(run("a", 1), .term)))
        #expect(bench.events.first == .probeFailed(run("a", 1), .alive, reason: "no output for 2m", .restart))
    }

    @Test func answersToEarlierAttemptsChangeNothing() throws {
        var bench = try Bench(daemon("a", ready: ProbePlan(.any([tcp, tcp]), for: .ready)))
        bench.start()
        bench.spawned("a")
        let first = bench.actions
        bench.answer(.failure("no"))
        bench.give(.timer(TimerID(run("a", 1), .probe(.ready))))
        for case .probe(let id, _, _) in first { #expect(bench.give(.probed(id, .success)) == []) }
        #expect(bench.readiness("a") == .unready)
    }
}
