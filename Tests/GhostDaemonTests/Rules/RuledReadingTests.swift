import Testing

@testable import GhostDaemon
@testable import GhostLogs

struct RuledReadingTests {
    @Test(arguments: [
        ("logs/app-*.log", "app-"), ("/var/log/app.log", "app.log"), ("*.log", ""), ("logs/**/x?.log", "x"),
        ("logs/a**", ""), ("a[/]b.log", ""), ("logs/{a,b/c}.log", ""), ("a\\*b", ""), ("logs/", ""),
    ])
    func theBeginningOfAFilesName_isTakenFromItsPattern(pattern: String, beginning: String) {
        #expect(RuledReading.beginning(ofNamesFor: pattern) == beginning)
    }

    @Test func theComponentsOfAFile_areThoseWhosePatternsFit() throws {
        var text = "components:\n"
        let patterns = ["logs/app-*.log", "app-1.log", "*.log", "logs/web-?.log", "**/app-[12].log", "other/*"]
        for (number, pattern) in patterns.enumerated() {
            text +=
                "  c\(number):\n    files: [\"\(pattern)\", \"app-*\"]\n    rules:\n      - when: \"up\"\n"
                + "        state: up\n"
        }
        let rules = try RuleLoader.load(text: text, file: "rules.yaml")
        let reading = RuledReading(Array(rules.components.indices), rules, folder: "/base")
        for path in ["/base/logs/app-1.log", "/base/app-1.log", "/base/logs/web-3.log", "/base/other/x", "/x/y"] {
            let expected = rules.components.indices.filter { rules.components[$0].hasFile(path) }
            #expect(reading.members(ofFile: path, rules) == expected, "\(path)")
        }
    }
}
