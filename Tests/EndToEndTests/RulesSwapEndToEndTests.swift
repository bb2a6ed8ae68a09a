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

/// Rules in `ghost.yaml` and beside `ghost monitor`, changed while Ghost runs.
struct RulesSwapEndToEndTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static func rules(_ names: String..., phrase: String = "tick", counts: String = "ticks") -> String {
        "components:\n"
            + names.map {
                """
                  \($0):
                    daemon: clock
                    rules: [{when: \(phrase), state: active, count: \(counts)}]
                    samples: [{line: tick 7, gives: {state: active}}]

                """
            }.joined()
    }

    private static let configuration = """
        daemons:
          clock: {command: "i=0; while :; do i=$((i+1)); echo tick $i; sleep 0.02; done", shell: true}
        rules: rules.yaml

        """

    private func counted(_ client: GhostClient, _ component: String, _ counter: String = "ticks") async throws -> Int {
        try await client.orchestration().rules[component]?.counters[counter] ?? 0
    }

    private func append(_ text: String, to name: String) throws {
        let file = try #require(fopen(folder.path(name), "a"))
        fputs(text, file)
        fclose(file)
    }

    private func written() -> Int {
        let text = TemporaryFolder.text(of: folder.path(".ghost/logs/daemons/clock.log")) ?? ""
        return text.split(separator: "\n").filter { $0.hasPrefix("tick ") }.count
    }

    @Test func reload_takesRulesOver_andRefusesWrongOnes() async throws {
        try folder.write(Self.rules("old"), to: "rules.yaml")
        try await withGhostUp(Self.configuration, in: folder) { ghost, client in
            try await eventually("lines are counted") { try await counted(client, "old") > 3 }
            #expect(try await GhostProgram.run("reload", in: folder).output == "no daemon has changed\n")

            // A sample that does not hold: refused, told, and the old ones go on.
            try folder.write(Self.rules("old", phrase: "tock"), to: "rules.yaml")
            let wrong = try await GhostProgram.run("reload", in: folder)
            let what =
                "rules.yaml:5:45: the sample does not hold: state is expected to be \"active\" and is \"unknown\""
            #expect(wrong.exit != .exited(0))
            #expect(wrong.output.contains(what), "\(wrong.output)")
            let data = try await client.orchestration()
            #expect(data.rulesRefused?.contains(what) == true)
            #expect(data.reasons.contains { $0.message == data.rulesRefused })
            #expect(ghost.output.contains("the changed configuration is refused"), "\(ghost.output)")
            let before = try await counted(client, "old")
            try await eventually("the old rules go on") { try await counted(client, "old") > before }

            // Good ones: what is described as before goes on, what is new reads from the beginning.
            try folder.write(Self.rules("old", "new"), to: "rules.yaml")
            let good = try await GhostProgram.run("reload", in: folder)
            #expect(
                good.output == """
                    no daemon has changed
                    rules of new: new, folded from the beginning of its files
                    rules taken over; old goes on with what it counted

                    """
            )
            try await eventually("both have counted everything") {
                let data = try await client.orchestration()
                let old = data.rules["old"]?.counters["ticks"]
                return data.rulesRefused == nil && old != nil && old == data.rules["new"]?.counters["ticks"]
            }
        }
    }

    @Test func killWhileRulesChange_losesAndDoublesNothing() async throws {
        try folder.write(Self.rules("old"), to: "rules.yaml")
        try folder.write(Self.configuration, to: "ghost.yaml")
        let first = try GhostProgram.start(["up", "--port", "0", "--status-port", "0"], in: folder)
        try await eventually("ghost listens") { first.port != nil }
        let client = GhostClient(.http(host: "127.0.0.1", port: first.port ?? 0))
        try await eventually("lines are counted") { try await counted(client, "old") > 3 }
        try folder.write(Self.rules("old", "new"), to: "rules.yaml")
        _ = try await GhostProgram.run("reload", in: folder)
        first.send(SIGKILL)
        try await eventually("it is gone") { first.exit != nil }
        try? await client.shutdown()

        try await withGhostUp(Self.configuration, in: folder) { _, client in
            _ = try await GhostProgram.run("stop", "clock", in: folder)
            let total = written()
            try await eventually("each line is counted once by both") {
                let (old, new) = (try await counted(client, "old"), try await counted(client, "new"))
                return old == total && new == total
            }
            _ = try await GhostProgram.run("start", "clock", in: folder)
        }
    }

    @Test func check_triesTheSamples_andKnowsTheDaemons() async throws {
        try folder.write(Self.configuration, to: "ghost.yaml")
        try folder.write(Self.rules("a"), to: "rules.yaml")
        let good = try await GhostProgram.run("check", in: folder)
        #expect(good.exit == .exited(0))
        #expect(good.output.contains("rules: 1 component, 1 rule, 1 sample holds\n"), "\(good.output)")
        try folder.write(Self.rules("a").replacing("daemon: clock", with: "daemon: clocks"), to: "rules.yaml")
        let wrong = try await GhostProgram.run("check", in: folder)
        #expect(wrong.exit == .exited(78))
        #expect(
            wrong.output == "ghost: rules.yaml:3:13: there is no daemon \"clocks\"; did you mean \"clock\"?\n",
            "\(wrong.output)"
        )
    }

    @Test func monitor_takesAChangedFileOver() async throws {
        func rules(_ word: String, sample: String = "active") -> String {
            """
            components:
              app:
                files: app.log
                rules: [{when: \(word), state: active, count: lines}]
                samples: [{line: job \(word), gives: {state: \(sample)}}]
            """
        }
        try folder.write(rules("done"), to: "r.yaml")
        try folder.write("job done\njob failed\n", to: "logs/app.log")
        let ghost = try GhostProgram.start(
            ["monitor", "--log-dir", "logs", "--rules", "r.yaml", "--state-dir", "state", "--port", "0"]
                + ["--status-port", "0"],
            in: folder
        )
        try await eventually("ghost listens") { ghost.port != nil }
        let client = GhostClient(.http(host: "127.0.0.1", port: ghost.port ?? 0))
        try await eventually("it is counted") { try await counted(client, "app", "lines") == 1 }

        try folder.write(rules("failed", sample: "idle"), to: "r.yaml")
        try await eventually("it is refused") {
            try await client.orchestration().rulesRefused?.contains("r.yaml:5:49: the sample does not hold") == true
        }
        #expect(ghost.output.contains("the changed rules are refused, and those before go on: r.yaml:5:49"))
        #expect(try await counted(client, "app", "lines") == 1)

        try folder.write(rules("failed"), to: "r.yaml")
        try await eventually("it is taken over") { try await client.orchestration().rulesRefused == nil }
        try append("job failed\n", to: "logs/app.log")
        // What was counted stays, what comes is counted by the new rules.
        try await eventually("the new rules count") { try await counted(client, "app", "lines") == 2 }
        #expect(ghost.output.contains("rules taken over; app goes on with what it counted"), "\(ghost.output)")
        try await client.shutdown()
        #expect(try await ghost.stop() == .exited(0))
    }

    @Test func monitor_knowsNoDaemons() async throws {
        try folder.write(Self.rules("a"), to: "r.yaml")
        try folder.write("", to: "logs/x.log")
        let outcome = try await GhostProgram.run(
            "monitor",
            "--log-dir",
            "logs",
            "--once",
            "--rules",
            "r.yaml",
            in: folder
        )
        #expect(
            outcome.output
                == "ghost: r.yaml: a is read from the log of the daemon clock, which only \"ghost up\" knows; "
                + "name its files instead\n"
        )
        #expect(outcome.exit == .exited(78))
    }
}
