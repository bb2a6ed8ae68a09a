import GhostDaemon
import GhostLogs
import GhostModel
import Testing

/// What is wrong with a file of rules, where, and what was probably meant.
struct RuleLoaderTests {
    private func problems(_ text: String) -> [String] {
        do throws(ConfigurationFailure) {
            _ = try RuleLoader.load(text: text, file: "r")
            return []
        } catch {
            return error.description.split(separator: "\n").map(String.init)
        }
    }

    private func ofRule(_ rule: String, more: String = "") -> [String] {
        problems("components:\n  c:\n    rules:\n      - \(rule)\n\(more)")
    }

    @Test(arguments: [
        ("", "r: the file describes no components"),
        ("a: [", "r:2:1: not valid YAML: did not find expected node content"),
        ("components: {}", "r:1:13: the file describes no components"),
        (
            "component: {c: {rules: [{when: x}]}}",
            "r:1:1: the file describes no components; write them under the key components"
        ),
        (
            "components:\n  c:\n    rules:\n      - when: {x} up\n        state: up\n",
            "r:4:19: not valid YAML: did not find expected key; a phrase that begins with { must be quoted"
        ),
        ("components: {c: {rules: []}}", "r:1:17: components.c has no rules"),
        ("components: {c: }", "r:1:14: components.c says nothing; it wants files and rules"),
        (
            "components: {'a b': {rules: [{when: x}]}}",
            "r:1:14: \"a b\" is no name; it has letters, digits and . _ - only"
        ),
        ("components: {c: {needs: other, rules: [{when: x}]}}", "r:1:25: there is no component \"other\""),
        ("components: {c: {needs: c, rules: [{when: x}]}}", "r:1:25: c needs itself"),
        (
            "components: {c: {timezone: ../CET, rules: [{when: x}]}}",
            "r:1:28: components.c.timezone: \"../CET\" is no time zone; write utc, an offset such as +02:00, or a name "
                + "such as Europe/Berlin"
        ),
        (
            "components: {c: {timezone: [], rules: [{when: x}]}}",
            "r:1:28: components.c.timezone must be utc, an offset such as +02:00, or a name such as Europe/Berlin"
        ),
        (
            "components: {c: {files: 'a{b,c}', rules: [{when: x}]}}",
            "r:1:25: components.c.files: write a list of patterns in place of {a,b}; a brace that stands for itself is \\{"
        ),
        (
            "components: {c: {states: {a: heathy}, rules: [{when: x}]}}",
            "r:1:30: components.c.states.a must be one of healthy, idle, warning, failed, unknown; "
                + "did you mean \"healthy\"?"
        ),
        (
            "components: {c: {rules: [{when: x}]}}\nrules: [{for: other, when: y}]",
            "r:2:15: there is no component \"other\""
        ),
        (
            "components: {c: {rules: [{when: x, name: n}, {when: y, name: n}]}}",
            "r:1:46: two rules of c are named \"n\""
        ),
        ("components: {c: {rules: x}}", "r:1:25: components.c.rules must be a list of rules"),
    ])
    func wrongFile_isRefused(text: String, problem: String) {
        #expect(problems(text).first == problem)
    }

    @Test(
        arguments: [
            ("{wen: x}", "unknown key \"wen\" in components.c.rules[1]; did you mean \"when\"?"),
            (
                "{state: active}",
                "components.c.rules[1] has no when, level, indicator, fields or time: it would fire on every line"
            ),
            (
                "{when: x, state: activ}",
                "what the state \"activ\" means is not known; name it under states, such as activ: warning; "
                    + "did you mean \"active\"?"
            ),
            ("{when: '{x'}", "a { is never closed; a brace that stands for itself is written {{ – in \"{x\""),
            ("{when: 'x}'}", "a } stands without its {; a brace that stands for itself is written }} – in \"x}\""),
            ("{when: '{x}'}", nil),
            (
                "{when: '{x:int}'}",
                "the phrase has no text of its own; put some before or after the capture – in \"{x:int}\""
            ),
            (
                "{when: '{a}{b} c'}",
                "{b} follows another capture at once; nothing says where that one ends – in \"{a}{b} c\""
            ),
            (
                "{when: 'a {x:nit}'}",
                "{x:nit}: a capture takes one of text, word, name, int, counter, number, duration, time, list, "
                    + "or words such as up|down – in \"a {x:nit}\"; did you mean \"int\"?"
            ),
            ("{when: '{x} and {x}'}", "{x} stands twice in this phrase – in \"{x} and {x}\""),
            (
                "{when: ['a {x}', 'b {x:int}']}",
                "{x} is text in another phrase of this rule, and int here – in \"b {x:int}\""
            ),
            ("{when: 'a {x-y}'}", "{x-y}: the name of a capture has letters, digits and _ only – in \"a {x-y}\""),
            ("{when: 'a {x:up|}'}", "a word between | and | is empty – in \"a {x:up|}\""),
            (
                "{when: '/a(/'}",
                nil
            ),
            (
                "{when: 'a {reason}', error: '{raeson}'}",
                "the rule has no capture {raeson}; it captures only [\"reason\"]; did you mean \"reason\"?"
            ),
            ("{when: a, error: '{x}'}", "the rule has no capture {x}; it captures nothing"),
            ("{when: a, error: 'x } y'}", "a brace stands alone; one that stands for itself is written {{ or }}"),
            (
                "{when: a, level: eror}",
                "components.c.rules[1].level must be one of trace, debug, info, warning, error, fatal; "
                    + "did you mean \"error\"?"
            ),
            ("{when: a, time: maybe}", "components.c.rules[1].time must be one of none, some, any"),
            (
                "{when: 'a {x:duration}', count: {n: '{x}'}}",
                "{x} is no number; capture it as {x:int} or {x:counter}"
            ),
            (
                "{when: 'a {x:int}', count: {n: 'x {x}'}}",
                "components.c.rules[1].count.n must be 1 or one capture, such as \"{n}\""
            ),
            (
                "{when: 'a {x:int}', every: '{x}'}",
                "components.c.rules[1].every must be one capture of the kind duration"
            ),
            (
                "{when: a, expect: {within: 3s}}",
                "components.c.rules[1].expect wants a state or a phrase, within: a duration, and else: a state"
            ),
            (
                "{when: a, count: n, alert: {count: m, over: 3, in: 1m}}",
                "components.c.rules[1].alert watches \"m\", which this rule does not count; did you mean \"n\"?"
            ),
            (
                "{when: a, count: n, alert: {count: n}}",
                "components.c.rules[1].alert wants count: a counter, over: a number and in: a duration"
            ),
            (
                "{when: a, each: {state: up}}",
                "components.c.rules[1].each wants a name, such as \"{name}\" or \"*\", or except"
            ),
            ("{when: a, each: {except: x}}", "components.c.rules[1].each.except must be one capture of the kind list"),
            (
                "{when: a, list: {r: {keep: 0}}}",
                "components.c.rules[1].list.r.keep must be a whole number from 1 to 100"
            ),
        ] as [(String, String?)]
    )
    func wrongRule_isRefusedWithTheReason(rule: String, problem: String?) {
        let found = ofRule(rule)
        guard let problem else { return }
        #expect(found.contains { $0.hasSuffix(problem) }, "\(found)")
        #expect(found.allSatisfy { $0.hasPrefix("r:4:") }, "\(found)")
    }

