import GhostModel
import GhostSupervision
import GhostSystem
import GhostTestSupport
import ServiceLifecycle
import Synchronization
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The supervisor with real processes.
@Suite struct SupervisorTests {
    @Test func aKilledDaemonIsRestartedAtOnceWithItsTrueExitStatus() async throws {
        let project = try Project()
        let api = project.shell("api", "echo run; exec sleep 1000", restart: project.eager)
        try await project.supervising([api]) {
            try await eventually("it is up") {
                project.status("api")?.phase == .up && project.output("api") == "run\n"
            }
            let pid = try #require(project.status("api")?.pid)
            kill(pid, SIGKILL)
            try await eventually("it is back") { project.status("api")?.restarts == 1 }
            try await eventually("it speaks again") { project.output("api") == "run\nrun\n" }
            let status = try #require(project.status("api"))
            #expect(status.phase == .up)
            #expect(status.pid != pid)
            #expect(status.run == "api#2")
            #expect(status.lastExit == "signal:9")
        }
        #expect(project.watchdog.texts.contains { $0.hasPrefix("✅ api restart attempt 1 exit=signal:9 downtime=") })
        let records = try RunRecords(directory: project.folder.path + "/runs").load().records
        #expect(records.map(\.run) == [run("api", 2)])
        #expect(records.map(\.stage) == [.ended], "the next Ghost goes on counting, and stops nobody")
    }

    @Test func aDaemonThatIgnoresTermIsKilledWithItsGroupAfterTheGrace() async throws {
        let project = try Project()
        let stubborn = project.shell(
            "stubborn",
            "trap '' TERM; sleep 1000 & echo $!; while :; do wait; done",
            stop: StopSequence(grace: .milliseconds(200))
        )
        var child: Int32 = 0
        try await project.supervising([stubborn]) {
            try await eventually("it is up") { project.output("stubborn").hasSuffix("\n") }
            child = try #require(Int32(project.output("stubborn").dropLast()))
            #expect(ProcessIdentity(of: child).isAlive)
        }
        #expect(project.status("stubborn")?.lastExit == "signal:9")
        #expect(project.events.contains { if case .killing = $0 { true } else { false } })
        #expect(!ProcessIdentity(of: child).isAlive)
    }

    @Test func fiftyDaemonsAtOnceAllComeUpAndAllGoDown() async throws {
        let project = try Project()
        let daemons = (0..<50).map { project.shell("d\($0)", "echo $$; exec sleep 1000") }
        var pids: [Int32] = []
        try await project.supervising(daemons) {
            try await eventually("all are up") { project.statuses.count { $0.phase == .up } == 50 }
            pids = project.statuses.compactMap(\.pid)
            // Output is compared before the shutdown: a shell that is stopped early says nothing.
            try await eventually("all have said who they are") {
                project.statuses.allSatisfy { project.output($0.name.text) == "\($0.pid ?? 0)\n" }
            }
        }
        #expect(Set(pids).count == 50)
        #expect(pids.allSatisfy { !ProcessIdentity(of: $0).isAlive })
        #expect(project.statuses.allSatisfy { $0.phase == .down && $0.lastExit == "signal:15" })
    }

    @Test func whatCannotBeStartedIsToldTriedAgainAndDisturbsNobody() async throws {
        let project = try Project()
        let missing = DaemonPlan(
            name: name("missing"),
            command: Command(program: "ghost-no-such-command"),
            workingDirectory: project.folder.path
        )
        let dying = project.shell("dying", "exit 3")
        let steady = project.shell("steady", "exec sleep 1000")
        let late = DaemonPlan(
            name: name("late"),
            command: Command(program: "./late"),
            workingDirectory: project.folder.path
        )
        try await project.supervising([missing, dying, late, steady]) {
            try await eventually("others are judged") {
                project.status("steady")?.phase == .up && project.status("dying")?.lastExit == "3"
                    && project.status("missing")?.phase == .backoff
            }
            #expect(project.status("missing")?.reason?.hasPrefix("ghost-no-such-command not found in PATH") == true)
            let pid = project.status("steady")?.pid
            try project.folder.write("#!/bin/sh\nexec sleep 1000\n", to: "late", mode: 0o755)
            try await eventually("a command that appears is started") { project.status("late")?.phase == .up }
            try await eventually("it is tried again") { project.events.count { $0.isFailedSpawn(of: "missing") } >= 3 }
            #expect(project.status("steady")?.pid == pid)
            #expect(project.status("steady")?.restarts == 0)
        }
    }

