import GhostModel
import GhostTestSupport
import Testing

/// `ghost rules` as a user runs it.
struct RulesEndToEndTests {
    private let folder: TemporaryFolder

    private static let rules = """
        components:
          mailer:
            files: "mailer*.log"
            records: stamped
            rules:
              - { name: failed, when: "❌ {reason}", state: failed, error: "{reason}" }
              - { name: up, when: "started pid={pid:int}", state: active, set: { pid: "{pid}" }, count: starts }
            samples:
              - { line: "[2026-11-22T16:04:01Z] started pid=7", gives: { state: active } }
        """

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(Self.rules, to: "r.yaml")
    }

    @Test func rightRules_areCounted() async throws {
        let outcome = try await GhostProgram.run("rules", "check", "r.yaml", in: folder)
        #expect(outcome.output == "r.yaml: 1 component, 2 rules, 1 sample holds\n")
        #expect(outcome.exit == .exited(0))
    }

    @Test func wrongRules_are78() async throws {
        try folder.write(Self.rules.replacing("state: active }", with: "state: actve }"), to: "r.yaml")
        let outcome = try await GhostProgram.run("rules", "check", "r.yaml", in: folder)
        let what = "the sample does not hold: state is expected to be \"actve\" and is \"active\""
        #expect(outcome.output == "ghost: r.yaml:9:73: \(what)\n")
        #expect(outcome.exit == .exited(78))
    }

    @Test func rulesThatAreNotThere_are66() async throws {
        let outcome = try await GhostProgram.run("rules", "check", "no.yaml", in: folder)
        #expect(outcome.output == "ghost: cannot read the rules no.yaml: No such file or directory\n")
        #expect(outcome.exit == .exited(66))
    }

    @Test func line_isExplained() async throws {
        let line = "[2026-11-22T16:04:01Z] started pid=7"
        let outcome = try await GhostProgram.run("rules", "explain", "--rules", "r.yaml", line, in: folder)
        #expect(outcome.exit == .exited(0))
        for part in [
            "  no   failed (line 6): the line does not begin with the sign of", "  yes  up (line 7)",
            "captured  {pid} = 7", "changes   state: unknown → active", "changes   count starts: + 1",
        ] { #expect(outcome.output.contains(part), "\(outcome.output)") }
    }

    @Test func lineThatNobodyKnows_is65() async throws {
        let outcome = try await GhostProgram.run("rules", "explain", "hello", in: folder)
        #expect(
            outcome.output.contains("No rule of sentinel, watchdog, executor, selfcheck, lifecycle knows this line.")
        )
        #expect(outcome.exit == .exited(65))
    }

    @Test func unknownComponent_is64() async throws {
        let outcome = try await GhostProgram.run("rules", "explain", "--component", "mail", "x", in: folder)
        #expect(
            outcome.output == "ghost: there is no component \"mail\" in the rules; "
                + "there are sentinel, watchdog, executor, selfcheck, lifecycle\n"
        )
        #expect(outcome.exit == .exited(64))
    }

    @Test func oldLog_isPlayed() async throws {
        try folder.write(
            """
            [2026-11-22T16:04:01Z] started pid=7
            [2026-11-22T16:04:02Z] sent 120 mails to /var/spool/a
            [2026-11-22T16:04:03Z] sent 7 mails to /var/spool/b
            [2026-11-22T16:04:04Z] ❌ refused
            """,
            to: "mailer-1.log"
        )
        let outcome = try await GhostProgram.run("rules", "try", "--rules", "r.yaml", "mailer-1.log", in: folder)
        #expect(outcome.exit == .exited(0))
        for part in [
            "mailer: failed (error) after 4 lines",
            "  2026-11-22T16:04:01.000Z  unknown → active  mailer-1.log:1  up",
            "  2026-11-22T16:04:04.000Z  active → failed  mailer-1.log:4  failed", "  starts 1", "  pid = 7",
            "  because refused  (mailer-1.log, byte 143)", "2 lines that no rule knows, of 1 shape",
            "  2 × sent # mails to <path>", "      mailer-1.log:2: [2026-11-22T16:04:02Z] sent 120 mails",
        ] { #expect(outcome.output.contains(part), "\(part) is not in \(outcome.output)") }
    }

    @Test func compressedLogs_andTheStandardInput_arePlayed() async throws {
        try folder.write("[2026-11-22T16:04:01Z] started pid=7\n", to: "mailer-1.log")
        let script = "gzip mailer-1.log && \"$0\" rules try --rules r.yaml mailer-1.log.gz"
        let packed = try GhostProgram.startInShell(script, in: folder)
        try await eventually("it ends") { packed.exit != nil }
        #expect(packed.output.contains("mailer: active (active) after 1 line\n"), "\(packed.output)")
        let piped = try GhostProgram.startInShell("gunzip -c *.gz | \"$0\" rules try --rules r.yaml -", in: folder)
        try await eventually("it ends") { piped.exit != nil }
        #expect(piped.output.contains("unknown → active  -:1  up"), "\(piped.output)")
        let wrong = try GhostProgram.startInShell("cat *.gz | \"$0\" rules try --rules r.yaml -", in: folder)
        try await eventually("it ends") { wrong.exit != nil }
        #expect(wrong.output.contains("is compressed; unpack it first"), "\(wrong.output)")
    }

    @Test func logOfNoComponent_is64() async throws {
        try folder.write("components: {a: {rules: [{when: x}]}, b: {rules: [{when: x}]}}", to: "r.yaml")
        let outcome = try await GhostProgram.run("rules", "try", "--rules", "r.yaml", "x.log", in: folder)
        #expect(outcome.output == "ghost: x.log fits the files of no component; say which one with --component a|b\n")
        #expect(outcome.exit == .exited(64))
    }

    @Test func logThatIsNotThere_is66() async throws {
        let outcome = try await GhostProgram.run("rules", "try", "--rules", "r.yaml", "mailer.log", in: folder)
        #expect(
            outcome.output == "ghost: there is no file mailer.log; name a log, or - for the standard input\n"
        )
        #expect(outcome.exit == .exited(66))
    }
}
