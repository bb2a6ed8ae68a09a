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

/// What survives the end of Ghost, with the real program.
struct MemoryEndToEndTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func name(_ text: String) throws -> DaemonName { try #require(DaemonName(text)) }

    /// Runs Ghost for the length of `body`, kills it, and leaves its daemons to the next one.
    private func withKilledGhost(_ configuration: String, _ body: (GhostClient) async throws -> Void) async throws {
        try folder.write(configuration, to: "ghost.yaml")
        let ghost = try GhostProgram.start(["up", "--port", "0", "--status-port", "0"], in: folder)
        try await eventually("ghost listens") { ghost.port != nil }
        let client = GhostClient(.http(host: "127.0.0.1", port: ghost.port ?? 0))
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(client)) } catch { outcome = .failure(error) }
        try await client.shutdown()
        try outcome.get()
        ghost.send(SIGKILL)
        try await eventually("ghost is gone") { ghost.exit != nil }
    }

    @Test func aManualStopSurvivesAKillOfGhost() async throws {
        let configuration = "daemons: { x: sleep 1000, y: sleep 1000 }\n"
        var before: Int32?
        try await withKilledGhost(configuration) { client in
            try await eventually("both are up") { try await client.daemons().allSatisfy { $0.phase == .up } }
            before = try await client.daemon(name("y")).pid
            let stop = try await GhostProgram.run("stop", "x", in: folder)
            #expect(stop.output == "x stopped\n")
        }
        try await withGhostUp(configuration, in: folder) { _, client in
            try await eventually("y is up") { try await client.daemon(name("y")).phase == .up }
            #expect(try await client.daemon(name("y")).pid == before, "it went on")
            let stopped = try await client.daemon(name("x"))
            #expect(stopped.want == .down)
            #expect(stopped.phase == .down)
            #expect(stopped.pid == nil)
            let start = try await GhostProgram.run("start", "x", in: folder)
            #expect(start.output.hasPrefix("x started (PID "), "\(start.output)")
            #expect(try await client.daemon(name("x")).run == "x#2")
        }
    }

    @Test func aCrashLoopAndItsPauseSurviveAKillOfGhost() async throws {
        let configuration = """
            daemons:
              doomed:
                command: "false"
                restart: { backoff: { base: 10ms, cap: 20ms }, crash_loop: { deaths: 3, within: 1m, retry: 1h } }
            """
        var deaths = 0
        try await withKilledGhost(configuration) { client in
            try await eventually("the crash loop is noticed") {
                try await client.daemon(name("doomed")).phase == .crashLooping
            }
            try await eventually("it is written down") {
                folder.read(".ghost/supervision.json")?.contains(#""crashLooping":true"#) == true
            }
            deaths = try await client.daemon(name("doomed")).statistics?.deaths ?? 0
        }
        try await withGhostUp(configuration, in: folder) { _, client in
            try await eventually("it waits as before") {
                try await client.daemon(name("doomed")).phase == .crashLooping
            }
            let status = try await client.daemon(name("doomed"))
            #expect(status.statistics?.deaths == deaths, "nothing was tried")
            #expect(status.nextAttemptAt != nil)
        }
    }

    @Test func anEndThatWasHalfTold_isToldToItsEndAndCountedOnce() async throws {
        let configuration = "daemons: { x: { command: sleep 1000, restart: { backoff: { base: 10ms, cap: 20ms } } } }\n"
        var pid: Int32?
        try await withKilledGhost(configuration) { client in
            try await eventually("it is up and that is remembered") {
                pid = try await client.daemon(name("x")).pid
                return pid != nil && folder.read(".ghost/supervision.json")?.contains(#""lastRun":1"#) == true
            }
        }
        kill(try #require(pid), SIGKILL)
        try await eventually("the keeper has written down how it ended") {
            access(folder.path(".ghost/exits/x#1"), F_OK) == 0
        }
        // As if Ghost had been killed after the first of the lines that tell it.
        let sentinel = ".ghost/logs/sentinel-status.log"
        let line = "❌ x NOT running exit=signal:9 run=x#1\n"
        try folder.write(try #require(folder.read(sentinel)) + "[\(Timestamp(milliseconds: 0))] \(line)", to: sentinel)
        try await withGhostUp(configuration, in: folder) { ghost, client in
            try await eventually("the next run is up, and counted") {
                let status = try await client.daemon(name("x"))
                return status.run == "x#2" && status.phase == .up && status.statistics?.restartsSucceeded == 1
            }
            #expect(try await client.daemon(name("x")).statistics?.deaths == 1)
            try await eventually("all of it is in the logs' state") {
                let data = try await client.orchestration()
                return data.watchdog.restartCount == 1 && data.daemons.up == 1
            }
            #expect(!ghost.output.contains("cannot be read back"), "\(ghost.output)")
        }
        func count(_ text: String, _ file: String) -> Int {
            (folder.read(".ghost/logs/\(file)") ?? "").split(separator: "\n").count { $0.hasSuffix(text) }
        }
        #expect(count("❌ x NOT running exit=signal:9 run=x#1", "sentinel-status.log") == 1, "it stood already")
        #expect(count(" exit=signal:9 run=x#1", "lifecycle-status.log") == 1, "it was missing")
        #expect(count(" run=x#2", "watchdog-restarts.log") == 1)
    }

    @Test func aDamagedFileIsMovedAsideAndTold() async throws {
        try folder.write("{ not json", to: ".ghost/supervision.json")
        try await withGhostUp("daemons: { x: sleep 1000 }\n", in: folder) { ghost, client in
            try await eventually("it is up") { try await client.daemon(name("x")).phase == .up }
            #expect(ghost.output.contains("supervision.json is damaged; it was moved to "), "\(ghost.output)")
            #expect(folder.read(".ghost/supervision.json.unreadable") == "{ not json")
        }
        #expect(folder.read(".ghost/supervision.json")?.contains(#""course":"stopped""#) == true)
    }

    @Test func aFileOfALaterVersionIsNotReplacedUnseen() async throws {
        try folder.write(#"{"version":99}"#, to: ".ghost/supervision.json")
        try await withGhostUp("daemons: { x: sleep 1000 }\n", in: folder) { ghost, _ in
            try await eventually("it is told") {
                ghost.output.contains("supervision.json was written by another version of Ghost; it was moved to ")
            }
            #expect(folder.read(".ghost/supervision.json.unreadable") == #"{"version":99}"#)
        }
    }
}