    @Test func daemonsStartInOrderOfNeedAndStopInReverse() async throws {
        let project = try Project()
        let script =
            "trap 'echo stop NAME >> order; exit 0' TERM; echo start NAME >> order; touch up-NAME; while :; do sleep 0.01; done"
        func member(_ text: String, needs: [Dependency]) -> DaemonPlan {
            var plan = project.shell(text, script.replacing("NAME", with: text), needs: needs)
            plan.ready = ProbePlan(.command(Command(program: "up-\(text)")))
            return plan
        }
        try await project.supervising([
            member("web", needs: [need("api")]), member("db", needs: []), member("api", needs: [need("db")]),
        ]) {
            try await eventually("all are ready") { project.statuses.allSatisfy { $0.readiness == .ready } }
        }
        #expect(
            project.folder.read("order")
                == "start db\nstart api\nstart web\nstop web\nstop api\nstop db\n"
        )
        #expect(project.governor.texts.first?.hasPrefix("Startup order: [db, api, web] at=") == true)
        #expect(project.governor.texts.last?.hasPrefix("✅ Shutdown sequence completed duration=") == true)
    }

    @Test func aOneshotIsDoneAfterSuccessAndOpensItsGate() async throws {
        let project = try Project()
        let job = project.shell("job", "test -e again || { touch again; exit 1; }; echo done", kind: .oneshot)
        let api = project.shell("api", "exec sleep 1000", needs: [need("job", .succeeded)])
        try await project.supervising([api, job]) {
            try await eventually("it is up") { project.status("api")?.phase == .up }
            #expect(project.status("job")?.phase == .completed)
            #expect(project.status("job")?.restarts == 1)
        }
        #expect(project.output("job") == "done\n")
        #expect(project.sentinel.texts.contains("❌ job NOT running want=down exit=0 run=job#2"))
    }

    @Test func leftoversAreStoppedBeforeTheirDaemonStartsAgain() async throws {
        let project = try Project()
        let ended = Mutex<GhostModel.ExitStatus?>(nil)
        let old = try SystemSpawner().spawn(
            SpawnRequest(
                executable: "/bin/sh",
                arguments: ["sh", "-c", "exec sleep 1000"],
                environment: [:],
                workingDirectory: "/",
                output: .nowhere
            )
        ) { exit in ended.withLock { $0 = exit.status } }
        let records = RunRecords(directory: project.folder.path + "/runs")
        try records.write(RunRecord(run: run("api", 7), process: old.identity, stop: StopSequence(signal: .int)))
        try await project.supervising([project.shell("api", "exec sleep 1000")]) {
            try await eventually("it is up") { project.status("api")?.phase == .up }
            #expect(!old.identity.isAlive)
            #expect(project.status("api")?.run == "api#8")
            #expect(try records.load().records.map(\.run) == [run("api", 8)])
        }
        try await eventually("its end is told") { ended.withLock { $0 } == .signaled(SIGINT) }
        #expect(
            project.events.contains(.leftoverHandled(run("api", 7), pid: old.identity.pid, remains: nil))
        )
    }

    @Test func aGateThatFailsStartsNothing() async throws {
        struct Bound: Error {}
        let project = try Project()
        await #expect(throws: Bound.self) {
            try await project.supervisor([project.shell("api", "echo x")], gate: { throw Bound() }).run()
        }
        #expect(project.events == [])
        #expect(project.governor.texts == [])
    }

    @Test func aShutdownBeforeTheGateOpensStartsNothing() async throws {
        let project = try Project()
        try await project.supervising(
            [project.shell("api", "echo x")],
            gate: { try await Task.sleep(for: .seconds(1000)) }
        ) {}
        #expect(project.events == [])
        #expect(project.status("api")?.phase == .down)
    }

    @Test func cancellationStopsTheDaemonsAsWell() async throws {
        let project = try Project()
        let supervisor = try project.supervisor([project.shell("api", "exec sleep 1000")])
        let task = Task { try await supervisor.run() }
        try await eventually("it is up") { supervisor.statuses.first?.phase == .up }
        let pid = try #require(supervisor.statuses.first?.pid)
        task.cancel()
        try await task.value
        #expect(!ProcessIdentity(of: pid).isAlive)
        #expect(supervisor.statuses.first?.phase == .down)
    }
}

extension SupervisionEvent {
    fileprivate func isFailedSpawn(of daemon: String) -> Bool {
        if case .spawnFailed(let run, _, _, _) = self { run.daemon.text == daemon } else { false }
    }
}
