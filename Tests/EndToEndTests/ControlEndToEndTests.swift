import GhostClient
import GhostModel
import GhostSystem
import GhostTestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The verbs that change something or tell why, with the real program.
struct ControlEndToEndTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func name(_ text: String) throws -> DaemonName { try #require(DaemonName(text)) }

    @Test func daemonsAreStoppedStartedAndRestarted_andItIsToldWhy() async throws {
        try await withGhostUp("daemons: { a: sleep 1000, b: sleep 1000 }\n", in: folder) { _, client in
            try await eventually("both are up") { try await client.daemons().allSatisfy { $0.phase == .up } }
            let stop = try await GhostProgram.run("stop", "a", in: folder)
            #expect(stop.output == "a stopped\n")
            #expect(stop.exit == .exited(0))
            #expect(try await client.daemon(name("a")).want == .down)
            #expect(try await GhostProgram.run("stop", "a", in: folder).output == "a was stopped already\n")
            let why = try await GhostProgram.run("why", "a", in: folder)
            #expect(why.output.hasPrefix("a is stopped, for "), "\(why.output)")
            #expect(why.output.contains("user \(getuid()) on the control socket asked to stop a"), "\(why.output)")

            #expect(try await GhostProgram.run("start", "a", in: folder).output.hasPrefix("a started (PID "))
            let before = try await client.daemon(name("b"))
            #expect(try await GhostProgram.run("restart", "a", "b", in: folder).output.contains("b restarted (PID "))
            let after = try await client.daemon(name("b"))
            #expect(after.pid != before.pid)
            #expect(after.restarts == 0, "a restart that was asked for is no death")

            let unknown = try await GhostProgram.run("stop", "b", "aa", in: folder)
            #expect(unknown.exit == .exited(66))
            #expect(unknown.output == "ghost: there is no daemon \"aa\" in ghost.yaml; did you mean \"a\"?\n")
            #expect(try await client.daemon(name("b")).phase == .up, "nothing is done when one name is wrong")
        }
    }

    @Test func aDeathIsExplainedWithItsLastLines() async throws {
        let configuration = """
            daemons:
              bad: { command: "echo first; echo 'no config'; exit 127", shell: true, restart: { when: never } }
              dep: { command: sleep 1000, needs: [bad] }
            """
        try await withGhostUp(configuration, in: folder) { _, client in
            try await eventually("it failed") { try await client.daemon(name("bad")).phase == .failed }
            let report = try await client.why(name("bad"))
            let death = try #require(report.chain.first)
            #expect(death.kind == .ended)
            #expect(death.lines == ["first", "no config"])
            #expect(death.position?.offset == 16)
            let page = try await GhostProgram.run("why", "bad", in: folder).output
            #expect(page.contains("bad ended: exit 127 (command not found)"), "\(page)")
            #expect(page.contains("| no config"), "\(page)")
            #expect(page.contains("The shell did not find the command"), "\(page)")
            let start = try await GhostProgram.run("start", "bad", in: folder)
            #expect(start.exit == .exited(71) || start.exit == .exited(0), "\(start.output)")
        }
    }

    @Test func aSignalIsSent_andADeathByItIsExplained() async throws {
        try await withGhostUp("daemons: { a: sleep 1000 }\n", in: folder) { _, client in
            try await eventually("it is up") { try await client.daemon(name("a")).phase == .up }
            let sent = try await GhostProgram.run("signal", "a", "kill", in: folder)
            #expect(sent.output.hasPrefix("a: KILL sent (PID "), "\(sent.output)")
            try await eventually("it is back") { try await client.daemon(name("a")).restarts == 1 }
            let page = try await GhostProgram.run("why", "a", in: folder).output
            #expect(page.contains("asked to send KILL to a"), "\(page)")
            #expect(!page.contains("dmesg"), "who did it is known: \(page)")
            #expect(try await GhostProgram.run("signal", "a", "FOO", in: folder).exit == .exited(64))
        }
    }

