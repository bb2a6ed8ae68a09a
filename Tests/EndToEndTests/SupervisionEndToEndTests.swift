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

struct SupervisionEndToEndTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Three real programs that need each other; `db` is ready once it has made its file.
    private let threeDaemons = """
        daemons:
          api: { command: "echo api says hello; exec sleep 1000", shell: true, needs: [db] }
          worker: { command: sleep 1000, needs: { api: started } }
          db:
            command: "sleep 0.1; touch db.ready; exec sleep 1000"
            shell: true
            ready: { command: [test, -e, db.ready] }
            stop: { grace: 2s }
        """

    @Test func aKilledDaemon_isBackAndSeenInEveryView() async throws {
        try await withGhostUp(threeDaemons, in: folder) { ghost, client in
            try await eventually("everything is up and healthy") {
                let data = try await client.orchestration()
                return data.overallHealth == .healthy && data.daemons.up == 3 && data.activeComponents == 5
            }
            let before = try await pids(client)
            #expect(before.count == 3)
            let victim = try #require(before["api"])

            kill(victim, SIGKILL)
            try await eventually("the restart is in the logs' state") {
                let data = try await client.orchestration()
                return data.watchdog.restartCount == 1 && data.daemons.up == 3
            }
            let data = try await client.orchestration()
            #expect(data.watchdog.lastRestart != nil)
            #expect(data.watchdog.perDaemon["api"]?.restartCount == 1)
            #expect(data.sentinel.daemons["api"]?.transitions == 2)
            #expect(data.sentinel.recentErrors.contains { $0.contains("api NOT running exit=signal:9") })

            let api = try #require(try await client.daemons().first { $0.name.text == "api" })
            #expect(api.restarts == 1)
            #expect(api.lastExit == "signal:9")
            #expect(api.run == "api#2")
            let after = try await pids(client)
            #expect(after["api"] != victim)
            #expect(after["db"] == before["db"])
            #expect(after["worker"] == before["worker"])
            #expect(kill(victim, 0) != 0)
            #expect(folder.read(".ghost/logs/daemons/api.log") == "api says hello\napi says hello\n")

            #expect(try await ghost.stop() == .exited(0))
            for pid in after.values { #expect(kill(pid, 0) != 0, "\(pid) is still there") }
            let log = try #require(folder.read(".ghost/logs/lifecycle-status.log"))
            let released = log.split(separator: "\n").compactMap { line in
                line.split(separator: " ").dropFirst().first == "released" ? line.split(separator: " ")[2] : nil
            }
            #expect(released == ["worker", "api", "db"])
        }
    }

    @Test func aDaemonThatDiesAtOnce_takesNobodyWithIt() async throws {
        let configuration = """
            daemons:
              steady: sleep 1000
              doomed:
                command: "false"
                restart: { backoff: { base: 10ms, cap: 20ms }, crash_loop: { deaths: 3, within: 1m, retry: 1h } }
            """
        try await withGhostUp(configuration, in: folder) { ghost, client in
            try await eventually("the crash loop is noticed") {
                try await client.daemons().contains { $0.name.text == "doomed" && $0.phase == .crashLooping }
            }
            let steady = try #require(try await client.daemons().first { $0.name.text == "steady" })
            #expect(steady.phase == .up)
            #expect(steady.run == "steady#1")
            try await eventually("the logs say so too") {
                let data = try await client.orchestration()
                return data.overallHealth == .critical && data.daemons.names == ["doomed"]
                    && data.watchdog.perDaemon["doomed"]?.crashLooping == true
            }
            #expect(
                try await client.orchestration().reasons.contains { $0.line?.contains("doomed NOT running") == true }
            )
        }
    }

    @Test func aTaskInTheInbox_runsAndIsCounted() async throws {
        let configuration = "daemons: { steady: sleep 1000 }\ntasks: { inbox: inbox }\n"
        try await withGhostUp(configuration, in: folder) { _, client in
            try await eventually("the inbox is there") { access(folder.path("inbox/.done"), F_OK) == 0 }
            try folder.write("echo done > result", to: "inbox/good.sh")
            try folder.write("exit 3", to: "inbox/bad.sh")
            try await eventually("both tasks are counted") {
                let executor = try await client.orchestration().executor
                return executor.completedTasks == 1 && executor.failedTasks == 1 && executor.activeTasks == 0
            }
            #expect(folder.read("result") == "done\n")
        }
    }

    @Test func troubleInTheMonitor_neverTouchesADaemon() async throws {
        try await withGhostUp("daemons: { steady: sleep 1000 }\n", in: folder) { _, client in
            try await eventually("it is healthy") { try await client.orchestration().overallHealth == .healthy }
            try await eventually("it is up") { try await client.daemons().first?.phase == .up }
            let before = try await pids(client)
            let log = folder.path(".ghost/logs/watchdog-restarts.log")
            unlink(log)
            mkdir(log, 0o755)
            try await eventually("the component is in error") {
                try await client.orchestration().watchdog.status == .error
            }
            #expect(try await pids(client) == before)
            rmdir(log)
        }
    }

    @Test(arguments: ["> /dev/full", "| head -n 1", ">&-"])
    func lostOutput_neverStopsSupervision(redirection: String) async throws {
        try folder.write("daemons: { steady: sleep 1000 }\n", to: "ghost.yaml")
        let ghost = try GhostProgram.startInShell("\"$0\" up --port 0 --status-port 0 \(redirection)", in: folder)
        try await eventually("it answers over its socket") {
            try await GhostProgram.run("status", in: folder).exit == .exited(0)
        }
        let client = GhostClient(.unixSocket(path: folder.path(".ghost/ghost.sock")))
        try await eventually("it is up") { try await client.daemons().first?.phase == .up }
        let victim = try #require(try await pids(client)["steady"])
        kill(victim, SIGKILL)
        try await eventually("it still supervises") {
            let now = try await pids(client)["steady"]
            return now != nil && now != victim
        }
        try await client.shutdown()
        // The shell may not hand a signal on to Ghost, so it is asked by name.
        #expect(try await GhostProgram.run("down", in: folder).exit == .exited(0))
        try await eventually("the shell ends with it") { ghost.exit != nil }
    }

    @Test(arguments: [SIGHUP, SIGQUIT, SIGINT])
    func aSignalThatEndsPrograms_stopsTheDaemonsInOrder(signal: Int32) async throws {
        try await withGhostUp("daemons: { steady: sleep 1000 }\n", in: folder) { ghost, client in
            try await eventually("it is up") { try await client.daemons().first?.phase == .up }
            let daemon = try #require(try await pids(client)["steady"])
            ghost.send(SIGUSR1)
            ghost.send(signal)
            try await eventually("it ends") { ghost.exit != nil }
            #expect(ghost.exit == .exited(0))
            #expect(kill(daemon, 0) != 0)
        }
    }

    @Test func aControlSocketThatCannotBe_neverStopsSupervision() async throws {
        try folder.write("", to: ".ghost/ghost.sock/in-the-way")
        try await withGhostUp("daemons: { steady: sleep 1000 }\n", in: folder) { ghost, client in
            try await eventually("it is up") { try await client.daemons().first?.phase == .up }
            #expect(ghost.output.contains("\"ghost status\" will not find this Ghost"))
        }
    }

    private func pids(_ client: GhostClient) async throws -> [String: Int32] {
        let daemons = try await client.daemons()
        return Dictionary(
            uniqueKeysWithValues: daemons.compactMap { daemon in daemon.pid.map { (daemon.name.text, $0) } }
        )
    }
}
