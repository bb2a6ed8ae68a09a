import GhostModel
import GhostSupervision
import Testing

@Suite struct SupervisionTests {
    // MARK: Starting

    @Test func everythingThatMayStartStartsAtOnceInOrderOfPriority() throws {
        var bench = try Bench(daemon("a"), daemon("b", priority: 1), daemon("c", needs: [need("a")]))
        #expect(bench.start() == [.spawn(run("b", 1)), .spawn(run("a", 1))])
        #expect(bench.phase("c") == .waiting)
        #expect(bench.give(.spawned(run("b", 1), pid: 10)) == [])
        #expect(bench.give(.spawned(run("a", 1), pid: 11)) == [.spawn(run("c", 1))])
        #expect(bench.phase("a") == .up)
    }

    @Test(arguments: [
        (Dependency.Condition.started, 1), (.ready, 2), (.healthy, 2),
    ])
    func aGateOpensWhenItsConditionHolds(condition: Dependency.Condition, opensAt: Int) throws {
        var bench = try Bench(daemon("db", ready: tcpProbe), daemon("api", needs: [need("db", condition)]))
        bench.start()
        let inputs: [SupervisionInput] = [
            .probed(ProbeID(run("db", 1), .ready, attempt: 2), .success), .spawned(run("db", 1), pid: 5),
            .probed(ProbeID(run("db", 1), .ready, attempt: 2), .success),
        ]
        for (step, input) in inputs.enumerated() {
            bench.give(input)
            #expect((bench.phase("api") == .starting) == (step >= opensAt), "step \(step)")
        }
    }

    @Test(arguments: [
        (Dependency.Condition.succeeded, Int32(0), true), (.succeeded, 1, false), (.completed, 0, true),
        (.completed, 1, true), (.ready, 0, true), (.started, 0, true), (.ready, 1, false),
    ])
    func oneshotsOpenGates(condition: Dependency.Condition, code: Int32, opens: Bool) throws {
        let policy = RestartPolicy(when: .never)
        var bench = try Bench(
            daemon("job", kind: .oneshot, restart: policy),
            daemon("api", needs: [need("job", condition)])
        )
        bench.start()
        bench.give(.spawned(run("job", 1), pid: 5))
        #expect((bench.phase("api") == .starting) == (condition == .started))
        bench.give(.exited(run("job", 1), .exited(code)))
        #expect((bench.phase("api") == .starting) == opens)
        #expect(bench.phase("job") == (code == 0 ? .completed : .failed))
    }