    @Test func ps_andEvents_areForPeopleAndPrograms() async throws {
        try await withGhostUp("daemons: { a: sleep 1000 }\n", in: folder) { _, client in
            try await eventually("it is up") { try await client.daemon(name("a")).phase == .up }
            let table = try await GhostProgram.run("ps", in: folder)
            #expect(table.output.hasPrefix("NAME  STATE  PID"), "\(table.output)")
            #expect(table.output.contains("% "), "\(table.output)")
            struct Body: Decodable {
                var daemons: [DaemonStatus]
                var usage: [DaemonUsage]
            }
            let json = try await GhostProgram.run("ps", "--json", in: folder)
            let body = try JSONText.decode(Body.self, from: Array(json.output.utf8))
            #expect(body.usage.map(\.processes) == [1])
            #expect(body.usage.allSatisfy { $0.memoryBytes > 0 })

            let events = try await GhostProgram.run("events", "--json", "a", in: folder)
            let kinds = try events.output.split(separator: "\n").map { line in
                try JSONText.decode(JournalEvent.self, from: Array(line.utf8)).kind
            }
            #expect(kinds == [.starting, .started, .ready])
            let follower = try GhostProgram.start(["events", "-f", "-n", "1"], in: folder)
            try await eventually("it shows the last event") { follower.output.contains("a ready") }
            _ = try await client.events(after: nil, limit: 1)
            _ = try await GhostProgram.run("stop", "a", in: folder)
            try await eventually("it goes on") { follower.output.contains("a ended: signal 15 (TERM)") }
        }
    }

