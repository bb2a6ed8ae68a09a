import GhostClient
import GhostModel
import GhostTestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The rows of docs/fault-matrix.md that need the real program: whatever goes wrong, no daemon is touched.
struct FaultMatrixTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func name(_ text: String) throws -> DaemonName { try #require(DaemonName(text)) }

    /// Runs a line of shell in the test's folder and waits for its end.
    private func shell(_ script: String) async throws {
        let run = try GhostProgram.startInShell(script, in: folder)
        try await eventually("\(script) ends") { run.exit != nil }
        guard run.exit == .exited(0) else { throw TestFailure("\(script): \(run.output)") }
    }

    /// Lets the state folder be a file system of its own, of four mebibytes.
    private func withOwnStateFileSystem(_ body: () async throws -> Void) async throws {
        try await shell("mkdir -p .ghost && mount -t tmpfs -o size=4m,mode=700 tmpfs .ghost")
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
        try? await shell("umount -l .ghost")
        try outcome.get()
    }

    private func pid(_ daemon: String, _ client: GhostClient) async throws -> Int32? {
        try await client.daemon(name(daemon)).pid
    }

    /// Kills one daemon and waits for its replacement; the other must not notice.
    private func killOneAndWait(_ client: GhostClient, _ what: String) async throws {
        let (victim, witness) = (try await pid("victim", client), try await pid("witness", client))
        kill(try #require(victim), SIGKILL)
        try await eventually("\(what): it is back") {
            let now = try await client.daemon(name("victim"))
            return now.phase == .up && now.pid != nil && now.pid != victim
        }
        #expect(try await pid("witness", client) == witness, "\(what): the other was touched")
    }

    private static let two = """
        daemons:
          victim: { command: sleep 1000, restart: { backoff: { base: 0s } } }
          witness: { command: "while :; do echo still here; sleep 0.1; done", shell: true }
        """

    @Test(.enabled(if: canMount))
    func aFullDisk_touchesNoDaemon() async throws {
        try await withOwnStateFileSystem {
            try await withGhostUp(Self.two, in: folder) { ghost, client in
                try await eventually("both are up") { try await client.daemons().allSatisfy { $0.phase == .up } }
                try await shell(
                    "dd if=/dev/zero of=.ghost/filler bs=64k 2>/dev/null; dd if=/dev/zero of=.ghost/rest bs=1 count=70000 2>/dev/null; true"
                )
                try await killOneAndWait(client, "full disk")
                let stop = try await GhostProgram.run("stop", "victim", in: folder)
                #expect(stop.output == "victim stopped\n", "orders are carried out: \(stop.output)")
                _ = try await GhostProgram.run("start", "victim", in: folder)
                try await eventually("it is told") {
                    ghost.output.contains("No space left on device")
                        && ghost.output.contains("a manual stop may be forgotten")
                }
                try await shell("rm .ghost/filler .ghost/rest")
                try await killOneAndWait(client, "room again")
                try await eventually("what happened is kept again") {
                    try await client.events(after: nil, limit: 100).trouble == nil
                }
                let before = folder.read(".ghost/logs/daemons/witness.log")?.count ?? 0
                try await eventually("its output goes on") {
                    (folder.read(".ghost/logs/daemons/witness.log")?.count ?? 0) > before
                }
            }
        }
    }

    @Test(.enabled(if: canMount))
    func aStateFolderThatBecomesReadOnly_touchesNoDaemon() async throws {
        try await withOwnStateFileSystem {
            try await withGhostUp(Self.two, in: folder) { _, client in
                try await eventually("both are up") { try await client.daemons().allSatisfy { $0.phase == .up } }
                let (victim, witness) = (try await pid("victim", client), try await pid("witness", client))
                try await shell("mount -o remount,ro .ghost 2>/dev/null || mount -o remount,ro,bind .ghost || true")
                kill(try #require(victim), SIGKILL)
                // A new process needs a file for its output; until there is one, its start is tried again and again.
                try await eventually("it is back, or tried again with the reason") {
                    let now = try await client.daemon(name("victim"))
                    return now.phase == .up && now.pid != victim
                        || now.phase == .backoff && now.reason?.contains("Read-only file system") == true
                }
                #expect(try await pid("witness", client) == witness)
                try await shell("mount -o remount,rw .ghost 2>/dev/null || mount -o remount,rw,bind .ghost || true")
                try await eventually("it is back") {
                    let now = try await client.daemon(name("victim"))
                    return now.phase == .up && now.pid != victim
                }
                #expect(try await pid("witness", client) == witness)
            }
        }
    }

    @Test(.enabled(if: canMount))
    func aStateFolderThatIsReadOnlyFromTheStart_isRefusedBeforeAnythingStarts() async throws {
        try await withOwnStateFileSystem {
            try await shell("mount -o remount,ro .ghost")
            try folder.write("daemons: { a: \"touch started\" }\n", to: "ghost.yaml")
            let outcome = try await GhostProgram.run("up", "--port", "0", "--status-port", "0", in: folder)
            #expect(outcome.exit == .exited(77), "\(outcome.output)")
            #expect(outcome.output.contains("Read-only file system"), "\(outcome.output)")
            #expect(folder.read("started") == nil)
        }
    }

    @Test(.enabled(if: geteuid() == 0))
    func noMoreProcesses_isASpawnFailureThatNamesTheLimit() async throws {
        let configuration = """
            daemons:
              first: { command: sleep 1000, user: nobody, cwd: /, replicas: 3 }
              second: { command: sleep 1000, user: nobody, cwd: /, needs: [first], limits: { processes: 1 } }
            """
        try await withGhostUp(configuration, in: folder) { _, client in
            try await eventually("it is told") {
                let second = try await client.daemon(name("second"))
                return second.phase == .backoff && second.reason?.contains("the limit of processes is reached") == true
            }
            #expect(try await client.daemon(name("second")).statistics?.deaths == 0, "that is no death")
            #expect(try await client.daemon(name("first@1")).phase == .up)
        }
    }

    @Test func tooFewDescriptors_areToldBeforeAnythingStarts() async throws {
        let daemons = (0..<40).map { "  d\($0): \"touch started\"\n" }.joined()
        try folder.write("daemons:\n\(daemons)", to: "ghost.yaml")
        let ghost = try GhostProgram.startInShell("ulimit -n 64; exec \"$0\" up --port 0 --status-port 0", in: folder)
        try await eventually("ghost ends") { ghost.exit != nil }
        #expect(ghost.exit == .exited(71))
        #expect(
            ghost.output
                == "ghost: 40 daemons need about 224 open files, and only 64 are allowed; raise the limit (ulimit -n, or "
                + "LimitNOFILE= of a service) or declare fewer\n"
        )
        #expect(folder.read("started") == nil)
    }

    @Test func tooManyDaemonsForTheDescriptors_areRefusedByReloadToo() async throws {
        try folder.write("daemons:\n  d: sleep 1000\n", to: "ghost.yaml")
        let ghost = try GhostProgram.startInShell("ulimit -n 200; exec \"$0\" up --port 0 --status-port 0", in: folder)
        defer { ghost.send(SIGTERM) }
        try await eventually("it is up") { ghost.output.contains("d ready") }
        let many = (0..<40).map { "  d\($0): \"touch started\"\n" }.joined()
        try folder.write("daemons:\n  d: sleep 1000\n\(many)", to: "ghost.yaml")
        let reload = try await GhostProgram.run("reload", in: folder)
        #expect(reload.exit == .exited(65), "\(reload.output)")
        #expect(
            reload.output.contains("41 daemons need about 228 open files, and only 200 are allowed; raise the limit"),
            "\(reload.output)"
        )
        #expect(folder.read("started") == nil)
        ghost.send(SIGTERM)
        try await eventually("ghost ends") { ghost.exit != nil }
    }

