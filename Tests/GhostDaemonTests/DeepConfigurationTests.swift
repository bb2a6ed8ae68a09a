import GhostModel
import Testing

@testable import GhostDaemon

/// Variables, replicas, probes by role, stop sequences, and what surrounds a process.
@Suite struct DeepConfigurationTests {
    private let surroundings = Surroundings(
        environment: ["PORT": "80", "EMPTY": ""],
        readFile: { path in
            switch path {
            case "/project/secrets.env": "# keys\nexport TOKEN='a b'\nPORT = 81 # local\nTEXT=\"x\\n\\$y\"\r\n"
            case "/project/broken.env": "A=1\nno equals here\n"
            default: nil
            }
        },
        refused: []
    )

    private func plan(_ text: String) throws -> [DaemonPlan] {
        try PlanLoader.parse(text, folder: "/project", name: "ghost.yaml", surroundings: surroundings).daemons
    }

    private func daemon(_ text: String) throws -> DaemonPlan {
        try #require(plan("daemons: { d: { \(text) } }").first)
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

    @Test func variablesComeFromTheFileThenFromEnvAndTheirValuesAreCompleted() throws {
        let daemon = try daemon(
            #"command: "serve --port ${PORT} ${EMPTY:-none} $HOME $${X}", env_file: secrets.env, env: { URL: "http://h:${PORT}", PORT: "82" }"#
        )
        #expect(daemon.environment == ["TOKEN": "a b", "PORT": "82", "TEXT": "x\n$y", "URL": "http://h:81"])
        #expect(daemon.command.arguments == ["--port", "82", "none", "$HOME", "${X}"])
    }

    @Test func aTextForAShellIsLeftToTheShell() throws {
        #expect(
            try daemon("command: 'echo ${NOBODY} $$', shell: true").command.arguments == ["-c", "echo ${NOBODY} $$"]
        )
    }

    @Test func replicasAreDaemonsOfTheirOwnAndNeededTogether() throws {
        let daemons = try plan(
            "daemons: { worker: { command: 'w ${GHOST_REPLICA}', replicas: 2 }, api: { command: x, needs: [worker] } }"
        )
        #expect(daemons.map(\.name.text) == ["worker@1", "worker@2", "api"])
        #expect(daemons.map(\.command.arguments) == [["1"], ["2"], []])
        #expect(daemons[1].environment == ["GHOST_REPLICA": "2"])
        #expect(daemons[2].needs.map(\.daemon.text) == ["worker@1", "worker@2"])
        #expect(try plan("daemons: { w: { command: x, replicas: 1 } }").map(\.name.text) == ["w"])
    }