    @Test func overTCPTheTokenDecides() async throws {
        try await withGhostUp("daemons: { a: sleep 1000 }\n", in: folder) { ghost, stranger in
            try await eventually("it is up") { try await stranger.daemon(name("a")).phase == .up }
            await #expect(throws: GhostClientError.self) { try await stranger.give(.stop, to: try name("a")) }
            #expect(try await stranger.daemon(name("a")).phase == .up)
            var facts = stat()
            #expect(stat(folder.path(".ghost/token"), &facts) == 0)
            #expect(facts.st_mode & 0o777 == 0o600)
            let token = try #require(folder.read(".ghost/token")).prefix { $0 != "\n" }
            let port = try #require(ghost.port)
            let owner = GhostClient(.http(host: "127.0.0.1", port: port), token: String(token))
            let answer = try? await owner.give(.stop, to: try name("a"), wait: .seconds(10))
            try await owner.shutdown()
            #expect(answer?.outcome == .done)
            #expect(
                try await stranger.events(after: nil, limit: 10).events.contains {
                    $0.text == "the holder of the token, from 127.0.0.1 asked to stop a"
                }
            )
        }
    }

    @Test func inTheBackground_fromUpToDown() async throws {
        try folder.write("server: { port: 0, status_port: 0 }\ndaemons: { a: sleep 1000 }\n", to: "ghost.yaml")
        let up = try await GhostProgram.run("up", "-d", in: folder)
        #expect(up.exit == .exited(0), "\(up.output)")
        #expect(up.output.contains("runs ghost.yaml in the background (pid "), "\(up.output)")
        #expect(up.output.contains("a     up"), "\(up.output)")
        let second = try await GhostProgram.run("up", "-d", in: folder)
        #expect(second.exit == .exited(75))
        let down = try await GhostProgram.run("down", in: folder)
        #expect(down.exit == .exited(0))
        #expect(down.output == "stopped: a\n")
        let again = try await GhostProgram.run("down", in: folder)
        #expect(again.exit == .exited(0))
        #expect(again.output.hasPrefix("nothing to stop: Ghost is not running for "), "\(again.output)")
    }

    @Test func inTheBackground_failuresAreToldInFront() async throws {
        let other = try TemporaryFolder()
        try await withGhostUp("daemons: {}\n", in: other) { holder, _ in
            try folder.write("daemons: { a: touch started }\n", to: "ghost.yaml")
            let port = "\(try #require(holder.port))"
            let taken = try await GhostProgram.run("up", "-d", "--port", port, "--status-port", "0", in: folder)
            #expect(taken.exit == .exited(73), "\(taken.output)")
            #expect(taken.output.contains("ghost: cannot listen on 127.0.0.1:\(port): it is in use by ghost"))
            #expect(folder.read("started") == nil)
        }
        try folder.write(
            "server: { port: 0, status_port: 0 }\ndaemons: { bad: { command: [\"false\"], restart: { when: never } } }\n",
            to: "ghost.yaml"
        )
        let failed = try await GhostProgram.run("up", "-d", in: folder)
        #expect(failed.exit == .exited(71), "\(failed.output)")
        #expect(failed.output.contains("ghost: not up: bad; \"ghost why bad\" tells why"), "\(failed.output)")
        _ = try await GhostProgram.run("down", in: folder)
    }

    @Test func downWorksWhenGhostWasKilled() async throws {
        try await withGhostUp("daemons: { a: sleep 1000 }\n", in: folder) { ghost, client in
            try await eventually("it is up") { try await client.daemon(name("a")).phase == .up }
            let pid = try #require(try await client.daemon(name("a")).pid)
            ghost.send(SIGKILL)
            try await eventually("ghost is gone") { ghost.exit != nil }
            #expect(kill(pid, 0) == 0, "the daemon goes on")
            let down = try await GhostProgram.run("down", in: folder)
            #expect(down.output == "Ghost was not running; stopped what it had left: a\n")
            #expect(!ProcessIdentity(of: pid).isAlive)
        }
    }

    @Test func aSecondInterruptKillsAtOnce() async throws {
        let configuration = """
            daemons:
              stubborn: { command: "trap '' TERM; while :; do sleep 0.1; done", shell: true, stop: { grace: 10m } }
            """
        try await withGhostUp(configuration, in: folder) { ghost, client in
            try await eventually("it is up") { try await client.daemon(name("stubborn")).phase == .up }
            ghost.send(SIGINT)
            try await eventually("it stops") { ghost.output.contains("stubborn stopping") }
            ghost.send(SIGINT)
            try await eventually("it is over") { ghost.exit != nil }
            #expect(ghost.output.contains("killing everything"))
        }
    }

    @Test func whatTheLastGhostKept_isToldWithoutOne() async throws {
        var told = ""
        try await withGhostUp("daemons: { a: sleep 1000, b: sleep 1000 }\n", in: folder) { _, client in
            try await eventually("both are up") { try await client.daemons().allSatisfy { $0.phase == .up } }
            told = try await GhostProgram.run("events", "a", in: folder).output
        }
        #expect(told.contains("a#1"), "\(told)")
        let later = try await GhostProgram.run("events", "a", in: folder)
        #expect(later.exit == .exited(0))
        #expect(later.output.hasPrefix(told), "\(later.output)")
        #expect(!later.output.contains("b#1"))
        let newest = try await GhostProgram.run("events", "-n", "1", "--json", in: folder)
        #expect(newest.output.contains(#""kind":"shutdown-completed""#), "\(newest.output)")

        let why = try await GhostProgram.run("why", "a", in: folder)
        #expect(why.exit == .exited(0))
        #expect(
            why.output.hasPrefix("Ghost is not running; this is what the last one knew of a.\n\n"),
            "\(why.output)"
        )
        #expect(why.output.contains("← "), "\(why.output)")
        #expect(try await GhostProgram.run("why", "--json", "a", in: folder).exit == .exited(69))
        for verb in ["events", "why"] {
            let unknown = try await GhostProgram.run(verb, "c", in: folder)
            #expect(unknown.exit == .exited(66))
            #expect(unknown.output.contains("there is no daemon \"c\" in ghost.yaml"), "\(unknown.output)")
        }

        // Whoever follows waits for the next Ghost and misses nothing.
        let following = try GhostProgram.start(["events", "-f", "-n", "1"], in: folder)
        try await eventually("it waits") { following.output.contains("ghost: Ghost is not running; waiting for it\n") }
        try await withGhostUp("daemons: { a: sleep 1000, b: sleep 1000 }\n", in: folder) { _, _ in
            try await eventually("it goes on") { following.output.contains("b#") && following.output.contains("a#") }
        }
        following.send(SIGTERM)
        try await eventually("it ends") { following.exit != nil }
    }

    @Test(arguments: [["ps"], ["why", "a"], ["events"], ["stop", "a"], ["start", "a"], ["signal", "a", "HUP"]])
    func withoutGhostTheCodeIs69(arguments: [String]) async throws {
        let ghost = try GhostProgram.start(arguments, in: folder)
        try await eventually("it ends") { ghost.exit != nil }
        #expect(ghost.exit == .exited(69))
        #expect(ghost.output.hasPrefix("ghost: Ghost is not running for "), "\(ghost.output)")
        #expect(ghost.output.hasSuffix("; start it with \"ghost up\"\n"), "\(ghost.output)")
    }

    @Test func aVerbThatDoesNotExistIsAnsweredWithTheNearest() async throws {
        let outcome = try await GhostProgram.run("stauts", in: folder)
        #expect(outcome.exit == .exited(64))
        #expect(outcome.output == "ghost: there is no verb \"stauts\"; did you mean \"status\"?\n")
    }
}
