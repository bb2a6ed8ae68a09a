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

/// Every way to fail ends in one clear sentence and its exit code.
struct CommandLineEndToEndTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func version_isPrinted() async throws {
        let outcome = try await GhostProgram.run("--version", in: folder)
        #expect(outcome.exit == .exited(0))
        #expect(outcome.output == "ghost \(GhostVersion.text)\n")
    }

    @Test func noConfiguration_is66() async throws {
        let outcome = try await GhostProgram.run("up", in: folder)
        #expect(outcome.exit == .exited(66))
        let advice = "write one, or name another with -f; \"ghost --help\" shows the smallest one"
        #expect(outcome.output == "ghost: there is no configuration ghost.yaml; \(advice)\n")
    }

    @Test(arguments: ["up", "check"])
    func aWrongConfiguration_is78(verb: String) async throws {
        try folder.write("daemons:\n  a: { comand: x }\n", to: "ghost.yaml")
        let outcome = try await GhostProgram.run(verb, in: folder)
        #expect(outcome.exit == .exited(78))
        #expect(
            outcome.output == """
                ghost: ghost.yaml:2:6: daemon "a" has no command
                ghost: ghost.yaml:2:8: unknown key "comand" in daemons.a; did you mean "command"?

                """
        )
    }

    @Test func whenNothingCanBeStarted_is71() async throws {
        try folder.write("daemons:\n  bad: ./nothere\n  worse: ./norhere\n", to: "ghost.yaml")
        let outcome = try await GhostProgram.run("up", in: folder)
        #expect(outcome.exit == .exited(71))
        #expect(
            outcome.output.hasPrefix(#"ghost: daemon "bad" cannot start: ./nothere not found"#),
            "\(outcome.output)"
        )
    }

    @Test func aProgramThatIsMissing_isItsDaemonsTrouble_andReportedByCheck() async throws {
        let text = "daemons:\n  ok: sleep 1000\n  bad: ./nothere\n"
        try await withGhostUp(text, in: folder) { _, client in
            try await eventually("the others run") {
                let daemons = try await client.daemons()
                return daemons.map(\.phase) == [.up, .backoff]
                    && daemons.last?.reason?.hasPrefix("./nothere not found") == true
            }
        }
        let outcome = try await GhostProgram.run("check", in: folder)
        #expect(outcome.exit == .exited(71))
        #expect(outcome.output.hasPrefix(#"ghost: daemon "bad" cannot start: ./nothere not found"#))
    }

    @Test func aUserThatIsNotThere_isReportedByCheck() async throws {
        try folder.write("daemons:\n  a: { command: sleep 1, user: nobody-of-this-name }\n", to: "ghost.yaml")
        let outcome = try await GhostProgram.run("check", in: folder)
        #expect(outcome.exit == .exited(71))
        let sentence = #"there is no user "nobody-of-this-name" on this machine; create it or correct "user""#
        #expect(outcome.output == "ghost: daemon \"a\" cannot start: \(sentence)\n")
    }

    @Test func attemptsThatFailAlike_areToldOnce() async throws {
        let text = """
            daemons:
              ok: sleep 1000
              bad: { command: sleep 1000, user: nobody-of-this-name }
            """
        try await withGhostUp(text, in: folder) { _, _ in
            try await eventually("there were several attempts") {
                let outcome = try await GhostProgram.run("why", "bad", in: folder)
                #expect(outcome.output.ranges(of: "could not be started").count <= 1, "\(outcome.output)")
                return outcome.output.contains("times before, first here\n")
            }
        }
    }

    @Test func theHelpOfAVerbThatDoesNotExist_is64() async throws {
        let outcome = try await GhostProgram.run("help", "stauts", in: folder)
        #expect(outcome.exit == .exited(64))
        #expect(outcome.output == "ghost: there is no verb \"stauts\"; did you mean \"status\"?\n")
        let help = try await GhostProgram.run("help", "status", in: folder)
        #expect(help.exit == .exited(0))
        #expect(help.output.hasPrefix("OVERVIEW: Show the daemons"))
    }

    @Test func aConfigurationThatIsAPipe_isNotWaitedFor() async throws {
        try #require(mkfifo(folder.path("ghost.yaml"), 0o600) == 0)
        let outcome = try await GhostProgram.run("check", in: folder)
        #expect(outcome.exit == .exited(66))
        #expect(outcome.output.hasPrefix("ghost: cannot read the pipe, socket or device "), "\(outcome.output)")
    }

    @Test func check_countsInTheRightNumber_andKeepsACommandOnItsLine() async throws {
        let text =
            "daemons:\n  a:\n    shell: true\n    command: |\n      echo a\n      echo b\nchecks: { disk: { path: . } }\n"
        try folder.write(text, to: "ghost.yaml")
        let outcome = try await GhostProgram.run("check", in: folder)
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.first == "ghost.yaml: 1 daemon, 1 check, no mistakes")
        #expect(lines.count == 3)
        #expect(lines.last?.contains("echo a↵echo b") == true, "\(outcome.output)")
    }

    @Test func check_showsTheStartOrder() async throws {
        try folder.write("daemons:\n  api: { command: sleep 1, needs: [db] }\n  db: sleep 1\n", to: "ghost.yaml")
        let outcome = try await GhostProgram.run("check", in: folder)
        #expect(outcome.exit == .exited(0))
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.first == "ghost.yaml: 2 daemons, 2 checks, no mistakes")
        #expect(lines.dropFirst(2).map { $0.split(separator: " ")[1] } == ["db", "api"])
    }

    @Test func aSecondUp_is75_namesTheFirst_andHarmsNothing() async throws {
        try await withGhostUp("daemons: { steady: sleep 1000 }\n", in: folder) { ghost, client in
            try await eventually("it is up") { try await client.daemons().allSatisfy { $0.phase == .up } }
            let before = try await client.daemons().map(\.run)
            let outcome = try await GhostProgram.run("up", "--port", "0", in: folder)
            #expect(outcome.exit == .exited(75))
            #expect(outcome.output.hasPrefix("ghost: a Ghost with pid \(ghost.pid) already runs this project"))
            #expect(try await client.daemons().map(\.run) == before)
        }
    }

    @Test func aPortInUse_is73_namesTheHolder_andStartsNothing() async throws {
        let other = try TemporaryFolder()
        try await withGhostUp("daemons: {}\n", in: other) { holder, _ in
            try folder.write("daemons: { a: touch started }\n", to: "ghost.yaml")
            let port = try #require(holder.port)
            let outcome = try await GhostProgram.run("up", "--port", "\(port)", "--status-port", "0", in: folder)
            #expect(outcome.exit == .exited(73))
            let expected = "ghost: cannot listen on 127.0.0.1:\(port): it is in use by ghost (pid \(holder.pid)); "
            #expect(outcome.output.hasPrefix(expected), "\(outcome.output)")
            #expect(folder.read("started") == nil)
        }
    }

    @Test func aStatusPortInUse_isAWarning() async throws {
        let other = try TemporaryFolder()
        try await withGhostUp("daemons: {}\n", in: other) { holder, _ in
            let port = try #require(holder.port)
            try folder.write("server: { port: 0, status_port: \(port) }\n", to: "ghost.yaml")
            let ghost = try GhostProgram.start(["up"], in: folder)
            try await eventually("it goes on") { ghost.port != nil }
            #expect(ghost.output.contains("its routes are served by the orchestrator API"))
            #expect(try await ghost.stop() == .exited(0))
        }
    }

    @Test func status_answersOverTheSocket_withTheHealthAsExitCode() async throws {
        let absent = try await GhostProgram.run("status", in: folder)
        #expect(absent.exit == .exited(69))
        #expect(absent.output.hasPrefix("ghost: Ghost is not running for "))
        try await withGhostUp("daemons: { steady: sleep 1000 }\n", in: folder) { _, client in
            try await eventually("it is healthy") { try await client.orchestration().overallHealth == .healthy }
            let table = try await GhostProgram.run("status", in: folder)
            #expect(table.exit == .exited(0))
            #expect(table.output.contains("healthy: 5 of 5 components work, 1 of 1 daemons up"))
            #expect(!table.output.contains("\u{1B}"), "no colour where there is no terminal")
            let json = try await GhostProgram.run("status", "--json", in: folder)
            struct Body: Decodable {
                var data: OrchestrationData
                var daemons: [DaemonStatus]
            }
            let body = try JSONText.decode(Body.self, from: Array(json.output.utf8))
            #expect(body.daemons.map(\.phase) == [.up])
            #expect(body.data.daemons.up == 1)
        }
    }

    @Test func logs_areShownAfterwardsAsWell() async throws {
        let configuration = """
            daemons:
              a: { command: "printf 'one\\ntwo\\n'; exec sleep 1000", shell: true }
              bb: { command: "echo three; exec sleep 1000", shell: true }
            """
        try await withGhostUp(configuration, in: folder) { _, _ in
            try await eventually("both have spoken") {
                folder.read(".ghost/logs/daemons/a.log") == "one\ntwo\n"
                    && folder.read(".ghost/logs/daemons/bb.log") == "three\n"
            }
        }
        // Lines without a time are ordered among others by the times of their files.
        let lines = try await GhostProgram.run("logs", in: folder).output.split(separator: "\n").sorted()
        #expect(lines == ["a  | one", "a  | two", "bb | three"])
        #expect(try await GhostProgram.run("logs", "-n", "1", "a", in: folder).output == "two\n")
        let unknown = try await GhostProgram.run("logs", "aa", in: folder)
        #expect(unknown.exit == .exited(66))
        #expect(unknown.output == "ghost: there is no daemon \"aa\" in ghost.yaml; did you mean \"a\"?\n")
    }

    @Test func monitorOnce_judgesAndWritesNothing() async throws {
        try folder.write("[2025-03-01T00:00:00.000Z] 🟢 api is running (PID: 7)\n", to: "logs/sentinel-status.log")
        let before = try listing()
        let stale = try await GhostProgram.run("monitor", "--log-dir", "logs", "--once", "--json", in: folder)
        #expect(stale.exit == .exited(2))
        let body = try JSONText.decode(StatusBody.self, from: Array(stale.output.utf8))
        #expect(body.data.sentinel.status == .unknown)
        #expect(body.data.sentinel.upNow == ["api"])
        #expect(body.data.watchdog.error == "Log file not found")
        let asOf = try await GhostProgram.run(
            "monitor",
            "--log-dir",
            "logs",
            "--once",
            "--json",
            "--as-of",
            "2025-03-01T00:00:05Z",
            in: folder
        )
        let fresh = try JSONText.decode(StatusBody.self, from: Array(asOf.output.utf8))
        #expect(fresh.data.sentinel.status == .active)
        #expect(try listing() == before)

        let missing = try await GhostProgram.run("monitor", "--log-dir", "nowhere", "--once", in: folder)
        #expect(missing.exit == .exited(66))
        #expect(missing.output.hasPrefix("ghost: there is no log folder nowhere; "))
    }

    @Test(arguments: [["frobnicate"], ["up", "--port", "99999"], ["monitor", "--once"], ["logs", "-n", "-1"]])
    func mistakesOnTheCommandLine_are64(arguments: [String]) async throws {
        let ghost = try GhostProgram.start(arguments, in: folder)
        try await eventually("it ends") { ghost.exit != nil }
        #expect(ghost.exit == .exited(64))
        #expect(ghost.output.hasPrefix("ghost: "))
    }

    private func listing() throws -> [String] {
        guard let stream = opendir(folder.path("logs")) else { throw TestFailure("cannot list the logs") }
        defer { closedir(stream) }
        var count = 0
        while readdir(stream) != nil { count += 1 }
        return ["\(count) entries in logs", "\(access(folder.path(".ghost"), F_OK))"]
    }
}