    @Test func wrongIndicator_namesTheWords() {
        let found = ofRule("{when: a, indicator: faild}")
        #expect(
            found.first?.hasPrefix("r:4:30: components.c.rules[1].indicator must be a sign such as ❌, or one of ok,")
                == true
        )
        #expect(found.first?.hasSuffix("did you mean \"failed\"?") == true)
    }

    @Test func wrongRegex_isRefused() {
        #expect(ofRule("{when: '/a(/'}").first?.contains("the regular expression is wrong at character ") == true)
    }

    // MARK: Samples

    private func ofSample(_ gives: String) -> [String] {
        ofRule(
            "{name: dies, when: '❌ {n:word} died', state: failed, error: '{n}', count: deaths, each: {name: '{n}', count: deaths}}",
            more: "samples:\n  - line: \"❌ api died\"\n    gives: \(gives)\n"
        )
    }

    @Test(arguments: [
        "{}", "{rule: dies, state: failed, status: error, level: error, indicator: ❌, error: api, time: none}",
        "{counts: {deaths: 1}, entities: {api: {counts: {deaths: 1}}, db: none}, captures: {n: api}, alerts: []}",
    ])
    func sampleThatHolds_isAccepted(gives: String) {
        #expect(ofSample(gives) == [])
    }

    @Test(arguments: [
        ("{state: idle}", "r:7:20: the sample does not hold: state is expected to be \"idle\" and is \"failed\""),
        ("{rule: none}", "r:7:19: the sample does not hold: rule is expected to be \"none\" and is \"dies\""),
        (
            "{counts: {deaths: 2}}",
            "r:7:30: the sample does not hold: counts.deaths is expected to be \"2\" and is \"1\""
        ),
        (
            "{counts: {death: 2}}",
            "r:7:29: the sample does not hold: counts has no \"death\"; did you mean \"deaths\"?"
        ),
        (
            "{entities: {apu: up}}",
            "r:7:29: the sample does not hold: there is no entity \"apu\"; did you mean \"api\"?"
        ),
        ("{alerts: [a]}", "r:7:21: the sample does not hold: alerts is expected to be [\"a\"] and is []"),
        ("{sate: idle}", "r:7:13: unknown key \"sate\" in samples[1].gives; did you mean \"state\"?"),
    ])
    func sampleThatFails_refusesTheFile(gives: String, problem: String) {
        #expect(ofSample(gives) == [problem])
    }

    @Test func refusedFile_leavesTheOldSetInForce() throws {
        var inForce = try RuleLoader.load(text: "components: {c: {rules: [{when: x, count: n}]}}", file: "r")
        let old = inForce.components.map(\.fingerprint)
        do throws(ConfigurationFailure) {
            inForce = try RuleLoader.load(text: "components: {c: {rules: [{whn: x}]}}", file: "r")
            Issue.record("the file must be refused")
        } catch {
            #expect(inForce.components.map(\.fingerprint) == old)
        }
    }

    @Test func sharedRules_comeAfterTheOwnOnesOfThoseThatTheyAreFor() throws {
        let set = try RuleLoader.load(
            text: """
                components:
                  a: { rules: [{ name: own, when: x }] }
                  b: { files: [logs/b*.log, /var/log/b.log], rules: [{ name: own, when: x }] }
                rules:
                  - { name: for all, when: y }
                  - { name: for b, for: b, when: z }
                """,
            file: "r"
        )
        #expect(set.component("a")?.ruleNames == ["own", "for all"])
        #expect(set.component("b")?.ruleNames == ["own", "for all", "for b"])
        #expect(set.ruleCount == 4)
        #expect(set.components(forFile: "/srv/logs/b-1.log").map(\.name) == ["b"])
        #expect(set.components(forFile: "/srv/logs/sub/b-1.log").isEmpty)
        #expect(set.components(forFile: "/var/log/b.log").map(\.name) == ["b"])
    }
}
