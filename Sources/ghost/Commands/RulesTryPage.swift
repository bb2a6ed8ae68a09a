import GhostLogs
import GhostModel

/// What `ghost rules try` shows of one component.
struct RulesTryPage {
    let replay: RuleReplay
    /// How many changes and shapes are shown.
    let most: Int

    func show() {
        let snapshot = replay.snapshot()
        let color = Terminal.hasColor
        let name = color ? Style.accent.applied(to: snapshot.component) : snapshot.component
        Terminal.print(
            "\(name): \(snapshot.state) (\(snapshot.meaning.rawValue)) after \(replay.lines.counted("line"))"
        )
        showTimeline()
        showTotals(snapshot)
        showRules()
        showUnknown(snapshot)
    }

    private func showTimeline() {
        guard !replay.timeline.isEmpty else { return }
        Terminal.print("\nchanges of state")
        for change in replay.timeline.prefix(most) {
            let about = change.entity.map { "\($0) " } ?? ""
            let place = change.line > 0 ? "\(change.file):\(change.line)" : "before \(change.file):\(replay.lines)"
            let time = change.time?.description ?? "no time"
            tell("  \(time)  \(about)\(change.from) → \(change.to)  \(place)  \(change.cause)")
        }
        let rest = replay.timeline.count + replay.omittedChanges - min(most, replay.timeline.count)
        if rest > 0 { tell("  … and \(rest) more; --most shows more, --json all") }
    }

    private func showTotals(_ snapshot: RuleSnapshot) {
        Terminal.print("\ntotals")
        for (name, value) in snapshot.counters.sorted(by: { $0.key < $1.key }) { tell("  \(name) \(value)") }
        for (name, value) in snapshot.values.sorted(by: { $0.key < $1.key }) { tell("  \(name) = \(value)") }
        for (name, time) in snapshot.times.sorted(by: { $0.key < $1.key }) { tell("  \(name) \(time)") }
        for (name, items) in snapshot.lists.sorted(by: { $0.key < $1.key }) {
            for item in items { tell("  \(name): \(item)") }
        }
        for (name, entity) in snapshot.entities.sorted(by: { $0.key < $1.key }).prefix(most) {
            var parts = [entity.state]
            parts += entity.values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            parts += entity.counters.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            tell("  \(name): \(parts.joined(separator: ", "))")
        }
        if snapshot.entities.count > most { tell("  … and \(snapshot.entities.count - most) more names") }
        for alert in snapshot.alerts {
            tell("  alert \(alert.name)\(alert.entity.map { " for \($0)" } ?? "") since \(alert.since)")
        }
        for reason in snapshot.reasons {
            let place = reason.position.map { "  (\($0.file), byte \($0.offset))" } ?? ""
            tell("  because \(reason.message)\(place)")
            // Where the message is a state, the line says why.
            if let line = reason.line, line != reason.message { tell("      \(line)") }
        }
    }

    private func showRules() {
        Terminal.print("\nrules")
        let width = replay.fired.map { "\($0)".count }.max() ?? 0
        for (name, count) in zip(replay.fold.component.ruleNames, replay.fired) {
            let text = "\(count)"
            tell("  \(String(repeating: " ", count: width - text.count))\(text)  \(name)")
        }
    }

    private func showUnknown(_ snapshot: RuleSnapshot) {
        if snapshot.damagedLines > 0 { Terminal.print("\n\(snapshot.damagedLines.counted("damaged line"))") }
        guard replay.lines > 0 else {
            Terminal.print("\nthere was no line to be known")
            return
        }
        guard snapshot.unknownLines > 0 else {
            Terminal.print("\nevery line that begins a record is known")
            return
        }
        let shapes = replay.unknown.mostFrequentFirst
        let unknown = snapshot.unknownLines.counted("line")
        Terminal.print("\n\(unknown) that no rule knows, of \(shapes.count.counted("shape"))")
        for shape in shapes.prefix(most) {
            tell("  \(shape.count) × \(shape.shape)")
            tell("      \(shape.file):\(shape.line): \(shape.example)")
        }
        if shapes.count > most { tell("  … and \(shapes.count - most) more shapes; --most shows more") }
        if replay.unknown.others > 0 { tell("  … and \(replay.unknown.others) lines of further shapes") }
    }

    /// Shows what strangers wrote.
    private func tell(_ text: String) { Terminal.print(Printable.line(text)) }
}
