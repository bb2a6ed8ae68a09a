import GhostDaemon
import GhostModel
import Testing

struct ConfigurationTests {
    private func plan(_ text: String) throws -> Plan {
        try PlanLoader.parse(text, folder: "/project", name: "ghost.yaml")
    }

    private func problems(_ text: String) -> [String] {
        do {
            _ = try plan(text)
            return []
        } catch let failure as ConfigurationFailure {
            return failure.problems.map { $0.rendered(file: "ghost.yaml") }
        } catch {
            return ["\(error)"]
        }
    }

    // MARK: What is read

    @Test func anEmptyFile_isAPlanWithDefaults() throws {
        for text in ["", "# nothing\n", "daemons:\n"] {
            let plan = try plan(text)
            #expect(plan.daemons.isEmpty)
            #expect(plan.checks.map(\.name) == ["disk", "memory"])
            #expect(plan.server == ServerPlan(host: "127.0.0.1", port: 5002, statusPort: 5001))
        }
    }

    @Test func everyKeyOfADaemon_isRead() throws {
        let daemon = try #require(
            plan(
                """
                daemons:
                  db: postgres -D data
                  migrate: { command: ./migrate, oneshot: true }
                  api:
                    command: [./api, --port, "8080"]
                    cwd: service/../web
                    env: { MODE: production, EMPTY: }
                    needs: { db: ready, migrate: { when: succeeded, soft: true } }
                    priority: 10
                    ready: { http: "http://127.0.0.1:8080/health", every: 5s, timeout: 1s, failures: 2 }
                    restart:
                      when: on-failure
                      backoff: { base: 100ms, factor: 3, cap: 1m, jitter: false, reset_after: 10s }
                      crash_loop: { deaths: 3, within: 30s, retry: 1m }
                    stop: { signal: SIGINT, grace: 20s, then: KILL }
                """
            ).daemons.last
        )
        #expect(daemon.name.text == "api")
        #expect(daemon.command == Command(program: "./api", arguments: ["--port", "8080"]))
        #expect(daemon.workingDirectory == "/project/web")
        #expect(daemon.environment == ["MODE": "production", "EMPTY": ""])
        #expect(daemon.needs.map(\.daemon.text) == ["db", "migrate"])
        #expect(daemon.needs.map(\.condition) == [.ready, .succeeded])
        #expect(daemon.needs.map(\.strength) == [.hard, .soft])
        #expect(daemon.priority == 10)
        #expect(
            daemon.ready
                == ProbePlan(
                    .http(url: "http://127.0.0.1:8080/health"),
                    every: .seconds(5),
                    timeout: .seconds(1),
                    failures: 2
                )
        )
        #expect(daemon.restart.when == .onFailure)
        #expect(
            daemon.restart.backoff
                == Backoff(
                    base: .milliseconds(100),
                    factor: 3,
                    cap: .seconds(60),
                    jitter: false,
                    resetAfter: .seconds(10)
                )
        )
        #expect(daemon.restart.crashLoop == CrashLoop(deaths: 3, within: .seconds(30), retry: .seconds(60)))
        #expect(daemon.stop == StopSequence(signal: .int, grace: .seconds(20)))
    }

    @Test func theDefaultsOfADaemon_areThoseOfTheDocumentation() throws {
        let daemon = try #require(plan("daemons: { web: ./web }").daemons.first)
        #expect(
            daemon
                == DaemonPlan(
                    name: try #require(DaemonName("web")),
                    command: Command(program: "./web"),
                    workingDirectory: "/project"
                )
        )
        #expect(daemon.restart.backoff.base == .milliseconds(500))
        #expect(daemon.restart.crashLoop == CrashLoop(deaths: 5, within: .seconds(60), retry: .seconds(300)))
        #expect(daemon.stop == StopSequence(signal: .term, grace: .seconds(10)))
    }

    @Test(arguments: [
        ("a b", ["a", "b"]), ("  a   b  ", ["a", "b"]), ("a 'b c' \"d e\"", ["a", "b c", "d e"]),
        ("a b\\ c", ["a", "b c"]), ("a ''", ["a", ""]), (#"a "x\"y" '\n'"#, ["a", "x\"y", "\\n"]),
        (#"a "\n""#, ["a", #"\n"#]), ("a pre'mid'post", ["a", "premidpost"]),
        ("a $HOME *.txt", ["a", "$HOME", "*.txt"]),
    ])
    func aCommandLine_isSplitLikeAShellSplits(line: String, words: [String]) throws {
        let daemon = try #require(plan("daemons:\n  d:\n    command: |-\n      \(line)\n").daemons.first)
        #expect([daemon.command.program] + daemon.command.arguments == words)
    }

    @Test func restart_hasAShortForm() throws {
        #expect(try plan("daemons: { d: { command: x, restart: never } }").daemons.first?.restart.when == .never)
    }

    @Test func shellTrue_handsTheTextToAShell() throws {
        let daemon = try #require(plan("daemons: { d: { command: 'a | b > c', shell: true } }").daemons.first)
        #expect(daemon.command == Command(program: "/bin/sh", arguments: ["-c", "a | b > c"]))
    }

    @Test func theKindOfACheck_followsFromItsKeysOrItsName() throws {
        let checks = try plan(
            """
            checks:
              disk: { path: ., warn: 80%, fail: 0.9 }
              memory: { warn: 50% }
              site: { http: "http://localhost/health", timeout: 5s }
              db: { tcp: "[::1]:5432" }
              logs: { kind: disk, path: /var/log }
            """
        ).checks
        #expect(
            checks.map(\.subject) == [
                .disk(path: "/project", Thresholds(warn: 0.8, fail: 0.9)),
                .memory(Thresholds(warn: 0.5, fail: 0.95)),
                .probe(.http(url: "http://localhost/health"), timeout: .seconds(5)),
                .probe(.tcp(host: "::1", port: 5432), timeout: .seconds(2)),
                .disk(path: "/var/log", Thresholds(warn: 0.8, fail: 0.9)),
            ]
        )
    }

    @Test func mergeKeysAndExtensions_shareWhatDaemonsHaveInCommon() throws {
        let plan = try plan(
            """
            x-common: &common { restart: { when: never }, priority: 3 }
            daemons:
              a: { <<: *common, command: ./a }
              b: { <<: *common, command: ./b, priority: 4 }
            """
        )
        #expect(plan.daemons.map(\.priority) == [3, 4])
        #expect(plan.daemons.map(\.restart.when) == [.never, .never])
    }

    // MARK: What is refused, and in which words

    @Test(arguments: [
        (
            "daemons: { api: { comand: ./api } }",
            [
                "1:17: daemon \"api\" has no command",
                #"1:19: unknown key "comand" in daemons.api; did you mean "command"?"#,
            ]
        ),
        ("deamons: {}", [#"1:1: unknown key "deamons"; did you mean "daemons"?"#]),
        (
            "daemons: { api: { command: ./api, needs: [bd] }, db: ./db }",
            [#"1:35: daemon "api" needs "bd", which is not declared; did you mean "db"?"#]
        ),
        (
            "daemons: { a: { command: x, needs: [b] }, b: { command: x, needs: [c] }, c: { command: x, needs: [a] } }",
            ["1:29: the daemons need each other in a circle: a → b → c → a; remove one of these needs"]
        ),
        (
            "daemons: { a: { command: x, needs: [a] } }",
            ["1:29: the daemons need each other in a circle: a → a; remove one of these needs"]
        ),
        (
            "daemons: { 'a b': ./a }",
            [#"1:12: "a b" is not a daemon name: letters, digits, _ . - and at most 63 of them"#]
        ),
        (
            "daemons: { a: { command: 'x | y' } }",
            [#"1:26: daemons.a.command holds |, which only a shell understands; add "shell: true""#]
        ),
        ("daemons: { a: { command: \"x 'y\" } }", ["1:26: daemons.a.command has a quote ' that is never closed"]),
        ("daemons: { a: { command: [] } }", ["1:26: daemons.a.command is empty"]),
        (
            "daemons: { a: { command: x, stop: { grace: 10 } } }",
            ["1:44: daemons.a.stop.grace must be a duration such as 500ms, 2s, 5m or 1h30m"]
        ),
        (
            "daemons: { a: { command: x, restart: { when: allways } } }",
            [#"1:46: daemons.a.restart.when must be one of always, on-failure, never; did you mean "always"?"#]
        ),
        (
            "daemons: { a: { command: x, ready: { every: 1s } } }",
            ["1:36: daemons.a.ready must have exactly one of http, tcp, command, log, notify, silent_for, any, all"]
        ),
        (
            "daemons: { a: { command: x, ready: { tcp: nowhere } } }",
            ["1:43: daemons.a.ready.tcp must be an address such as 127.0.0.1:5432"]
        ),
        (
            "daemons: { a: { command: x, limits: { cpu: 0 } } }",
            ["1:44: daemons.a.limits.cpu must be a number of at least 0.01"]
        ),
        (
            "daemons: { a: { command: x, ready: { log: { pattern: '(a' } } } }",
            ["1:45: daemons.a.ready.log.pattern: This group is not closed; add ) or write \\( for the character"]
        ),
        (
            "daemons: { a: { command: x, needs: { b: succeeded } }, b: x }",
            [#"1:29: daemon "a" waits for "b" to be succeeded, but that one runs for ever; give it "oneshot: true""#]
        ),
        ("tasks: { inbox: . }", ["1:10: tasks.inbox holds the configuration itself; give it a folder of its own"]),
        (
            "tasks: { inbox: .ghost/inbox }",
            ["1:10: tasks.inbox is inside the state folder; give it a folder of its own"]
        ),
        (
            "daemons: { a: { command: x, cwd: work/a } }\ntasks: { inbox: work }",
            [#"2:10: tasks.inbox holds the working directory of daemon "a"; give it a folder of its own"#]
        ),
        ("server: { port: 8080, status_port: 8080 }", ["1:9: server.port and server.status_port are the same"]),
        (
            "daemons: { a: { command: x, restart: allways } }",
            [#"1:38: daemons.a.restart must be one of always, on-failure, never; did you mean "always"?"#]
        ),
        ("server: { port: 70000 }", ["1:17: server.port must be a whole number from 0 to 65535"]),
        ("checks: { disk: { warn: 90%, fail: 80% } }", ["1:30: checks.disk.fail must not be below warn"]),
        ("checks: { odd: { timeout: 1s } }", ["1:16: checks.odd must have one of http, tcp, command, path, or a kind"]),
        (
            "daemons: { a: { command: x, log: { rotate: offf } } }",
            ["1:44: daemons.a.log.rotate must be off, or a mapping with size, keep and age"]
        ),
        (
            #"daemons: { a: { command: x, ready: { http: "http://[::1]:99999/health" } } }"#,
            [#"1:44: daemons.a.ready.http has the port "99999"; ports go from 1 to 65535"#]
        ),
        (
            "daemons: { a: { command: FOO=1 ls } }",
            [
                #"1:26: daemons.a.command begins with the variable FOO, which only a shell would set; put it into env, or "#
                    + #"add "shell: true""#
            ]
        ),
        ("daemons: [a]", ["1:10: daemons must be a mapping of keys to values"]),
        ("a: 1\na: 2", [#"1:1: the key "a" stands twice in this mapping"#]),
    ])
    func aMistake_isSaidWithItsPlaceAndTheNearestRightWord(text: String, expected: [String]) {
        #expect(problems(text) == expected.map { "ghost.yaml:\($0)" })
    }

    @Test func brokenYAML_isSaidWithItsPlace() {
        let found = problems("daemons:\n  a: [x\n")
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("ghost.yaml:3:1: not valid YAML: ") == true, "\(found)")
    }

    @Test func allMistakes_areSaidAtOnceInTheOrderOfTheFile() {
        let found = problems("daemons:\n  b: { command: x, priority: high }\n  a: { command: x, oneshot: perhaps }\n")
        #expect(
            found == [
                "ghost.yaml:2:30: daemons.b.priority must be a whole number",
                "ghost.yaml:3:29: daemons.a.oneshot must be true or false",
            ]
        )
    }
}
