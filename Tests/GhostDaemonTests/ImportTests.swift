import GhostModel
import Testing

@testable import GhostDaemon

/// Configurations made from the files of other tools: each is one that Ghost reads.
struct ImportTests {
    /// The plan that the result is read as, by the names of the daemons.
    private func plan(
        _ text: String,
        _ name: String,
        kind: ImportKind? = nil,
        folder: String = "/srv",
        files: [String: String] = [:]
    ) throws -> (daemons: [String: DaemonPlan], notes: [String]) {
        let source = ProjectImport.Source(name: name, folder: folder, text: text)
        let result = try ProjectImport([source], from: kind, target: "/srv") { files[$0] != nil }
        let surroundings = Surroundings(environment: ["HOME": "/root"], readFile: { files[$0] })
        let plan: Plan
        do {
            plan = try PlanLoader.parse(result.yaml, folder: "/srv", name: "ghost.yaml", surroundings: surroundings)
        } catch {
            Issue.record("\(error)\n\(result.yaml)")
            throw error
        }
        #expect(plan.daemons.count >= result.daemons)
        return (
            Dictionary(uniqueKeysWithValues: plan.daemons.map { ($0.name.text, $0) }), result.notes.map(\.description)
        )
    }

    private func words(_ daemon: DaemonPlan?) -> [String] {
        daemon.map { [$0.command.program] + $0.command.arguments } ?? []
    }

    @Test func procfile() throws {
        let text = """
            # the usual
            web: bundle exec puma -p $PORT -C config/puma.rb
            worker: python worker.py --queue "high, low"
            clock: FOO=1 ./clock | tee clock.out

            not a line
            """
        let (daemons, notes) = try plan(text, "Procfile", files: ["/srv/.env": "A=b\n"])
        #expect(words(daemons["web"]) == ["/bin/sh", "-c", "bundle exec puma -p $PORT -C config/puma.rb"])
        #expect(daemons["web"]?.environment == ["PORT": "5000", "A": "b"])
        #expect(words(daemons["worker"]) == ["python", "worker.py", "--queue", "high, low"])
        #expect(words(daemons["clock"]) == ["/bin/sh", "-c", "FOO=1 ./clock | tee clock.out"])
        #expect(daemons["web"]?.environmentFiles == ["/srv/.env"])
        #expect(notes.contains("Procfile:6: the line is not NAME: COMMAND and is passed over"), "\(notes)")
        #expect(notes.contains { $0.hasPrefix("Procfile:2: web is given PORT=5000") })
        #expect(try plan("a: x\n", "Procfile", folder: "/other").daemons["a"]?.workingDirectory == "/other")
    }

