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

/// Probes that daemons answer by what they write and say, and the clock, with the real program.
struct OutputProbeEndToEndTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func name(_ text: String) throws -> DaemonName { try #require(DaemonName(text)) }

    @Test func aLineMakesADaemonReady_alsoForTheNextGhost() async throws {
        let configuration = """
            daemons:
              db:
                command: "echo starting; while [ ! -e go ]; do sleep 0.02; done; echo 'listening on port 5432'; exec sleep 1000"
                shell: true
                ready: { log: { pattern: "listening on port [0-9]+$" } }
              api: { command: sleep 1000, needs: [db] }
            """
        try folder.write(configuration, to: "ghost.yaml")
        let ghost = try GhostProgram.start(["up", "--port", "0", "--status-port", "0"], in: folder)
        try await eventually("the first line is there") {
            folder.read(".ghost/logs/daemons/db.log") == "starting\n"
        }
        #expect(!ghost.output.contains("db ready"), "\(ghost.output)")
        try folder.write("", to: "go")
        try await eventually("it is ready") { ghost.output.contains("db ready") }
        try await eventually("what needs it is up, and that is written down") {
            ghost.output.contains("api ready")
                && folder.read(".ghost/supervision.json")?.contains(#""seen":["/listening"#) == true
        }
        ghost.send(SIGKILL)
        try await eventually("ghost is gone") { ghost.exit != nil }
        try await withGhostUp(configuration, in: folder) { _, client in
            try await eventually("it is ready still") { try await client.daemon(name("db")).readiness == .ready }
            #expect(try await client.daemon(name("db")).run == "db#1", "it went on")
        }
    }

    @Test func aDaemonThatFallsSilentIsRestarted() async throws {
        let configuration = """
            daemons:
              talker:
                command: "echo hello; exec sleep 1000"
                shell: true
                alive: { silent_for: 1s }
              chatter: { command: "while :; do echo x; sleep 0.2; done", shell: true, alive: { silent_for: 1s } }
            """
        try await withGhostUp(configuration, in: folder) { _, client in
            try await eventually("it is restarted") { try await client.daemon(name("talker")).restarts >= 1 }
            #expect(try await client.daemon(name("chatter")).restarts == 0)
        }
    }

    @Test func aDaemonSaysThatItIsReady() async throws {
        let python = "/usr/bin/python3"
        guard access(python, X_OK) == 0 else { return }
        let script = """
            import os, socket, time
            print("up", flush=True)
            while not os.path.exists("go"): time.sleep(0.02)
            s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            s.sendto(b"STATUS=serving \\x1b[2J of 9\\nREADY=1", os.environ["NOTIFY_SOCKET"])
            while not os.path.exists("end"): time.sleep(0.02)
            """
        try folder.write(script, to: "d.py")
        try await withGhostUp("daemons: { d: { command: python3 d.py, ready: { notify: true } } }\n", in: folder) {
            _,
            client in
            try await eventually("it runs") { folder.read(".ghost/logs/daemons/d.log") == "up\n" }
            #expect(try await client.daemon(name("d")).readiness != .ready)
            try folder.write("", to: "go")
            try await eventually("it is ready") { try await client.daemon(name("d")).readiness == .ready }
            let said = try await client.daemon(name("d")).statusText
            #expect(said == "serving \u{FFFD}[2J of 9")
            let wide = try await GhostProgram.run("ps", "--wide", in: folder)
            #expect(wide.output.contains("d#1") && wide.output.contains("serving \u{FFFD}[2J of 9"), "\(wide.output)")
            let status = try await GhostProgram.run("status", in: folder)
            #expect(status.output.contains("says \"serving \u{FFFD}[2J of 9\""), "\(status.output)")
            try folder.write("", to: "end")
            try await eventually("what a former process said is not shown of the next") {
                let daemon = try await client.daemon(name("d"))
                return daemon.restarts >= 1 && daemon.statusText == nil
            }
        }
    }

    @Test func aDaemonIsStartedByTheClock() async throws {
        let configuration = "daemons: { tick: { command: echo tick, schedule: { every: 1s } } }\n"
        try await withGhostUp(configuration, in: folder) { _, client in
            try await eventually("it ran twice") {
                folder.read(".ghost/logs/daemons/tick.log")?.hasPrefix("tick\ntick\n") == true
            }
            #expect(try await client.daemon(name("tick")).restarts == 0)
        }
    }
}