    @Test func aStoppedProcess_isStillStopped() async throws {
        let configuration = """
            daemons:
              frozen: { command: sleep 1000, stop: { grace: 300ms } }
              silent: { command: "while :; do echo x; sleep 0.1; done", shell: true, alive: { silent_for: 1s, every: 200ms }, stop: { grace: 300ms } }
              witness: sleep 1000
            """
        try await withGhostUp(configuration, in: folder) { _, client in
            try await eventually("all are up") { try await client.daemons().allSatisfy { $0.phase == .up } }
            let witness = try await pid("witness", client)
            let silent = try await pid("silent", client)
            kill(try #require(try await pid("frozen", client)), SIGSTOP)
            kill(try #require(silent), SIGSTOP)
            let stop = try await GhostProgram.run("stop", "frozen", in: folder)
            #expect(stop.output == "frozen stopped\n", "\(stop.output)")
            try await eventually("whoever fell silent is replaced") {
                let now = try await client.daemon(name("silent"))
                return now.phase == .up && now.pid != silent
            }
            #expect(try await pid("witness", client) == witness)
        }
    }

    @Test func damagedState_costsNoDaemon() async throws {
        let configuration = "daemons: { a: sleep 1000, b: sleep 1000 }\n"
        try folder.write(configuration, to: "ghost.yaml")
        let ghost = try GhostProgram.start(["up", "--port", "0", "--status-port", "0"], in: folder)
        try await eventually("both run") {
            ghost.output.contains("a started") && ghost.output.contains("b started")
                && folder.read(".ghost/supervision.json") != nil && folder.read(".ghost/state.sqlite") != nil
        }
        let pids = ghost.output.split(separator: "\n").filter { $0.contains(" started (") }.compactMap {
            $0.split(separator: " ").last.flatMap { Int32($0.dropLast()) }
        }
        ghost.send(SIGKILL)
        try await eventually("ghost is gone") { ghost.exit != nil }
        try await shell(
            "cd .ghost && for f in supervision.json state.sqlite runs/* exits/* next-task; do "
                + "[ -f \"$f\" ] && echo 'this is not what it was' > \"$f\"; done; rm -f state.sqlite-wal state.sqlite-shm; true"
        )
        try await withGhostUp(configuration, in: folder) { next, client in
            try await eventually("both are there") { try await client.daemons().allSatisfy { $0.phase == .up } }
            #expect(Set(try await client.daemons().compactMap(\.pid)) == Set(pids), "they went on: \(next.output)")
            #expect(next.output.contains("supervision.json is damaged"), "\(next.output)")
            #expect(next.output.contains("is not a run record"), "\(next.output)")
            // The monitor and the journal begin anew.
            try await eventually("what happens is kept") {
                let page = try await client.events(after: nil, limit: 10)
                return page.trouble == nil && !page.events.isEmpty
            }
        }
    }

    /// Whether this user may mount file systems here.
    private static let canMount: Bool = {
        guard geteuid() == 0 else { return false }
        #if os(Linux)
        guard let folder = try? TemporaryFolder() else { return false }
        guard mount("tmpfs", folder.path, "tmpfs", 0, "size=64k") == 0 else { return false }
        umount(folder.path)
        return true
        #else
        return false
        #endif
    }()
}