    @Test func aHardNeedInTroubleBlocksAndIsToldOnceASoftOneDoesNot() throws {
        var bench = try Bench(
            daemon("db"),
            daemon("hard", needs: [need("db")]),
            daemon("soft", needs: [need("db", .ready, .soft)]),
            daemon("far", needs: [need("hard")])
        )
        bench.start()
        #expect(bench.phase("soft") == .waiting)
        bench.give(.spawnFailed(run("db", 1), reason: "no"))
        #expect(bench.phase("soft") == .starting)
        #expect(
            bench.events.filter { if case .blocked = $0 { true } else { false } } == [
                .blocked(name("hard"), by: need("db"), because: "db is in backoff (no)"),
                .blocked(name("far"), by: need("hard"), because: "hard waits for db"),
            ]
        )
        bench.give(.timer(TimerID(run("db", 1), .retry)), after: .milliseconds(100))
        bench.give(.spawnFailed(run("db", 2), reason: "no"))
        #expect(!bench.events.contains { if case .blocked = $0 { true } else { false } })
        bench.give(.timer(TimerID(run("db", 2), .retry)), after: .milliseconds(200))
        #expect(bench.give(.spawned(run("db", 3), pid: 6)) == [.spawn(run("hard", 1))])
    }

    @Test func heldDaemonsAreNotStarted() throws {
        var bench = try Bench(daemon("a"), daemon("b"))
        #expect(bench.give(.start(held: [name("a"): "still there"])) == [.spawn(run("b", 1))])
        #expect(bench.phase("a") == .failed)
    }

    // MARK: Deaths

    @Test func aDeathAfterAGoodRunRestartsAtOnceTheNextWaits() throws {
        var bench = try Bench(daemon("a"))
        bench.start()
        bench.give(.spawned(run("a", 1), pid: 5))
        #expect(bench.give(.exited(run("a", 1), .signaled(9)), after: .seconds(30)) == [.spawn(run("a", 2))])
        bench.give(.spawned(run("a", 2), pid: 6), after: .milliseconds(12))
        #expect(
            bench.events.last
                == .recovered(run("a", 2), attempt: 1, lastExit: .signaled(9), downtime: .milliseconds(12))
        )
        let timer = TimerID(run("a", 2), .retry)
        #expect(
            bench.give(.exited(run("a", 2), .exited(1)), after: .seconds(1))
                == [.arm(timer, at: bench.now + .milliseconds(500))]
        )
        #expect(bench.phase("a") == .backoff)
        #expect(bench.give(.timer(timer), after: .milliseconds(499)) == [.arm(timer, at: bench.now + .milliseconds(1))])
        #expect(bench.give(.timer(timer), after: .milliseconds(1)) == [.spawn(run("a", 3))])
    }

    @Test func aCrashLoopIsEnteredTriedSlowlyAndLeft() throws {
        var bench = try Bench(daemon("a"))
        bench.start()
        for number in 1...5 {
            bench.give(.spawned(run("a", number), pid: Int32(number + 1)))
            bench.give(.exited(run("a", number), .exited(1)))
            guard number < 5 else { break }
            bench.give(.timer(TimerID(run("a", number), .retry)), after: .seconds(5))
        }
        #expect(bench.phase("a") == .crashLooping)
        #expect(bench.events.last == .crashLoopBegan(run("a", 5), attempt: 5, CrashLoop()))
        bench.give(.timer(TimerID(run("a", 5), .retry)), after: .seconds(300))
        let actions = bench.give(.spawned(run("a", 6), pid: 9))
        let stable = TimerID(run("a", 6), .stable)
        #expect(actions == [.arm(stable, at: bench.now + .seconds(30))])
        bench.give(.timer(stable), after: .seconds(30))
        #expect(bench.events == [.crashLoopOver(run("a", 6))])
        #expect(bench.give(.exited(run("a", 6), .exited(1))) == [.spawn(run("a", 7))])
    }

    @Test(
        arguments: [
            (DaemonPlan.Kind.service, RestartPolicy.When.always, GhostModel.ExitStatus.exited(0), DaemonPhase.backoff),
            (.service, .always, .exited(1), .backoff), (.service, .onFailure, .exited(0), .completed),
            (.service, .onFailure, .signaled(9), .backoff), (.service, .never, .exited(0), .completed),
            (.service, .never, .exited(1), .failed), (.oneshot, .always, .exited(0), .completed),
            (.oneshot, .always, .exited(1), .backoff), (.oneshot, .onFailure, .exited(0), .completed),
            (.oneshot, .onFailure, .exited(1), .backoff), (.oneshot, .never, .exited(0), .completed),
            (.oneshot, .never, .exited(1), .failed),
        ] as [(DaemonPlan.Kind, RestartPolicy.When, GhostModel.ExitStatus, DaemonPhase)]
    )
    func thePolicyDecidesWhatFollowsAnEnd(
        kind: DaemonPlan.Kind,
        when: RestartPolicy.When,
        exit: GhostModel.ExitStatus,
        phase: DaemonPhase
    ) throws {
        var bench = try Bench(daemon("a", kind: kind, restart: RestartPolicy(when: when)))
        bench.start()
        bench.give(.spawned(run("a", 1), pid: 5))
        bench.give(.exited(run("a", 1), exit))
        #expect(bench.phase("a") == phase)
    }

    @Test func spawnFailuresAreTriedForEverOnTheirOwnSchedule() throws {
        var bench = try Bench(daemon("a"))
        bench.start()
        for (number, pause) in [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000].enumerated() {
            let current = run("a", number + 1)
            let actions = bench.give(.spawnFailed(current, reason: "EAGAIN"))
            #expect(actions == [.arm(TimerID(current, .retry), at: bench.now + .milliseconds(pause))])
            #expect(bench.phase("a") == .backoff)
            bench.give(.timer(TimerID(current, .retry)), after: .milliseconds(pause))
        }
        bench.give(.spawned(run("a", 11), pid: 5))
        #expect(
            bench.events.last == .recovered(run("a", 11), attempt: 10, lastExit: nil, downtime: .milliseconds(42_700))
        )
    }

    // MARK: Probes

    @Test func aStartingDaemonIsAskedOftenAReadyOneRarely() throws {
        var bench = try Bench(daemon("a", ready: tcpProbe))
        bench.start()
        func question(_ attempt: Int) -> SupervisionAction {
            .probe(ProbeID(run("a", 1), .ready, attempt: attempt), tcpProbe.probe, timeout: tcpProbe.timeout)
        }
        #expect(bench.give(.spawned(run("a", 1), pid: 5)) == [question(2)])
        let timer = TimerID(run("a", 1), .probe(.ready))
        #expect(
            bench.answer(.failure("refused"))
                == [.arm(timer, at: bench.now + ProbePlan.startupInterval)]
        )
        #expect(bench.readiness("a") == .unready)
        #expect(bench.give(.timer(timer)) == [question(3)])
        #expect(bench.answer(.success) == [.arm(timer, at: bench.now + .seconds(10))])
        #expect(bench.readiness("a") == .ready)
    }

    @Test func onlySoManyFailuresInARowMakeItUnready() throws {
        var bench = try Bench(daemon("a", ready: tcpProbe))
        bench.start()
        bench.give(.spawned(run("a", 1), pid: 5))
        let answers: [(ProbeResult, Readiness)] = [
            (.success, .ready), (.failure("1"), .ready), (.failure("2"), .ready), (.success, .ready),
            (.failure("1"), .ready), (.failure("2"), .ready), (.failure("3"), .unready), (.failure("4"), .unready),
            (.success, .ready),
        ]
        for (answer, readiness) in answers {
            bench.answer(answer)
            #expect(bench.readiness("a") == readiness)
            bench.give(.timer(TimerID(run("a", 1), .probe(.ready))), after: .seconds(10))
        }
        #expect(bench.readiness("a") == .ready)
    }

    // MARK: Stopping

    @Test func shutdownStopsInReverseAndKillsAfterTheGrace() throws {
        var bench = try Bench(daemon("db"), daemon("api", needs: [need("db")]), daemon("web", needs: [need("api")]))
        bench.start()
        for (pid, daemon) in ["db", "api", "web"].enumerated() {
            bench.give(.spawned(run(daemon, 1), pid: Int32(pid + 2)))
        }
        #expect(
            bench.give(.shutdown) == [
                .signal(run("web", 1), .term), .arm(TimerID(run("web", 1), .grace), at: bench.now + .seconds(10)),
            ]
        )
        #expect(
            bench.give(.timer(TimerID(run("web", 1), .grace)), after: .seconds(10)) == [
                .signal(run("web", 1), .kill), .arm(TimerID(run("web", 1), .grace), at: bench.now + .seconds(5)),
            ]
        )
        #expect(
            bench.give(.exited(run("web", 1), .signaled(9))).filter { if case .signal = $0 { true } else { false } }
                == [.signal(run("api", 1), .term)]
        )
        // One that dies by itself while it waits for its turn is not restarted.
        bench.give(.exited(run("db", 1), .exited(1)))
        #expect(bench.phase("db") == .down)
        bench.give(.exited(run("api", 1), .exited(0)), after: .milliseconds(5))
        #expect(bench.events.last == .shutdownCompleted(after: .milliseconds(10_005)))
        #expect(bench.supervision.course == .finished)
    }

    @Test func shutdownWhileSpawningStopsTheProcessOnceItIsThere() throws {
        var bench = try Bench(daemon("a"), daemon("b"))
        bench.start()
        #expect(bench.give(.shutdown) == [])
        bench.give(.spawnFailed(run("b", 1), reason: "no"))
        #expect(bench.supervision.course != .finished)
        #expect(bench.give(.spawned(run("a", 1), pid: 5)).first == .signal(run("a", 1), .term))
        bench.give(.exited(run("a", 1), .signaled(15)))
        #expect(bench.supervision.course == .finished)
    }

    @Test func shutdownBeforeTheStartEndsAtOnceAndNothingStartsAfterIt() throws {
        var bench = try Bench(daemon("a"))
        bench.give(.shutdown)
        #expect(bench.supervision.course == .finished)
        #expect(bench.start() == [])
    }

    @Test func aDaemonWantedUpWhileStoppingIsStartedAgainOnceItHasEnded() throws {
        var bench = try Bench(daemon("a"))
        bench.start()
        bench.give(.spawned(run("a", 1), pid: 5))
        bench.give(.want(.down, name("a")))
        #expect(bench.phase("a") == .stopping)
        #expect(bench.give(.want(.up, name("a"))) == [])
        #expect(bench.give(.exited(run("a", 1), .exited(0))).last == .spawn(run("a", 2)))
    }

    // MARK: Late inputs

    @Test func inputsOfAnOtherRunChangeNothing() throws {
        var bench = try Bench(daemon("a", ready: tcpProbe))
        bench.start()
        bench.give(.spawned(run("a", 1), pid: 5))
        bench.give(.exited(run("a", 1), .exited(1)))
        bench.give(.timer(TimerID(run("a", 1), .retry)), after: .seconds(1))
        bench.give(.spawned(run("a", 2), pid: 6))
        let before = bench.supervision.machines
        for late in [run("a", 1), run("a", 3), run("nobody", 2)] {
            let inputs: [SupervisionInput] =
                [
                    .exited(late, .exited(0)), .spawned(late, pid: 9), .spawnFailed(late, reason: ""),
                    .probed(ProbeID(late, .ready, attempt: 2), .success), .notified(late),
                    .probed(ProbeID(late, .ready, attempt: 4), .failure("")), .outputSeen(late, at: bench.now),
                ] + TimerID.Purpose.allCases.map { .timer(TimerID(late, $0)) }
            for input in inputs {
                #expect(bench.give(input) == [], "\(input)")
                #expect(bench.events == [], "\(input)")
                #expect(bench.supervision.machines == before, "\(input)")
            }
        }
    }
}
