import GhostDaemon
import GhostLogs
import GhostModel
import GhostSystem
import Testing

/// `rules` and `timezone` of a `ghost.yaml`.
struct RulesSectionTests {
    private static let web = """
        components:
          web:
            files: web*.log
            rules: [{when: started, state: active}]
        """

    private static let files: [String: String] = [
        "/project/web.yaml": web,
        "/project/mail.yaml": "components:\n  mail:\n    needs: web\n    rules: [{when: x}]\n",
        "/project/wrong.yaml": "components:\n  web:\n    rules:\n      - {when: y, wen: x}\n",
        "/project/sample.yaml": """
        components:
          web:
            rules: [{when: started, state: active}]
            samples: [{line: started, gives: {state: failed}}]
        """,
    ]

    private func read(_ text: String, name: String = "ghost.yaml") throws(ConfigurationFailure) -> Configuration {
        try PlanLoader.parseConfiguration(
            text,
            folder: "/project",
            name: name,
            surroundings: Surroundings(
                rules: RuleSurroundings(
                    findZone: { text in
                        text == "Europe/Berlin"
                            ? .success(ZoneTable(minutesEast: 60)) : .failure(.missing(text))
                    },
                    zoneNames: { ["Europe/Berlin", "Europe/Paris"] }
                ),
                readRules: { path throws(SystemCallFailure) in
                    if path == "/project/secret.yaml" { throw SystemCallFailure("open", path, code: ErrorNumber(13)) }
                    return Self.files[path].map { Array($0.utf8) }
                }
            )
        )
    }

    private func problems(_ text: String, name: String = "ghost.yaml") -> [String] {
        do throws(ConfigurationFailure) {
            _ = try read(text, name: name)
            return []
        } catch {
            return error.description.split(separator: "\n").map(String.init)
        }
    }

    @Test(arguments: [
        ("rules: web.yaml", ["web"]),
        ("rules: [mail.yaml, web.yaml]", ["mail", "web"]),
        ("rules: {components: {a: {rules: [{when: x}]}}}", ["a"]),
        ("rules: [web.yaml, {components: {a: {needs: web, rules: [{when: x}]}}}]", ["web", "a"]),
        ("{}", []),
    ])
    func rules_areOneSet(text: String, names: [String]) throws {
        #expect(try read(text).rules?.components.map(\.name) ?? [] == names)
    }

    @Test(arguments: [
        (
            "rules: wrong.yaml",
            ["wrong.yaml:4:19: unknown key \"wen\" in components.web.rules[1]; did you mean \"when\"?"]
        ),
        ("rules: no.yaml", ["ghost.yaml:1:8: there is no file of rules no.yaml"]),
        ("rules: secret.yaml", ["ghost.yaml:1:8: the rules secret.yaml cannot be read: Permission denied"]),
        ("rules: [web.yaml, web.yaml]", ["ghost.yaml:1:19: the file web.yaml is named twice"]),
        ("rules: []", ["ghost.yaml:1:8: rules names no file and describes no component"]),
        (
            "rules: [[]]",
            ["ghost.yaml:1:9: rules must be the name of a file, a mapping with components, or a list of both"]
        ),
        (
            "rules: [web.yaml, {components: {web: {rules: [{when: x}]}}}]",
            ["ghost.yaml:1:33: the component web is described twice"]
        ),
        (
            "rules: sample.yaml",
            ["sample.yaml:4:46: the sample does not hold: state is expected to be \"failed\" and is \"active\""]
        ),
        (
            "rules:\n  web: {rules: [{when: x}]}",
            ["ghost.yaml:2:3: the file describes no components; write them under the key components"]
        ),
        // All problems at once, each with its file; those of the configuration come first.
        (
            "rules: [wrong.yaml, {components: {b: {rules: [{when: x, sate: up}]}}}]\ntasks: {inbx: x}",
            [
                "ghost.yaml:1:57: unknown key \"sate\" in components.b.rules[1]; did you mean \"state\"?",
                "ghost.yaml:2:9: unknown key \"inbx\" in tasks; did you mean \"inbox\"?",
                "wrong.yaml:4:19: unknown key \"wen\" in components.web.rules[1]; did you mean \"when\"?",
            ]
        ),
    ])
    func wrongRules_areTold(text: String, expected: [String]) {
        let found = problems(text)
        #expect(Array(found.prefix(expected.count)) == expected)
    }

    @Test func file_isNamedAsTheUserWouldNameIt() {
        #expect(problems("rules: wrong.yaml", name: "sub/ghost.yaml").first?.hasPrefix("sub/wrong.yaml:4:19: ") == true)
    }

    @Test func logOfADaemon_isNamedSimply() throws {
        let text = """
            daemons: {api: x, worker: {command: x, replicas: 2}}
            rules:
              components:
                api: {daemon: api, rules: [{when: x}]}
                all: {daemon: [worker, api], rules: [{when: x}]}
            """
        let rules = try #require(try read(text).rules)
        #expect(rules.component("api")?.files == ["/project/.ghost/logs/daemons/api.log"])
        #expect(
            rules.component("all")?.files == [
                "/project/.ghost/logs/daemons/worker@1.log", "/project/.ghost/logs/daemons/worker@2.log",
                "/project/.ghost/logs/daemons/api.log",
            ]
        )
        let path = "/project/.ghost/logs/daemons/api.log"
        #expect(rules.components(forFile: path).map(\.name) == ["api", "all"])
        let wrong = text.replacing("daemon: api", with: "daemon: apo")
        #expect(problems(wrong) == ["ghost.yaml:4:19: there is no daemon \"apo\"; did you mean \"api\"?"])
    }

    @Test func timezone_isThatOfTimesWithoutOne() throws {
        let found = try read("timezone: Europe/Berlin\nrules: web.yaml")
        #expect(found.zone?.name == "+01:00")
        #expect(found.rules?.hostZone.name == "+01:00")
        #expect(
            problems("timezone: Europe/Berln") == [
                "ghost.yaml:1:11: timezone: there is no time zone \"Europe/Berln\" on this system; "
                    + "did you mean \"Europe/Berlin\"?"
            ]
        )
    }

    @Test func rulesAlone_knowNoDaemons() throws {
        let set = try RuleLoader.load(text: "components: {a: {daemon: x, rules: [{when: y}]}}", file: "r")
        #expect(set.components[0].daemons == ["x"])
        #expect(set.components[0].files.isEmpty)
    }
}
