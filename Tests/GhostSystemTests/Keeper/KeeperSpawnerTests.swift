import GhostModel
import GhostTestSupport
import Synchronization
import Testing

@testable import GhostSystem

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The real keeper, with a spawner in the place of Ghost.
struct KeeperSpawnerTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// One life of Ghost.
    private final class Life: Sendable {
        let spawner: KeeperSpawner
        let folder: TemporaryFolder
        private let ends = Mutex<[String: [ProcessExit]]>([:])
        let inherited: [InheritedRun]

        init(_ folder: TemporaryFolder, state: String) throws {
            self.folder = folder
            let spawner = KeeperSpawner(folder: state, project: "test-\(state)", program: try KeeperProgram.find())
            self.spawner = spawner
            let box = Events()
            inherited = spawner.takeOver { box.add($0) }
            box.attach { [weak self] event in
                guard case .exited(let run, let exit) = event else { return }
                self?.ends.withLock { $0[run.description, default: []].append(exit) }
            }
        }

        func start(
            _ daemon: String,
            _ number: Int,
            _ script: String,
            plan: OutputPlan = OutputPlan(),
            group: String? = nil
        ) throws
            -> any RunningProcess
        {
            var request = SpawnRequest(
                executable: "/bin/sh",
                arguments: ["sh", "-c", script],
                environment: ["PATH": "/usr/bin:/bin"],
                workingDirectory: folder.path,
                output: .captured(
                    .init(path: folder.path("\(daemon).log"), errorPath: folder.path("\(daemon).err.log"), plan: plan)
                )
            )
            request.attributes.controlGroup = group
            let run = RunID(daemon: try #require(DaemonName(daemon)), number: number)
            request.run = .init(run: run, stop: StopSequence())
            // The spawner holds this as long as the run goes on, which may be longer than the test.
            return try spawner.spawn(request) { [weak self] exit in
                self?.ends.withLock { $0[run.description, default: []].append(exit) }
            }
        }

        func kills(_ run: String) -> MemoryKills? { ends.withLock { $0[run]?.first?.memoryKills } }

        func exits(_ run: String) -> [GhostModel.ExitStatus] { ends.withLock { $0[run] ?? [] }.map(\.status) }

        var keeper: Int32? {
            spawner.state.withLock { state in if case .up(let keeper) = state.ledger.link { keeper } else { nil } }
        }
    }

    /// Holds events until somebody listens.
    private final class Events: Sendable {
        private struct Held {
            var events: [SpawnerEvent] = []
            var handler: (@Sendable (SpawnerEvent) -> Void)?
        }
        private let held = Mutex(Held())

        func add(_ event: SpawnerEvent) {
            let handler = held.withLock { held in
                if held.handler == nil { held.events.append(event) }
                return held.handler
            }
            handler?(event)
        }

        func attach(_ handler: @escaping @Sendable (SpawnerEvent) -> Void) {
            let events = held.withLock { held in
                held.handler = handler
                return held.events
            }
            for event in events { handler(event) }
        }
    }

    private func life(_ state: String = "state") throws -> Life {
        try folder.write("", to: "\(state)/.keep")
        return try Life(folder, state: folder.path(state))
    }

    @Test func outputEndAndMark_areTrue() async throws {
        let life = try life()
        _ = try life.start("a", 1, "echo $GHOST_RUN; echo two >&2; printf three; exit 7")
        try await eventually("it ends") { !life.exits("a#1").isEmpty }
        #expect(life.exits("a#1") == [.exited(7)])
        #expect(folder.read("a.log") == "\(life.spawner.project)/a#1\ntwo\nthree")
        let keeper = try #require(life.keeper)
        life.spawner.acknowledge(RunID(daemon: try #require(DaemonName("a")), number: 1))
        life.spawner.close(.finished)
        try await eventually("the keeper ends with it") { !ProcessIdentity(of: keeper).isAlive }
        #expect(try Folder.entries(of: folder.path("state/exits")) == [])
    }

    @Test func whatItsControlGroupCounted_isTold_nowAndLater() async throws {
        // Plain files in the place of the kernel's.
        for group in ["one", "two", "three"] {
            try folder.write("", to: "\(group)/cgroup.procs")
            try folder.write("", to: "\(group)/cgroup.kill")
            try folder.write("33554432\n", to: "\(group)/memory.max")
            try folder.write(
                "low 0\nhigh 0\nmax 7\noom 3\noom_kill 2\noom_group_kill 9\n",
                to: "\(group)/memory.events"
            )
        }
        try folder.write("oom 0\noom_kill 0\n", to: "two/memory.events")
        let life = try life()
        _ = try life.start("a", 1, "exit 1", group: folder.path("one"))
        _ = try life.start("b", 1, "exit 1", group: folder.path("two"))
        try await eventually("they end") { !life.exits("a#1").isEmpty && !life.exits("b#1").isEmpty }
        #expect(life.kills("a#1") == MemoryKills(processes: 2, cause: .ownLimit(bytes: 32 << 20)))
        #expect(life.kills("b#1") == nil)
        #expect(folder.read("one/cgroup.procs") == "0" && folder.read("one/cgroup.kill") == "1")

        _ = try life.start(
            "c",
            1,
            "while [ ! -e '\(folder.path("enough"))' ]; do sleep 0.02; done",
            group: folder.path("three")
        )
        life.spawner.close(.leaving)
        try folder.write("", to: "enough")
        try await eventually("c's end is written down") {
            folder.read("state/exits/c#1")?.contains("memory 2 3 33554432\n") == true
        }
        let second = try self.life()
        var kills: [String: MemoryKills?] = [:]
        for case .ended(let run, let exit, _) in second.inherited {
            kills[run.description] = exit.memoryKills
            second.spawner.acknowledge(run)
        }
        #expect(kills["c#1"] == MemoryKills(processes: 2, cause: .ownLimit(bytes: 32 << 20)))
        second.spawner.close(.finished)
    }

    @Test func aGroupThatIsNoGroup_isARefusalOfItsOwn() throws {
        let life = try life()
        defer { life.spawner.close(.finished) }
        // Made by the keeper, and without the file that takes processes.
        let failure = #expect(throws: SpawnError.self) { try life.start("a", 1, "exit 0", group: folder.path("plain")) }
        #expect(failure?.reason == .controlGroup(folder.path("plain"), .notFound))
        #expect(failure?.description.contains("cannot put it into the control group \(folder.path("plain"))") == true)
    }

    @Test func aProgramThatIsNotThere_isRefused() throws {
        let life = try life()
        defer { life.spawner.close(.finished) }
        var request = SpawnRequest(
            executable: "/nowhere/program",
            arguments: ["x"],
            environment: [:],
            workingDirectory: "/",
            output: .nowhere
        )
        #expect(throws: SpawnError(executable: "/nowhere/program", reason: .keeper("it is no run of a daemon"))) {
            try life.spawner.spawn(request) { _ in }
        }
        request.run = .init(run: RunID(daemon: try #require(DaemonName("x")), number: 1), stop: StopSequence())
        #expect(throws: SpawnError(executable: "/nowhere/program", reason: .system(.notFound))) {
            try life.spawner.spawn(request) { _ in }
        }
    }

    @Test func theNextGhost_findsTheLivingAndTheDead() async throws {
        let first = try life()
        let process = try first.start("a", 3, "while :; do sleep 0.02; echo x; done")
        _ = try first.start("b", 1, "sleep 0.3; exit 9")
        let keeper = try #require(first.keeper)
        first.spawner.close(.leaving)
        try await eventually("b's end is written down") { folder.read("state/exits/b#1") != nil }

        let second = try life()
        #expect(second.keeper == keeper)
        #expect(second.inherited.count == 2)
        for run in second.inherited {
            switch run {
            case .alive(let run, let found, _, let stop):
                #expect(run.description == "a#3")
                #expect(found.identity == process.identity)
                #expect(stop.signal == .term)
                found.signalGroup(.term)
            case .ended(let run, let exit, _):
                #expect(run.description == "b#1")
                #expect(exit.status == .exited(9))
                second.spawner.acknowledge(run)
            }
        }
        try await eventually("a ends") { second.exits("a#3") == [.signaled(SIGTERM)] }
        second.spawner.acknowledge(RunID(daemon: try #require(DaemonName("a")), number: 3))
        second.spawner.close(.finished)
        #expect(folder.read("state/exits/b#1") == nil)
    }

    @Test func aDeadKeeper_isReplacedWithoutHarm() async throws {
        let life = try life(String(repeating: "long", count: 40))
        // A line for each file that appears: nothing is on its way when the keeper dies, so nothing may be missing.
        let script =
            "for i in 1 2 3 4; do until [ -e '\(folder.path("go"))'$i ]; do sleep 0.01; done; echo $i; done; exit 5"
        _ = try life.start("a", 1, script)
        _ = try life.start("b", 1, "exec sleep 1000")
        var lines = ""
        for round in 1...3 {
            let keeper = try #require(life.keeper)
            try folder.write("", to: "go\(round)")
            lines += "\(round)\n"
            try await eventually("line \(round) is written") { folder.read("a.log") == lines }
            kill(keeper, SIGKILL)
            try await eventually("there is another one") { life.keeper != nil && life.keeper != keeper }
        }
        let started = try life.start("c", 1, "exit 4")
        try await eventually("everything goes on") { life.exits("c#1") == [.exited(4)] && started.identity.pid > 1 }
        try folder.write("", to: "go4")
        try await eventually("a ends, nobody knows how") { life.exits("a#1") == [.unknown] }
        #expect(folder.read("a.log") == lines + "4\n")
        #expect(life.exits("b#1") == [])
        life.spawner.signal("b#1", .kill)
        try await eventually("b is gone") { !life.exits("b#1").isEmpty }
        life.spawner.close(.finished)
    }

    @Test func linesAreGapless_overRotation_andOverGhosts() async throws {
        var plan = OutputPlan(rotateBytes: 20_000, keep: 100)
        plan.age = nil
        var current = try life()
        _ = try current.start(
            "a",
            1,
            "i=0; while [ $i -lt 40000 ]; do i=$((i+1)); echo $i; done; sleep 0.2",
            plan: plan
        )
        for _ in 0..<3 {
            current.spawner.close(.leaving)
            current = try life()
        }
        let last = current
        try await eventually("it ends") {
            last.exits("a#1") == [.exited(0)]
                || last.inherited.contains { if case .ended = $0 { true } else { false } }
        }
        let names = try Folder.entries(of: folder.path).filter { $0.hasPrefix("a.log") }
        let ordered = names.sorted { (Int($0.dropFirst(6)) ?? 0) > (Int($1.dropFirst(6)) ?? 0) }
        let text = ordered.map { folder.read($0) ?? "" }.joined()
        #expect(names.count > 5)
        #expect(text.split(separator: "\n").compactMap { Int($0) } == Array(1...40_000))
        last.spawner.acknowledge(RunID(daemon: try #require(DaemonName("a")), number: 1))
        last.spawner.close(.finished)
    }

    @Test func strays_areFoundByTheirMark() async throws {
        let life = try life()
        _ = try life.start("a", 1, "exec sleep 1000")
        let stray = SystemSpawner()
        let ended = Mutex(false)
        let request = SpawnRequest(
            executable: "/bin/sleep",
            arguments: ["sleep", "1000"],
            environment: ["GHOST_RUN": "\(life.spawner.project)/old#7"],
            workingDirectory: "/",
            output: .nowhere
        )
        _ = try stray.spawn(request) { _ in ended.withLock { $0 = true } }
        // What a process carries is not to be seen in the first instant of its program.
        try await eventually("it is found") { life.spawner.killStrays(except: []) == 1 }
        try await eventually("it is gone") { ended.withLock { $0 } }
        #expect(life.exits("a#1") == [])
        life.spawner.signal("a#1", .kill)
        try await eventually("a is gone") { life.exits("a#1") == [.signaled(SIGKILL)] }
        life.spawner.close(.finished)
    }
}
