import GhostModel
import GhostSystem
import GhostTestSupport
import Synchronization
import Testing

@testable import GhostSupervision

/// When the spawner may forget the end of a run.
struct AcknowledgementTests {
    /// A spawner that remembers what it was told may be forgotten, and may have runs of an earlier Ghost.
    private final class ForgetfulSpawner: Spawner {
        private let real = SystemSpawner()
        let forgotten = Mutex<[String]>([])
        let inherited: [InheritedRun]

        init(inherited: [InheritedRun] = []) { self.inherited = inherited }

        func spawn(
            _ request: SpawnRequest,
            onExit: @escaping @Sendable (ProcessExit) -> Void
        ) throws(SpawnError) -> any RunningProcess {
            try real.spawn(request, onExit: onExit)
        }

        func takeOver(_ onEvent: @escaping @Sendable (SpawnerEvent) -> Void) -> [InheritedRun] { inherited }
        func acknowledge(_ run: RunID) { forgotten.withLock { $0.append(run.description) } }
    }

    /// Lines that do not reach the kernel before they are let go.
    private final class SlowLines: Sendable {
        private struct State {
            var waiting: [@Sendable () -> Void] = []
            var isOpen = false
        }
        private let state = Mutex(State())

        func after(_ then: @escaping @Sendable () -> Void) {
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(then) }
                return state.isOpen
            }
            if isOpen { then() }
        }

        func open() {
            let waiting = state.withLock { state in
                state.isOpen = true
                defer { state.waiting = [] }
                return state.waiting
            }
            for then in waiting { then() }
        }
    }

    private struct Saved: Decodable {
        struct Supervision: Decodable {
            struct Daemon: Decodable { var endedRun: Int }
            var daemons: [String: Daemon]
        }
        var supervision: Supervision
    }

    private func endedRun(_ project: Project) throws -> Int? {
        guard let text = project.folder.read("supervision.json") else { return nil }
        return try JSONText.decode(Saved.self, from: Array(text.utf8)).supervision.daemons["a"]?.endedRun
    }

    @Test func anEndIsKept_untilItsLinesAndTheFileAreWritten() async throws {
        let project = try Project()
        let spawner = ForgetfulSpawner()
        let lines = SlowLines()
        // It ends once and stays.
        let script = "if [ -e again ]; then exec sleep 1000; fi; touch again; exit 3"
        let path = project.folder.path("supervision.json")
        try await project.supervising(
            [project.shell("a", script, restart: project.eager)],
            adjust: { ports in
                ports.spawner = spawner
                ports.afterTelling = lines.after
                ports.memory = SupervisionFile(path: path)
            }
        ) {
            defer { lines.open() }
            try await eventually("the next run is up without waiting for any of it") {
                project.status("a")?.run == "a#2" && project.status("a")?.phase == .up
            }
            #expect(spawner.forgotten.withLock { $0 } == [])
            #expect(try endedRun(project) ?? 0 == 0, "what is not told is not written down as told")
            lines.open()
            try await eventually("then it is forgotten") { spawner.forgotten.withLock { $0 } == ["a#1"] }
            #expect(try endedRun(project) == 1)
        }
        #expect(spawner.forgotten.withLock { $0 } == ["a#1", "a#2"])
    }

    @Test func linesThatStandAreNotWrittenAgain_andALogThatIsGoneIsSaid() async throws {
        let project = try Project()
        let path = project.folder.path("supervision.json")
        let mark = LogMark(device: 1, inode: 2, born: 3, offset: 4)
        let spawner = ForgetfulSpawner(
            inherited: [.ended(run("a", 2), ProcessExit(status: .exited(3)), at: Timestamp(milliseconds: 1_000_000))]
        )
        let asked = Mutex<[ComponentKind: LogMark?]>([:])
        // What the file marks is what the next Ghost asks for.
        for isMarked in [false, true] {
            try await project.supervising(
                [project.shell("a", "exec sleep 1000")],
                adjust: { ports in
                    if isMarked { ports.spawner = spawner }
                    ports.memory = SupervisionFile(path: path)
                    ports.logMarks = { [.sentinel: mark, .lifecycle: mark, .watchdog: mark] }
                    ports.logRest = { log, mark throws(LogMarkLost) in
                        asked.withLock { $0[log] = mark }
                        guard isMarked else { return [] }
                        guard log != .watchdog else { throw LogMarkLost(path: "/watchdog", reason: .gone) }
                        // One of the two logs has the line.
                        guard log == .sentinel else { return [] }
                        return Array("[1970-01-01T00:16:40.000Z] ❌ a NOT running exit=3 run=a#2\n".utf8)
                    }
                }
            ) {
                try await eventually("it is up") { project.status("a")?.phase == .up }
            }
            #expect(asked.withLock { $0[.sentinel] } == (isMarked ? mark : nil))
        }
        #expect(project.sentinel.texts.filter { $0.hasSuffix("exit=3 run=a#2") } == [])
        #expect(project.governor.texts.count { $0.hasSuffix("run=a#2") } == 1)
        let texts = project.events.map(\.description)
        #expect(
            texts.contains {
                $0.hasSuffix(
                    "what was told last cannot be read back, and may be told again: the file that was /watchdog is gone"
                )
            },
            "\(texts)"
        )
    }

    @Test func endsOfAnEarlierGhost_areToldInTheirOrder_andNumbersAreNotUsedAgain() async throws {
        let project = try Project()
        let at = Timestamp(milliseconds: 1_000_000)
        let spawner = ForgetfulSpawner(
            inherited: [10, 9].map { .ended(run("a", $0), ProcessExit(status: .exited(Int32($0))), at: at) }
        )
        let path = project.folder.path("supervision.json")
        try await project.supervising(
            [project.shell("a", "exec sleep 1000")],
            adjust: { ports in
                ports.spawner = spawner
                ports.memory = SupervisionFile(path: path)
            }
        ) {
            try await eventually("the next run is up") { project.status("a")?.run == "a#11" }
            try await eventually("both are forgotten") { spawner.forgotten.withLock { $0 } == ["a#9", "a#10"] }
            #expect(try endedRun(project) == 10, "a Ghost that is killed now leaves no doubt about the numbers")
        }
        let told = project.events.compactMap { event in
            if case .ended(let end) = event { end.exit } else { nil }
        }
        #expect(told.prefix(2) == [.exited(9), .exited(10)])
    }
}