    @Test func supervisord() throws {
        let text = #"""
            ; a sample
            [unix_http_server]
            file=/tmp/supervisor.sock   ; the path to the socket file

            [supervisord]
            logfile=/tmp/supervisord.log
            environment=SHARED="1"

            [inet_http_server]
            port=127.0.0.1:9001

            [program:the program]
            command=/bin/cat "a b" %(ENV_HOME)s 100%% ${literal} a;b ; the program
            process_name=%(program_name)s_%(process_num)02d
            numprocs=2
            directory=/tmp
            umask=022
            priority=1
            autostart=yes
            autorestart=unexpected
            startsecs=10
            startretries=5
            exitcodes=0,2
            stopsignal=QUIT
            stopwaitsecs=20
            stopasgroup=true
            user=nobody
            redirect_stderr=false
            stdout_logfile=/a/path
            stdout_logfile_maxbytes=1MB
            stdout_logfile_backups=3
            environment=A="1",B="two, three",
                C=%(here)s
            serverurl=AUTO

            [program:plain]
            command = plackup -p 80
            autorestart=true
            stdout_logfile_maxbytes=0

            [group:both]
            programs=plain

            [eventlistener:theevents]
            command=/bin/eventlistener

            [include]
            files = relative/*.ini
            """#
        let (daemons, notes) = try plan(text, "supervisord.conf")
        let first = try #require(daemons["the-program@1"])
        #expect(words(first) == ["/bin/cat", "a b", "/root", "100%", "${literal}", "a;b"])
        #expect(first.workingDirectory == "/tmp" && first.process.umask == 0o22 && first.process.user == "nobody")
        #expect(first.priority == 998 && daemons["plain"]?.priority == 0)
        #expect(first.restart.when == .onFailure && daemons["plain"]?.restart.when == .always)
        #expect(first.stop == StopSequence(signal: .quit, grace: .seconds(20)))
        #expect(first.output.rotateBytes == 1 << 20 && first.output.keep == 3 && first.output.streams == .split)
        #expect(daemons["plain"]?.output.rotateBytes == nil)
        #expect(
            first.environment
                == ["A": "1", "B": "two, three", "C": "/srv", "SHARED": "1", "GHOST_REPLICA": "1"]
        )
        #expect(daemons.count == 3)
        for line in [9, 21, 22, 23, 29, 34, 41, 44, 47] {
            #expect(notes.contains { $0.hasPrefix("supervisord.conf:\(line): ") }, "line \(line): \(notes)")
        }
    }

    @Test func processCompose() throws {
        let text = #"""
            version: "0.5"
            environment: [ "GLOBAL=1" ]
            log_level: debug
            shell: { shell_command: bash, shell_argument: -c }
            processes:
              migrate:
                command: "./migrate && echo $$HOME done"
              db:
                command: postgres -D data
                readiness_probe:
                  exec: { command: "pg_isready -q" }
                  initial_delay_seconds: 5
                  period_seconds: 3
                  failure_threshold: 5
                shutdown: { signal: 2, timeout_seconds: 30 }
              api:
                entrypoint: ["./api", "--port", "8080", "${NOT_GHOSTS}"]
                working_dir: api
                replicas: 2
                environment:
                  - "MODE=dev ${X}"
                depends_on:
                  db: { condition: process_healthy }
                  migrate: { condition: process_completed_successfully }
                  cache: { condition: process_log_ready }
                readiness_probe:
                  http_get: { host: 127.0.0.1, scheme: http, path: "health", port: 8080 }
                liveness_probe:
                  http_get: { port: 8080 }
                  timeout_seconds: 4
                availability: { restart: always, backoff_seconds: 2, max_restarts: 5 }
                log_location: ./api.log
              cache:
                command: redis-server
                ready_log_line: "Ready to accept connections"
                disabled: true
                availability: { restart: on_failure }
              job:
                command: ./job
                schedule: { cron: "0 2 * * *" }
            """#
        let (daemons, notes) = try plan(text, "process-compose.yaml")
        #expect(words(daemons["migrate"]) == ["/bin/sh", "-c", "./migrate && echo $HOME done"])
        #expect(daemons["migrate"]?.kind == .oneshot && daemons["migrate"]?.restart.when == .never)
        let db = try #require(daemons["db"])
        #expect(db.ready?.probe == .command(Command(program: "sh", arguments: ["-c", "pg_isready -q"])))
        #expect(db.ready?.every == .seconds(3) && db.ready?.failures == 5 && db.ready?.action == .restart)
        #expect(db.stop == StopSequence(signal: .int, grace: .seconds(30)))
        let api = try #require(daemons["api@2"])
        #expect(words(api) == ["./api", "--port", "8080", "${NOT_GHOSTS}"])
        #expect(api.workingDirectory == "/srv/api")
        #expect(api.environment == ["GLOBAL": "1", "MODE": "dev ${X}", "GHOST_REPLICA": "2"])
        #expect(api.needs.map { "\($0.daemon) \($0.condition)" } == ["db ready", "migrate succeeded"])
        #expect(api.ready?.probe == .http(url: "http://127.0.0.1:8080/health"))
        #expect(api.alive?.probe == .http(url: "http://127.0.0.1:8080/") && api.alive?.timeout == .seconds(4))
        #expect(
            api.restart.when == .always && api.restart.backoff.cap == .seconds(2) && api.restart.backoff.factor == 1
        )
        #expect(daemons["cache"] == nil)
        #expect(notes.contains("process-compose.yaml:25: api does not wait for cache, which is written as a comment"))
        #expect(daemons["job"]?.schedule != nil)
        for line in [4, 12, 31, 32, 36] {
            #expect(notes.contains { $0.hasPrefix("process-compose.yaml:\(line): ") }, "line \(line): \(notes)")
        }
    }

    /// What does not start by itself is a comment that becomes a daemon when its marks are taken away.
    @Test(arguments: [
        ("process-compose.yaml", "processes:\n  a:\n    command: sleep 1\n    disabled: true\n", "disabled: true"),
        ("supervisord.conf", "[program:a]\ncommand=sleep 1\nautostart=false\n", "autostart=false"),
    ])
    func whatIsStartedOnDemand_isAComment(name: String, text: String, key: String) throws {
        let (daemons, notes) = try plan(text, name)
        #expect(daemons.isEmpty)
        let why = "\"\(key)\" keeps it from starting, and Ghost starts what is declared"
        #expect(notes.map { $0.split(separator: ": ", maxSplits: 1).last } == ["a is written as a comment: \(why)"])

        let result = try ProjectImport([.init(name: name, folder: "/srv", text: text)], from: nil, target: "/srv") {
            _ in
            false
        }
        #expect(result.daemons == 0)
        let lines = result.yaml.split(separator: "\n").map(String.init)
        let uncommented = lines.dropFirst(3).map { $0.replacing("  #", with: "  ") }
        #expect(lines[2].hasPrefix("  # a was not started by itself; take the # away"), "\(result.yaml)")
        let yaml = (["daemons:"] + uncommented).joined(separator: "\n")
        let declared = try PlanLoader.parse(yaml, folder: "/srv", name: "ghost.yaml").daemons
        #expect(words(declared.first) == ["sleep", "1"], "\(yaml)")
    }

    @Test func pm2() throws {
        let text = #"""
            /* the usual */
            module.exports = {
              apps : [{
                name   : "my-api",
                script : "./app.js", // relative to cwd
                args: "one 'two three'",
                node_args: ["--max-old-space-size=200"],
                instances: 2, exec_mode: "cluster",
                max_memory_restart: "300M",
                watch: true,
                env: { NODE_ENV: "development", PORT: 3000, TEMPLATE: "${x}" },
                env_production: { NODE_ENV: "production" },
                error_file: "./logs/err.log",
                kill_timeout: 3000,
                exp_backoff_restart_delay: 100,
                max_restarts: 10,
                cron_restart: '0 0 * * *',
              }, {
                script: 'worker.py',
                cwd: '/var/www',
                autorestart: false,
                restart_delay: 4000,
                interpreter: '',
              }, { name: "server", script: "/usr/bin/server", interpreter: "none", uid: "nobody" },
              { script: "npm", args: "run start", instances: "max" }],
              deploy: { production: { user: 'node' } }
            };
            """#
        let (daemons, notes) = try plan(text, "ecosystem.config.js")
        let api = try #require(daemons["my-api@1"])
        #expect(words(api) == ["node", "--max-old-space-size=200", "./app.js", "one", "two three"])
        #expect(
            api.environment == ["NODE_ENV": "development", "PORT": "3000", "TEMPLATE": "${x}", "GHOST_REPLICA": "1"]
        )
        #expect(api.process.limits.memory == 300 << 20 && api.drift[.memory] == .restart)
        #expect(api.stop == StopSequence(signal: .int, grace: .seconds(3)))
        #expect(api.restart.backoff.base == .milliseconds(100) && api.restart.backoff.cap == .seconds(15))
        let worker = try #require(daemons["worker"])
        #expect(words(worker) == ["python3", "worker.py"] && worker.workingDirectory == "/var/www")
        #expect(worker.restart.when == .never && worker.restart.backoff.base == .seconds(4))
        #expect(worker.stop == StopSequence(signal: .int, grace: .milliseconds(1600)))
        #expect(words(daemons["server"]) == ["/usr/bin/server"] && daemons["server"]?.process.user == "nobody")
        #expect(words(daemons["npm"]) == ["npm", "run", "start"])
        for line in [1, 8, 10, 12, 13, 16, 17, 25] {
            #expect(notes.contains { $0.hasPrefix("ecosystem.config.js:\(line): ") }, "line \(line): \(notes)")
        }
        #expect(words(try plan(#"{"apps": [{"script": "x.sh"}]}"#, "pm2.json").daemons["x"]) == ["bash", "x.sh"])
        #expect(try plan("export const apps = [{ script: \"e.js\", }];", "ecosystem.config.js").daemons["e"] != nil)
    }

    @Test func systemd() throws {
        let text = #"""
            [Unit]
            Description=A sample
            After=network.target db.service
            Requires=db.service
            Wants=cache.service other.service
            StartLimitIntervalSec=1min 30s
            StartLimitBurst=4
            ConditionPathExists=/x

            [Service]
            Type=notify
            ExecStartPre=/bin/prepare
            ExecStart=-/usr/bin/api --name %N "two words" \
                --pid ${PIDDIR}/x $EXTRA a|b $$HOME 50%%
            ExecReload=/bin/kill -HUP $MAINPID
            WorkingDirectory=/srv/api
            User=nobody
            UMask=0027
            Nice=5
            Environment="A=one two" B=3
            Environment=PIDDIR=/run
            EnvironmentFile=-/etc/default/none
            EnvironmentFile=/etc/default/api
            Restart=on-abnormal
            RestartSec=1500ms
            KillSignal=SIGINT
            TimeoutStopSec=20
            WatchdogSec=30
            LimitNOFILE=65536:70000
            MemoryMax=512M
            CPUQuota=150%
            PrivateTmp=true

            [Install]
            WantedBy=multi-user.target
            """#
        let files = ["/etc/default/api": "FROM_FILE=1\n"]
        let sources = [
            ProjectImport.Source(name: "units/api.service", folder: "/srv/units", text: text),
            .init(
                name: "units/db.service",
                folder: "/srv/units",
                text: "[Service]\nType=oneshot\nExecStart=/bin/true\n"
            ),
            .init(name: "units/cache.service", folder: "/srv/units", text: "[Service]\nExecStart=/bin/cache\n"),
        ]
        let result = try ProjectImport(sources, from: nil, target: "/srv") { files[$0] != nil }
        let plan = try PlanLoader.parse(
            result.yaml,
            folder: "/srv",
            name: "ghost.yaml",
            surroundings: Surroundings(readFile: { files[$0] })
        )
        let api = try #require(plan.daemons.first)
        #expect(
            words(api)
                == [
                    "/usr/bin/api", "--name", "api", "two words", "--pid", "/run/x", "", "a|b", "$HOME", "50%",
                ]
        )
        #expect(api.needs.map { "\($0.daemon) \($0.strength)" }.sorted() == ["cache soft", "db hard"])
        #expect(api.ready?.probe == .notify && api.alive?.probe == .silentFor(.seconds(30)))
        #expect(api.environment == ["A": "one two", "B": "3", "PIDDIR": "/run", "FROM_FILE": "1"])
        #expect(api.restart.when == .onFailure && api.restart.backoff.base == .milliseconds(1500))
        #expect(api.restart.crashLoop?.deaths == 4 && api.restart.crashLoop?.within == .seconds(90))
        #expect(api.stop == StopSequence(signal: .int, grace: .seconds(20)))
        #expect(api.process.limits == ResourceLimits(memory: 512 << 20, cpu: 1.5, files: 65536))
        #expect(api.process.umask == 0o27 && api.process.nice == 5 && api.workingDirectory == "/srv/api")
        #expect(plan.daemons[1].kind == .oneshot && plan.daemons[2].workingDirectory == "/")
        #expect(plan.daemons[2].stop.grace == .seconds(90) && plan.daemons[2].restart.when == .never)
        for line in [8, 12, 13, 15, 22, 24, 32] {
            let found = result.notes.contains { $0.description.hasPrefix("units/api.service:\(line): ") }
            #expect(found, "line \(line): \(result.notes)")
        }
    }

    @Test(arguments: [
        (
            "a: x", "some.thing",
            "cannot tell from its name what wrote some.thing; say it with --from: procfile, "
                + "supervisord, process-compose, pm2, systemd"
        ),
        ("\n", "Procfile", "there is nothing in Procfile that Ghost could run; is --from right?"),
        ("x\n", "supervisord.conf", "supervisord.conf:1: the line is neither a [section] nor KEY=VALUE in one"),
        ("[program:a]\n", "supervisord.conf", "supervisord.conf:1: [program:a] has no command"),
        ("a: [", "process-compose.yml", "process-compose.yml:2: not valid YAML"),
        ("a: b", "process-compose.yml", "process-compose.yml:1: there is no \"processes\""),
        (
            "const port = 3\nmodule.exports = {}", "ecosystem.config.js",
            "ecosystem.config.js:1: this is a program and not plain data; write its result as JSON and import that"
        ),
        (
            "module.exports = { apps: [{ script: process.env.X }] }", "ecosystem.config.js",
            "ecosystem.config.js:1: \"process.env.X\" is a program and not plain data; write its result instead"
        ),
        ("{ \"apps\": [{}] }", "ecosystem.json", "ecosystem.json:1: an app has no script"),
        ("[Unit]\nA=b\n", "a.service", "a.service:1: there is no [Service]"),
    ])
    func aFileThatCannotBeImportedIsSaidInPlainWords(text: String, name: String, message: String) {
        let source = ProjectImport.Source(name: name, folder: "/srv", text: text)
        let failure = #expect(throws: GhostFailure.self) {
            try ProjectImport([source], from: nil, target: "/srv") { _ in false }
        }
        #expect(failure?.message.hasPrefix(message) == true, "\(failure?.message ?? "")")
    }

    /// Any text comes through YAML and Ghost's own reading as it was.
    @Test(arguments: [
        "plain", "two words", "true", "12", "1e3", "~", "null", "- x", "a: b", "# x", "x # y", "\"", "'", "\\", "a\nb",
        "\t",
        "é 🟢", "\u{7f}\u{85}\u{2028}", "${HOME}", "$${", "$HOME", "%", "*a", "&a", "!a", "@a", "`a`", "", " ", "a ",
        "{a}", "[",
        "=", "<<", "0o7", "0x1", ".inf", "yes",
    ])
    func anyTextIsReadBackAsItWas(text: String) throws {
        var daemon = ImportedDaemon(name: "d")
        daemon.setWords(["x", text])
        daemon.setVariable("V", text)
        let yaml = "daemons:\n" + daemon.yaml
        let plan = try PlanLoader.parse(yaml, folder: "/", name: "ghost.yaml")
        #expect(plan.daemons.first?.command.arguments == [text], "\(yaml)")
        #expect(plan.daemons.first?.environment == ["V": text], "\(yaml)")
    }
}
