import ArgumentParser
import GhostDaemon
import GhostLogs
import GhostModel
import GhostSystem

/// `ghost rules explain LINE` says what a line means, and why.
struct RulesExplain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say what a line means, and why.",
        discussion: """
            Shows the time, level and sign of the line, each rule that was tried and why it does not fit, and what the \
            rule that fits would change. Without --component every component is asked, and those that know the line \
            are shown. Exit code 65 if no rule knows it.
            """
    )

    @Argument(help: ArgumentHelp("The line, quoted.", valueName: "line"))
    var line: String

    @OptionGroup var options: RuleOptions

    /// The longest line that is explained, in bytes: as much as is read of a line of a log.
    private static let longestLine = LineSplitter.longestLineBytes

    func run() throws {
        let set = try options.load()
        let named = try options.named(in: set)
        let bytes = Array(line.utf8.prefix(Self.longestLine))
        let now = Clocks.wall()
        let all = (named.map { [$0] } ?? set.components).map {
            RuleFold($0, hostZone: set.hostZone).explanation(of: bytes.span, readAt: now)
        }
        let known = all.filter { $0.fired != nil }
        let shown = named != nil || all.count == 1 ? all : known
        if options.json {
            Terminal.write(String(decoding: try JSONText.encode(shown), as: UTF8.self))
        } else if shown.isEmpty {
            if let first = all.first { show(head: first) }
            Terminal.print("No rule of \(all.map(\.component).joined(separator: ", ")) knows this line.")
            Terminal.print("--component NAME shows why each rule of one of them does not.")
        } else {
            for (number, explanation) in shown.enumerated() {
                if number > 0 { Terminal.print("") }
                show(explanation)
            }
        }
        if known.isEmpty { Terminal.end(.badData) }
    }

    private func show(head explanation: RuleExplanation) {
        func show(_ name: String, _ finding: RuleExplanation.Finding) {
            let padded = name + String(repeating: " ", count: 9 - name.count)
            Terminal.print("\(padded) \(finding.value ?? "none"): \(Printable.line(finding.reason))")
        }
        show("time", explanation.time)
        show("level", explanation.level)
        show("indicator", explanation.sign)
        Terminal.print("text      \(Printable.line(explanation.message))")
    }

    private func show(_ explanation: RuleExplanation) {
        let color = Terminal.hasColor
        Terminal.print("component \(color ? Style.accent.applied(to: explanation.component) : explanation.component)")
        show(head: explanation)
        if explanation.kind != "record" { Terminal.print("kind      \(explanation.kind)") }
        Terminal.print("rules")
        for trial in explanation.rules {
            let place = "line \(trial.line)"
            if let refusal = trial.refusal {
                Terminal.print("  no   \(trial.rule) (\(place)): \(refusal)")
            } else {
                Terminal.print("  \(color ? Style.good.applied(to: "yes") : "yes")  \(trial.rule) (\(place))")
            }
        }
        for (name, value) in explanation.captures.sorted(by: { $0.key < $1.key }) {
            Terminal.print("captured  {\(name)} = \(Printable.line(value))")
        }
        for change in explanation.changes { Terminal.print("changes   \(Printable.line(change))") }
        if explanation.fired == nil { Terminal.print("No rule knows this line.") }
    }
}
