import ArgumentParser
import GhostDaemon
import GhostLogs
import GhostModel
import GhostSystem

/// `ghost rules`: files that say what lines of a log mean.
struct Rules: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check rules for logs, explain lines, and try rules on old logs.",
        discussion: "The rule language is described in docs/rules.md.",
        subcommands: [RulesCheck.self, RulesExplain.self, RulesTry.self]
    )
}

extension RuleSet {
    /// How much there is of everything: `1 component, 2 rules, 1 sample holds`.
    var summary: String {
        let samples =
            sampleCount == 1 ? "1 sample holds" : sampleCount == 0 ? "no samples" : "\(sampleCount) samples hold"
        return "\(components.count.counted("component")), \(ruleCount.counted("rule")), \(samples)"
    }
}

/// Which rules a verb uses.
struct RuleOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("The file of rules; those of Ghost's five components by default.", valueName: "path")
    )
    var rules: String?

    @Option(name: .long, help: ArgumentHelp("The component whose rules are meant.", valueName: "name"))
    var component: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func load() throws -> RuleSet {
        guard let rules else { return try RuleLoader.builtIn() }
        return try Self.load(rules)
    }

    static func load(_ file: String) throws -> RuleSet {
        do {
            return try RuleLoader.load(path: file.absolutePath(in: Terminal.currentFolder), name: file)
        } catch let failure as SystemCallFailure {
            throw GhostFailure(failure, otherwise: .noInput)
        }
    }

    /// The component that was asked for; nil if none was.
    func named(in set: RuleSet) throws -> ComponentRules? {
        guard let component else { return nil }
        guard let found = set.component(component) else {
            let known = set.components.map(\.name).joined(separator: ", ")
            throw GhostFailure(.usage, "there is no component \"\(component)\" in the rules; there are \(known)")
        }
        return found
    }
}

/// `ghost rules check FILE` says whether a file of rules is right.
struct RulesCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a file of rules, its samples included.",
        discussion: "Says every mistake with line, column and the nearest right word. Exit code 78 if there is one."
    )

    @Argument(help: ArgumentHelp("The file of rules.", valueName: "file"))
    var file: String

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    private struct Answer: Encodable {
        struct Problem: Encodable {
            var line: Int?
            var column: Int?
            var message: String
            var suggestion: String?
        }

        var file: String
        var components: Int
        var rules: Int
        var samples: Int
        var problems: [Problem]
    }

    func run() throws {
        do {
            let set = try RuleOptions.load(file)
            if json {
                try show(
                    Answer(
                        file: file,
                        components: set.components.count,
                        rules: set.ruleCount,
                        samples: set.sampleCount,
                        problems: []
                    )
                )
                return
            }
            Terminal.print("\(file): \(set.summary)")
            let bare = set.components.filter { $0.files.isEmpty && $0.daemons.isEmpty }.map(\.name)
            if !bare.isEmpty {
                Terminal.print(
                    "note: no files are named for \(bare.joined(separator: ", ")); nothing will be read for it"
                )
            }
        } catch let failure as ConfigurationFailure where json {
            let problems = failure.problems.map {
                Answer.Problem(
                    line: $0.position?.line,
                    column: $0.position?.column,
                    message: $0.message,
                    suggestion: $0.suggestion
                )
            }
            try show(Answer(file: file, components: 0, rules: 0, samples: 0, problems: problems))
            Terminal.end(.configuration)
        }
    }

    private func show(_ answer: Answer) throws {
        Terminal.write(String(decoding: try JSONText.encode(answer), as: UTF8.self))
    }
}
