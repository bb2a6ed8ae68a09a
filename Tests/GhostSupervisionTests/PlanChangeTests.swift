import GhostModel
import GhostSupervision
import Testing

/// Another plan while daemons run.
@Suite struct PlanChangeTests {
    @Test func everyFieldOfADaemonHasAnEffect() {
        let fields = Set(Mirror(reflecting: daemon("a")).children.compactMap(\.label))
        #expect(PlanChange.knownFields.union(["name"]) == fields)
        let process =
            Mirror(reflecting: ProcessPlan()).children.count + Mirror(reflecting: ResourceLimits()).children.count
        // Each of them has a rule of its own; the limits are counted, not the struct that holds them.
        #expect(PlanChange.processKeys.count == process - 1)
    }

    @Test func eachFieldLeadsToItsFate() throws {
        let before = daemon("a")
        let cases: [((inout DaemonPlan) -> Void, PlanChange.Fate)] = [
            ({ _ in }, .leave),
            ({ $0.command.arguments = ["x"] }, .restart),
            ({ $0.workingDirectory = "/tmp" }, .restart),
            ({ $0.environment = ["A": "secret"] }, .restart),
            ({ $0.process.nice = 3 }, .restart),
            ({ $0.process.user = "x" }, .restart),
            ({ $0.process.group = "x" }, .restart),
            ({ $0.process.umask = 7 }, .restart),
            ({ $0.process.limits.files = 3 }, .restart),
            ({ $0.process.limits.processes = 3 }, .restart),
            ({ $0.process.limits.memory = 3 }, .live),
            ({ $0.process.limits.cpu = 3 }, .live),
            ({ $0.ports = [1] }, .live),
            ({ $0.drift = DriftPolicy([.port: .restart]) }, .live),
            ({ $0.environmentFiles = ["/x"] }, .live),
            ({ $0.kind = .oneshot }, .restart),
            ({ $0.ready = tcpProbe }, .live),
            ({ $0.restart.when = .never }, .live),
            ({ $0.stop = StopSequence(signal: .int) }, .live),
            ({ $0.priority = 4 }, .live),
            ({ $0.output.keep = 3 }, .live),
        ]
        for (edit, fate) in cases {
            var after = before
            edit(&after)
            let change = try #require(PlanChange(from: [before], to: [after]).daemons.first)
            #expect(change.fate == fate, "\(change)")
            #expect(!change.description.contains("secret"))
        }
    }

    @Test func reasonsAreGivenByField() {
        var before = daemon("a")
        before.environment = ["OLD": "1", "SAME": "x", "KEY": "a"]
        var after = before
        after.environment = ["NEW": "1", "SAME": "x", "KEY": "b"]
        after.command = Command(program: "/bin/false")
        after.output.keep = 1
        #expect(
            PlanChange(from: [before], to: [after]).daemons.first?.description
                == "restart a: command: /bin/true → /bin/false; env: ~KEY +NEW -OLD; "
                + "log: changed"
        )
        let swapped = PlanChange(from: [daemon("a")], to: [daemon("b")])
        #expect(swapped.daemons.map(\.description) == ["add b", "remove a"])
    }

    @Test func onlyWhatMustIsTouched() throws {
        var bench = try Bench(daemon("keep"), daemon("gone"), daemon("edit"), daemon("live"))
        bench.start()
        for daemon in ["keep", "gone", "edit", "live"] { bench.spawned(daemon) }
        var edit = daemon("edit")
        edit.environment = ["A": "1"]
        var live = daemon("live")
        live.stop = StopSequence(signal: .int)
        let actions = try bench.apply(daemon("new"), daemon("keep"), edit, live)
        let signals = actions.filter { if case .signal = $0 { true } else { false } }
        #expect(
            Set(signals.map { "\($0)" })
                == Set(
                    ["edit", "gone"].map {
                        "\(SupervisionAction.signal(run($0, 1), .term))"
                    }
                )
        )
        #expect(actions.contains(.spawn(run("new", 1))))
        #expect(bench.phase("keep") == .up && bench.phase("live") == .up)
        // The old process is stopped as it was declared; what is new holds from the next run on.
        #expect(bench.supervision[name("edit")]?.plan.environment == [:])
        #expect(bench.give(.exited(run("edit", 1), .signaled(15))).last == .spawn(run("edit", 2)))
        #expect(bench.supervision[name("edit")]?.plan.environment == ["A": "1"])
        bench.give(.exited(run("gone", 1), .signaled(15)))
        #expect(bench.events.contains(.removed(name("gone"))))
        #expect(bench.supervision[name("gone")] == nil)
        #expect(bench.give(.want(.down, name("live"))).first == .signal(run("live", 1), .int))
    }

    @Test func aMendedCommandIsTriedAtOnceAndAStoppedDaemonStaysStopped() throws {
        var bench = try Bench(daemon("a"), daemon("b"))
        bench.start()
        bench.give(.spawnFailed(run("a", 1), reason: "not found"))
        bench.give(.want(.down, name("b")))
        bench.give(.spawned(run("b", 1), pid: 5))
        bench.give(.exited(run("b", 1), .exited(0)))
        var mended = [daemon("a"), daemon("b")]
        for place in mended.indices { mended[place].command = Command(program: "/bin/sleep") }
        let actions = try bench.apply(mended[0], mended[1])
        #expect(actions == [.disarm(TimerID(run("a", 1), .retry)), .spawn(run("a", 2))])
        #expect(bench.supervision[name("b")]?.plan.command.program == "/bin/sleep")
        #expect(bench.phase("b") == .down)
    }

    @Test func aProbeThatIsAddedIsAskedAtOnceAndOneThatIsRemovedStandsInNobodysWay() throws {
        var bench = try Bench(daemon("a"), daemon("b", ready: tcpProbe))
        bench.start()
        bench.spawned("a")
        bench.spawned("b")
        #expect(bench.readiness("b") == .unready)
        let actions = try bench.apply(daemon("a", ready: tcpProbe), daemon("b"))
        #expect(actions.contains { if case .probe(let id, _, _) = $0 { id.run == run("a", 1) } else { false } })
        #expect(bench.readiness("b") == .ready)
        #expect(bench.readiness("a") == .ready)
    }

    @Test func aPlanThatCannotBeOrderedChangesNothing() throws {
        var bench = try Bench(daemon("a"))
        bench.start()
        #expect(throws: StartOrderError.self) {
            _ = try bench.apply(daemon("a", needs: [need("b")]), daemon("b", needs: [need("a")]))
        }
        #expect(bench.supervision.order.names == [name("a")])
    }
}
