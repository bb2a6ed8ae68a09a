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
