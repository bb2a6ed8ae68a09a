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

/// Processes that are no longer what was declared, with the real program.
struct DriftEndToEndTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func name(_ text: String) throws -> DaemonName { try #require(DaemonName(text)) }

    @Test func driftIsToldShownEverywhereAndCleared() async throws {
        try folder.write("#!/bin/sh\nexec sleep 1000\n", to: "app/run.sh", mode: 0o755)
        try folder.write("A=1\n", to: "vars")
        let configuration = """
            sentinel: { every: 1s }
            daemons:
              script: { command: ./run.sh, cwd: app }
              vars: { command: sleep 1000, env_file: vars }
              deaf: { command: sleep 1000, ports: 9 }
              bound: { command: sleep 1000, limits: { memory: 100kB }, drift: { memory: ignore } }
            """
        try await withGhostUp(configuration, in: folder) { ghost, client in
            try await eventually("a port that nobody listens on is found") {
                try await client.daemon(name("deaf")).drift.map(\.kind) == [.port]
            }
            #expect(try await client.daemon(name("script")).drift.isEmpty, "nothing is found where nothing has changed")
            #expect(try await client.daemon(name("deaf")).drift.first?.evidence == "nobody listens on port 9")
            try folder.write("#!/bin/sh\nexec sleep 2000\n", to: "app/run.sh", mode: 0o755)
            try folder.write("A=2\n", to: "vars")
            try await eventually("both are found") {
                let script = try await client.daemon(name("script")).drift
                let vars = try await client.daemon(name("vars")).drift
                return script.map(\.kind) == [.program] && vars.map(\.kind) == [.environment]
            }
            let path = folder.path("app/run.sh")
            #expect(ghost.output.contains("script is not what was declared (program): \(path) was changed"))
            let ps = try await GhostProgram.run("ps", in: folder)
            #expect(ps.output.contains("drift: program"), "\(ps.output)")
            let why = try await GhostProgram.run("why", "script", in: folder)
            #expect(why.output.contains("Not as declared (program): \(path) was changed since it was started."))
            try await eventually("the monitor reads it") {
                try await client.orchestration().sentinel.daemons["script"]?.drift == ["program"]
            }
            // A restart is another run of the new program; a reload takes the variables over.
            _ = try await GhostProgram.run("restart", "script", in: folder)
            #expect(try await GhostProgram.run("reload", in: folder).output.contains("restart vars: env: ~A"))
            try await eventually("it is over") {
                let daemons = try await client.daemons()
                return daemons.filter { !$0.drift.isEmpty }.map(\.name.text) == ["deaf"]
            }
            #expect(try await client.daemon(name("bound")).drift.isEmpty, "what is ignored is not told")
        }
    }

    @Test func aFindingCanRestartADaemon() async throws {
        try folder.write("#!/bin/sh\nexec sleep 1000\n", to: "run.sh", mode: 0o755)
        let configuration = """
            sentinel: { every: 1s }
            daemons:
              script: { command: ./run.sh, drift: { program: restart } }
              big: { command: "exec python3 -c 'x=bytearray(60<<20); import time; time.sleep(1000)'", shell: true, limits: { memory: 20MiB } }
            """
        try await withGhostUp(configuration, in: folder) { ghost, client in
            try await eventually("it is up") { try await client.daemon(name("script")).phase == .up }
            // What a program was is known once it was looked at, and by then big was looked at too.
            try await eventually("who uses too much is told, or was ended by the kernel") {
                let big = try await client.daemon(name("big"))
                return big.drift.map(\.kind).contains(.memory) || (big.statistics?.deaths ?? 0) > 0
            }
            let before = try await client.daemon(name("script")).pid
            try folder.write("#!/bin/sh\nexec sleep 2000\n", to: "run.sh", mode: 0o755)
            try await eventually("it is restarted") {
                let now = try await client.daemon(name("script"))
                return now.phase == .up && now.pid != before
            }
            #expect(try await client.daemon(name("script")).statistics?.deaths == 0, "that is no death")
            let why = try await GhostProgram.run("why", "script", in: folder)
            #expect(why.output.contains("(program)"), "the finding is the cause: \(why.output)")
            _ = ghost
        }
    }
}