    @Test func probesHaveTheDefaultsOfTheirRole() throws {
        let daemon = try daemon(
            """
            command: x, start: { tcp: 80 }, ready: { any: [ { log: "listening" }, { notify: true } ], every: 1s }, \
            alive: { silent_for: 2m }
            """
        )
        #expect(
            daemon.start
                == ProbePlan(.tcp(host: "127.0.0.1", port: 80), every: .seconds(1), failures: 60, action: .restart)
        )
        #expect(daemon.ready == ProbePlan(.any([.log(.text("listening")), .notify]), every: .seconds(1)))
        #expect(daemon.alive == ProbePlan(.silentFor(.seconds(120)), failures: 1, action: .restart))
        let both = try self.daemon(
            "command: x, alive: { all: [{ http: 'http://h/' }, { log: { pattern: 'a+' } }], action: alert }"
        )
        #expect(both.alive?.probe == .all([.http(url: "http://h/"), .log(.pattern("a+"))]))
        #expect(both.alive?.action == .alert)
    }

    @Test func everythingAroundAProcessIsRead() throws {
        let daemon = try daemon(
            """
            command: x, user: www, group: "33", umask: 022, nice: 5,
            limits: { memory: 512MiB, cpu: 1.5, files: 1024, processes: 64 },
            log: { split: true, rotate: { size: 1MB, keep: 3, age: 1d }, on_pressure: block },
            stop: [ { signal: INT, grace: 5s }, { signal: TERM } ]
            """
        )
        let limits = ResourceLimits(memory: 512 << 20, cpu: 1.5, files: 1024, processes: 64)
        #expect(daemon.process == ProcessPlan(user: "www", group: "33", umask: 0o22, nice: 5, limits: limits))
        #expect(
            daemon.output
                == OutputPlan(
                    streams: .split,
                    rotateBytes: 1_000_000,
                    keep: 3,
                    age: .seconds(86_400),
                    pressure: .block
                )
        )
        #expect(daemon.stop.sentence == "INT, TERM after 5s, KILL after 15s")
        #expect(try self.daemon("command: x, log: { rotate: off }").output.rotateBytes == nil)
    }

    @Test func aScheduleMakesAOneshot() throws {
        let daemon = try daemon("command: x, schedule: { cron: '*/5 * * * *', overlap: queue, missed: run }")
        #expect(daemon.kind == .oneshot)
        #expect(
            daemon.schedule == SchedulePlan(.cron(try CronSchedule("*/5 * * * *")), overlap: .queue, missed: .run)
        )
    }

    @Test(arguments: [
        (
            "command: 'x ${NOBODY}'",
            "daemons.d.command needs the variable NOBODY, which is not set; set it, or give it a default: ${NOBODY:-value}"
        ),
        ("command: 'x ${A'", "daemons.d.command has a ${ without its }; write $${ for a literal ${"),
        (
            "command: 'x ${A-b}'",
            "daemons.d.command has ${A-b}, which is not the name of a variable; write $${ for a literal ${"
        ),
        (
            "command: x, env_file: none.env",
            "daemons.d.env_file: none.env cannot be read; it must be UTF-8 text of at most 1 MiB"
        ),
        (
            "command: x, env_file: broken.env",
            "daemons.d.env_file: broken.env line 2 has no \"=\"; write NAME=VALUE"
        ),
        ("command: x, replicas: 0", "daemons.d.replicas must be a whole number from 1 to 1000"),
        ("command: x, umask: 99", "daemons.d.umask must be octal, such as 022"),
        ("command: x, limits: { memory: lots }", "daemons.d.limits.memory must be a size such as 512MiB"),
        ("command: x, stop: []", "daemons.d.stop must have from 1 to 16 steps"),
        ("command: x, ready: { silent_for: 5m }", "daemons.d.ready.silent_for belongs to alive"),
        ("command: x, ready: { any: [] }", "daemons.d.ready.any must be a list of probes"),
        (
            "command: x, alive: { tcp: 80, action: restrat }",
            "daemons.d.alive.action must be one of restart, alert; did you mean \"restart\"?"
        ),
        (
            "command: x, schedule: { every: 1m, cron: '@daily' }",
            "daemons.d.schedule must have exactly one of every, cron"
        ),
        (
            "command: x, schedule: { cron: '* *' }",
            "daemons.d.schedule.cron has 2 fields; it takes 5: minute, hour, day, month, weekday"
        ),
    ])
    func aMistakeIsSaidInPlainWords(text: String, message: String) {
        let found = problems("daemons: { d: { \(text) } }")
        #expect(found.count == 1 && found.first?.hasSuffix(": \(message)") == true, "\(found)")
    }

    @Test func whatIsNotCarriedOutIsRefused() {
        let text = "daemons: { d: { command: x, limits: { memory: 1GiB, cpu: 2 } } }"
        let failure = #expect(throws: ConfigurationFailure.self) {
            try PlanLoader.parse(
                text,
                folder: "/project",
                name: "ghost.yaml",
                surroundings: Surroundings(refused: ["limits.memory"])
            )
        }
        #expect(
            failure?.problems.map(\.message) == [
                "\"memory\" in daemons.d.limits is not supported by this version of Ghost; remove it"
            ]
        )
    }

    @Test func portsDriftAndTheSentinelAreRead() throws {
        let daemon = try daemon("command: x, ports: [80, 443], drift: { program: restart, port: ignore }")
        #expect(daemon.ports == [80, 443])
        #expect(daemon.drift == DriftPolicy([.program: .restart, .port: .ignore]))
        #expect(daemon.drift[.memory] == .alert)
        #expect(try self.daemon("command: x, ports: 80").ports == [80])
        let plan = try PlanLoader.parse("sentinel: { every: 5s }", folder: "/", name: "ghost.yaml")
        #expect(plan.sentinel.every == .seconds(5))
    }

    @Test(arguments: [
        ("ports: [0]", "daemons.d.ports must be a port from 1 to 65535, or a list of at most 100"),
        ("ports: {}", "daemons.d.ports must be a port from 1 to 65535, or a list of at most 100"),
        (
            "drift: { program: restrat }",
            "daemons.d.drift.program must be one of alert, restart, ignore; did you mean \"restart\"?"
        ),
        ("drift: { memry: alert }", "unknown key \"memry\" in daemons.d.drift; did you mean \"memory\"?"),
        (
            "drift: { configuration: restart }",
            "daemons.d.drift.configuration can be alert or ignore: a restart would not take the change over, but "
                + "\"ghost reload\" does"
        ),
    ])
    func aMistakeAboutDriftIsSaidInPlainWords(text: String, message: String) {
        let found = problems("daemons: { d: { command: x, \(text) } }")
        #expect(found.count == 1 && found.first?.hasSuffix(": \(message)") == true, "\(found)")
    }
}
