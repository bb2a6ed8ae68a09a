import Foundation
import GhostDaemon
import GhostModel
import Testing

@testable import GhostLogs

/// The rules on the page about them are right.
struct RulesPageTests {
    /// Whether times are read from lines of any log; a build may have a parser that reads none.
    private static let readsTimes: Bool = {
        var parser = LineParser(latest: .read)
        let line = Array("[2026-11-22T16:04:01Z] x".utf8)
        return parser.parse(line.span).time != nil
    }()

    private static let blocks: [String] = {
        let path = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("docs/rules.md")
        guard let page = try? String(contentsOf: path, encoding: .utf8) else { return [] }
        return page.components(separatedBy: "```yaml\n").dropFirst().map {
            $0.components(separatedBy: "```")[0]
        }
    }()

    @Test func tutorial_loadsWhereEachRecordIsStamped() throws {
        let text = Self.blocks[0] + Self.blocks[1]
        let stamped = text.replacing("    every: 1m", with: "    records: stamped\n    every: 1m")
        let set = try RuleLoader.load(text: stamped, file: "docs/rules.md")
        #expect(set.sampleCount == 2)
    }

    @Test(.enabled(if: readsTimes))
    func tutorial_loadsAsItStands() throws {
        let set = try RuleLoader.load(text: Self.blocks[0] + Self.blocks[1], file: "docs/rules.md")
        #expect(set.sampleCount == 2)
    }

    @Test(arguments: [2, 3])
    func rulesOfAConfiguration_load(place: Int) throws {
        let tutorial = Self.blocks[0] + Self.blocks[1]
        let configuration = try PlanLoader.parseConfiguration(
            Self.blocks[place],
            folder: "/project",
            name: "docs/rules.md",
            surroundings: Surroundings(readRules: { _ in Array(tutorial.utf8) })
        )
        #expect(configuration.rules?.components.map(\.name) == ["mailer"])
    }

    @Test func longFormsOfEach_load() throws {
        for line in Self.blocks[4].split(separator: "\n") {
            let rule = "name: r\n        when: '{name} {id} {pid:int} {names:list}'\n        \(line)"
            let text = RuleLanguageTests.oneRule("x: y")
                .replacing("name: it\n        x: y", with: rule)
                .replacing("    rules:", with: "    states: { managed: healthy, released: idle }\n    rules:")
            _ = try RuleLoader.load(text: text, file: "docs/rules.md")
        }
    }
}
