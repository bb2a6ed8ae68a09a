import ArgumentParser
import GhostDaemon
import GhostLogs
import GhostModel
import GhostSystem

/// `ghost rules try FILE...` plays old logs to rules.
struct RulesTry: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "try",
        abstract: "Play old logs to the rules, and show what they make of them.",
        discussion: """
            Shows every change of state with its line, the totals in the end, and the lines that no rule knew, gathered \
            by their shape. A file is given to the components whose files fit its name, or to that of --component. \
            Files compressed with gzip are read as well, and "-" is the standard input. Nothing is written.
            """
    )

    @Argument(help: ArgumentHelp("The logs, oldest first; - is the standard input.", valueName: "file"))
    var files: [String] = []

    @OptionGroup var options: RuleOptions

    @Option(
        name: .long,
        help: ArgumentHelp("How many unknown shapes, and changes of state, to show.", valueName: "count")
    )
    var most = 20

    func validate() throws {
        if files.isEmpty { throw ValidationError("name at least one log") }
        guard (0...RuleReplay.longestTimeline).contains(most) else {
            throw ValidationError("--most is a number from 0 to \(RuleReplay.longestTimeline)")
        }
    }

    private struct Answer: Encodable {
        var snapshot: RuleSnapshot
        var lines: Int
        var timeline: [RuleReplay.Change]
        var omittedChanges: Int
        var rules: [String: Int]
        var unknown: [LineShapes.Shape]
        var otherUnknownLines: Int
    }

    func run() throws {
        let set = try options.load()
        let named = try options.named(in: set)
        let now = Clocks.wall()
        var replays: [(name: String, replay: RuleReplay)] = []
        for file in files {
            let components = named.map { [$0] } ?? candidates(for: file, in: set)
            guard !components.isEmpty else {
                throw noComponent(for: file, in: set)
            }
            for component in components where !replays.contains(where: { $0.name == component.name }) {
                replays.append((component.name, RuleReplay(component, hostZone: set.hostZone, readAt: now)))
            }
            try read(file, components.map(\.name), &replays)
        }
        if options.json {
            let answers = replays.map { answer($0.replay) }
            Terminal.write(String(decoding: try JSONText.encode(answers), as: UTF8.self))
        } else {
            for (number, entry) in replays.enumerated() {
                if number > 0 { Terminal.print("") }
                RulesTryPage(replay: entry.replay, most: most).show()
            }
        }
    }

    private func noComponent(for file: String, in set: RuleSet) -> GhostFailure {
        let subject = file == "-" ? "the standard input" : file
        let names = set.components.map(\.name).joined(separator: "|")
        guard options.rules != nil else {
            return GhostFailure(
                .usage,
                "\(subject) is no log of Ghost's own components; name your rules with --rules FILE, or say which of them "
                    + "it is of with --component \(names)"
            )
        }
        return GhostFailure(
            .usage,
            "\(subject) fits the files of no component; say which one with --component \(names)"
        )
    }

    private func candidates(for file: String, in set: RuleSet) -> [ComponentRules] {
        // A log that was put away compressed is still of its component.
        let name = file.hasSuffix(".gz") ? String(file.dropLast(3)) : file
        let fitting = file == "-" ? [] : set.components(forFile: name.absolutePath(in: Terminal.currentFolder))
        return fitting.isEmpty && set.components.count == 1 ? set.components : fitting
    }

    private func read(_ file: String, _ names: [String], _ replays: inout [(name: String, replay: RuleReplay)]) throws {
        let chosen = replays.indices.filter { names.contains(replays[$0].name) }
        for index in chosen { replays[index].replay.begin(file: file) }
        let ending: LogText.Ending
        do throws(SourceTrouble) {
            let text = file == "-" ? LogText.standardInput : try LogText(path: file)
            ending = try text.readBlocks { bytes in
                for index in chosen { replays[index].replay.take(bytes) }
            }
        } catch {
            throw GhostFailure(error, readingLog: file)
        }
        if let failure = GhostFailure(ending, of: file) { throw failure }
        for index in chosen { replays[index].replay.end() }
    }

    private func answer(_ replay: RuleReplay) -> Answer {
        let rules = zip(replay.fold.component.ruleNames, replay.fired).map { ($0, $1) }
        return Answer(
            snapshot: replay.snapshot(),
            lines: replay.lines,
            timeline: replay.timeline,
            omittedChanges: replay.omittedChanges,
            rules: Dictionary(rules) { $0 + $1 },
            unknown: replay.unknown.mostFrequentFirst,
            otherUnknownLines: replay.unknown.others
        )
    }
}
