import GhostClient
import GhostModel
import GhostTestSupport
import Testing

/// What people ask before they change something, with the real program.
struct PlanEndToEndTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func planSaysWhatReloadThenDoes() async throws {
        let before = """
            daemons:
              a: { command: sleep 1000, env: { OLD: old-secret, SAME: x } }
              b: { command: sleep 1000, ready: { log: never }, restart: { backoff: { base: 1s } } }
              c: sleep 1000
              gone: sleep 1000
            """
        try await withGhostUp(before, in: folder) { _, client in
            try await eventually("all are started") { try await client.daemons().allSatisfy { $0.pid != nil } }
            #expect(
                try await GhostProgram.run("plan", in: folder).output
                    == "ghost.yaml is as it was taken over: no daemon would change\nuntouched: a, b, c, gone\n"
            )
            let pids = try await client.daemons().map { ($0.name.text, $0.pid) }
            try folder.write(
                """
                daemons:
                  a: { command: "echo [$OLD]; exec sleep 1000", shell: true, env: { SAME: x, NEW: new-secret } }
                  b: { command: sleep 1000, restart: { when: never, backoff: { base: 1s } } }
                  c: { command: sleep 1000, limits: { cpu: 2 } }
                  d: { command: sleep 1000, needs: [c] }
                """,
                to: "ghost.yaml"
            )
            let plan = try await GhostProgram.run("plan", in: folder)
            #expect(plan.exit == .exited(0))
            let lines = plan.output.split(separator: "\n").map(String.init)
            #expect(lines.first == "\"ghost reload\" would, of 5 daemons:", "\(plan.output)")
            #expect(lines.dropFirst().first?.hasPrefix("  restart  a     command: sleep 1000 → ") == true)
            #expect(plan.output.contains("env: +NEW -OLD") && !plan.output.contains("secret"), "\(plan.output)")
            #expect(lines.contains("  apply    b     ready: log \"never\" → none; restart: always → never"))
            #expect(lines.contains("  apply    c     limits.cpu: none → 2.0"), "\(plan.output)")
            #expect(lines.contains("  start    d     after c") && lines.contains("  stop     gone"), "\(plan.output)")
            let report = try await client.plan()
            #expect(report.daemons.map(\.fate) == [.restart, .live, .live, .add, .remove])
            #expect(try await GhostProgram.run("plan", "--json", in: folder).output.contains("\"against\":\"running\""))
            // And so it is.
            _ = try await GhostProgram.run("reload", in: folder)
            try await eventually("it is as planned") {
                let now = try await client.daemons()
                return Set(now.map(\.name.text)) == ["a", "b", "c", "d"] && now.allSatisfy { $0.phase == .up }
                    && folder.read(".ghost/logs/daemons/a.log")?.contains("[]") == true
            }
            let now = try await client.daemons()
            for name in ["b", "c"] {
                let former = pids.first { $0.0 == name }?.1
                #expect(now.first { $0.name.text == name }?.pid == former, "\(name) was touched")
            }
            try folder.write("daemons: { a: { comand: x } }\n", to: "ghost.yaml")
            #expect(try await GhostProgram.run("plan", in: folder).exit == .exited(78))
        }
    }

    @Test func withoutAGhost_planSaysWhatUpStarts() async throws {
        try folder.write(
            "daemons:\n  api: { command: sleep 1, needs: [db] }\n  db: { command: sleep 1, limits: { memory: 1GiB } }\n",
            to: "ghost.yaml"
        )
        let plan = try await GhostProgram.run("plan", in: folder)
        #expect(plan.exit == .exited(0))
        #expect(
            plan.output.hasPrefix(
                "Ghost is not running; \"ghost up\" would start, in this order:\n  1  db\n  2  api  after db\n"
            ),
            "\(plan.output)"
        )
        let json = try await GhostProgram.run("plan", "--json", in: folder)
        #expect(json.output.contains("\"against\":\"nothing\""), "\(json.output)")
        #expect(try await GhostProgram.run("graph", "--format", "text", in: folder).output == "db\napi  ← db\n")
        #expect(try await GhostProgram.run("graph", "--format", "x", in: folder).exit == .exited(64))
    }

    @Test func execIsInThePlaceOfADaemon() async throws {
        try folder.write("FROM_FILE=f\n", to: "vars")
        try folder.write(
            "daemons:\n  api: { command: sleep 1, cwd: /, umask: \"027\", env: { A: \"a b\" }, env_file: vars }\n",
            to: "ghost.yaml"
        )
        let script = "echo $A,$FROM_FILE,$(pwd),$(umask); read line; echo got $line; exit 7"
        try folder.write("exec \"$0\" exec api -- sh -c '\(script)'\n", to: "run.sh")
        let run = try GhostProgram.startInShell("echo hello | \"$0\" exec api -- sh -c '\(script)'", in: folder)
        try await eventually("it ends") { run.exit != nil }
        #expect(run.exit == .exited(7))
        #expect(run.output == "a b,f,/,0027\ngot hello\n", "\(run.output)")
        let unknown = try await GhostProgram.run("exec", "apj", "--", "true", in: folder)
        #expect(unknown.exit == .exited(66))
        #expect(unknown.output.contains("did you mean \"api\"?"), "\(unknown.output)")
        #expect(try await GhostProgram.run("exec", "api", in: folder).exit == .exited(64))
        let missing = try await GhostProgram.run("exec", "api", "--", "./nothere", in: folder)
        #expect(missing.exit == .exited(71))
    }

    @Test func aPortThatIsTakenIsToldBeforeTheStart() async throws {
        let holder = """
            import socket,time
            s=socket.socket(); s.bind(("127.0.0.1",0)); s.listen()
            print(s.getsockname()[1], flush=True); time.sleep(1000)
            """
        try folder.write(holder, to: "holder.py")
        let other = try GhostProgram.startInShell("exec python3 -u holder.py", in: folder)
        try await eventually("the port is held") { Int(other.output.split(separator: "\n").first ?? "") != nil }
        let port = try #require(Int(other.output.split(separator: "\n").first ?? ""))
        let configuration = """
            daemons:
              web: { command: "echo started; exec sleep 1000", shell: true, ready: { tcp: "127.0.0.1:\(port)" } }
            """
        try await withGhostUp(configuration, in: folder) { _, client in
            try await eventually("the holder is named") {
                let reason = try await client.daemons().first?.reason ?? ""
                return reason.hasPrefix("port \(port) is held by python3") && reason.contains("(PID \(other.pid))")
            }
            #expect(folder.read(".ghost/logs/daemons/web.log") == nil, "it was not even started")
            #expect(try await client.daemons().first?.statistics?.deaths == 0)
            other.send(9)
            try await eventually("it is started once the port is free") { try await client.daemons().first?.pid != nil }
        }
    }

    @Test func aScheduleSaysWhenItIsDueNext() async throws {
        try await withGhostUp("daemons: { d: { command: \"true\", schedule: { every: 1h } } }\n", in: folder) {
            _,
            client in
            try await eventually("it is known") { try await client.daemons().first?.nextDueAt != nil }
            let ps = try await GhostProgram.run("ps", in: folder)
            #expect(ps.output.contains("due in "), "\(ps.output)")
        }
    }
}
