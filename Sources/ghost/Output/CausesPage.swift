import GhostModel

/// The part of `ghost why` that tells what led to what, and the deaths before.
struct CausesPage {
    /// Newest first.
    var chain: [JournalEvent]
    var deaths: [JournalEvent]
    var now: Timestamp

    func lines(color: Bool) -> [String] { told(color: color) + earlierDeaths() }

    private func told(color: Bool) -> [String] {
        let told = ToldChain(chain).steps
        guard let first = told.first else { return ["Nothing is known of what led to this."] }
        let width = DayTime(first.event.at, now: now).text.count
        var lines: [String] = []
        for (index, step) in told.enumerated() {
            let time = DayTime(step.event.at, now: now).text
            let padded = time + String(repeating: " ", count: max(0, width - time.count))
            let mark = index == 0 ? "  " : "← "
            let text = Printable.line(step.text)
            let shown = color ? Self.style(of: step.event.kind)?.applied(to: text) ?? text : text
            lines.append("\(color ? Style.dim.applied(to: padded) : padded)  \(mark)\(shown)")
            lines += output(of: step.event, indent: width + 6)
        }
        return lines
    }

    private func output(of event: JournalEvent, indent: Int) -> [String] {
        guard event.kind == .ended, event.detail["next"] != "asked", let position = event.position else { return [] }
        let space = String(repeating: " ", count: indent)
        let place = "\(position.file), up to byte \(position.offset)"
        guard !event.lines.isEmpty else { return ["\(space)It wrote nothing (\(place))."] }
        return ["\(space)Its last lines (\(place)):"] + event.lines.map { "\(space)  | \(Printable.line($0))" }
    }

    /// Deaths that the chain does not tell.
    private func earlierDeaths() -> [String] {
        let told = Set(ToldChain(chain).steps.map(\.event.sequence))
        let others = deaths.filter { !told.contains($0.sequence) }
        guard !others.isEmpty else { return [] }
        return ["", "Earlier deaths:"]
            + others.map { "  \(DayTime($0.at, now: now).text)  \(Printable.line($0.text))" }
    }

    private static func style(of kind: JournalKind) -> Style? {
        switch kind {
        case .ended, .crashLoop, .notStarted, .killing, .gap, .stuck, .probeFailed, .rootCause: .bad
        case .blocked, .unready, .stopping, .trouble, .leftover, .skipped, .drift: .warning
        case .ready, .recovered, .crashLoopOver, .probePassed, .driftOver: .good
        case .adopted, .signalled, .reloaded, .removed, .left: nil
        case .boot, .command, .request, .starting, .started, .restart, .stoodDown, .shutdown, .shutdownCompleted: nil
        }
    }
}
