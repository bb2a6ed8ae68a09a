import GhostModel

/// What `ghost plan` shows to people.
struct PlanPage {
    var report: PlanReport
    var file: String

    func rendered(color: Bool) -> String {
        var lines = [headline]
        let width = report.daemons.map(\.name.text.count).max() ?? 0
        for (index, daemon) in report.daemons.enumerated() where daemon.fate != .leave {
            let word = report.against == .nothing ? "\(index + 1)" : Self.word(for: daemon.fate)
            let style: Style? = report.against == .nothing ? .dim : Self.style(of: daemon.fate)
            let wordWidth = report.against == .nothing ? "\(report.daemons.count)".count : 7
            let padded = word + String(repeating: " ", count: max(0, wordWidth - word.count))
            let name = daemon.name.text + String(repeating: " ", count: width - daemon.name.text.count)
            let shown = color ? style?.applied(to: padded) ?? padded : padded
            var row = "  \(shown)  \(name)"
            if let why = why(daemon) { row += "  \(Printable.line(why))" }
            while row.last == " " { row.removeLast() }
            lines.append(row)
        }
        let left = report.daemons.filter { $0.fate == .leave }.map(\.name.text)
        if !left.isEmpty { lines.append("untouched: \(left.joined(separator: ", "))") }
        if !report.otherSections.isEmpty {
            lines.append(
                "changes of \(report.otherSections.joined(separator: ", ")) hold from the next start of Ghost on"
            )
        }
        lines += report.notes
        if let last { lines.append(last) }
        return lines.joined(separator: "\n")
    }

    private var touched: Int { report.daemons.count { $0.fate != .leave } }

    private var headline: String {
        switch report.against {
        case .nothing:
            report.daemons.isEmpty
                ? "\(file) declares no daemons"
                : "Ghost is not running; \"ghost up\" would start, in this order:"
        case .running where touched == 0: "\(file) is as it was taken over: no daemon would change"
        case .running: "\"ghost reload\" would, of \(report.daemons.count) daemons:"
        }
    }

    private var last: String? {
        guard report.against == .running, touched > 0 else { return nil }
        let restarted = report.daemons.count { $0.fate == .restart }
        return restarted == 0 ? "no daemon is restarted" : nil
    }

    private func why(_ daemon: PlanReport.Daemon) -> String? {
        switch daemon.fate {
        case .add, .remove:
            return daemon.needs.isEmpty ? nil : "after \(daemon.needs.map(\.text).joined(separator: ", "))"
        case .restart, .live, .leave:
            // What makes it necessary comes first.
            let order: [PlanChange.Effect] = [.restart, .live, .nextStart]
            let changes = order.flatMap { effect in daemon.changes.filter { $0.effect == effect } }
            return changes.map { change in
                let when =
                    switch change.effect {
                    case .restart: ""
                    case .live: daemon.fate == .restart ? " (needs no restart)" : ""
                    case .nextStart: " (from its next start on)"
                    }
                return "\(change.key): \(change.detail)\(when)"
            }.joined(separator: "; ")
        }
    }

    private static func word(for fate: PlanChange.Fate) -> String {
        switch fate {
        case .add: "start"
        case .remove: "stop"
        case .restart: "restart"
        case .live: "apply"
        case .leave: "leave"
        }
    }

    private static func style(of fate: PlanChange.Fate) -> Style? {
        switch fate {
        case .add: .good
        case .remove: .bad
        case .restart: .warning
        case .live: .accent
        case .leave: nil
        }
    }
}
