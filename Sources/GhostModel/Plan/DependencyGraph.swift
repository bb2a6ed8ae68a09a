/// What daemons need of each other, as a drawing.
///
/// Each arrow goes from a daemon to what it needs, with the condition unless that is `ready`; a soft need is dashed. Names
/// are quoted for each language, so that nothing in them is taken for a part of it.
public struct DependencyGraph: Sendable, Hashable {
    /// In which language a graph is written.
    public enum Format: String, Sendable, Hashable, CaseIterable {
        /// For Graphviz.
        case dot
        /// For Mermaid.
        case mermaid
        /// For people.
        case text
    }

    /// The daemons in the order of starting.
    public var daemons: [DaemonPlan]

    /// Creates the graph of daemons, given in the order of starting.
    public init(_ daemons: [DaemonPlan]) {
        self.daemons = daemons
    }

    /// The graph, ending with a line end.
    public func rendered(as format: Format) -> String {
        switch format {
        case .dot: dot
        case .mermaid: mermaid
        case .text: text
        }
    }

    private var dot: String {
        var lines = ["digraph ghost {", "  rankdir=LR;", "  node [shape=box];"]
        for daemon in daemons {
            let label = ([daemon.name.text] + notes(of: daemon)).map(Self.dotText).joined(separator: "\\n")
            let style = daemon.kind == .oneshot ? ", style=rounded" : ""
            lines.append("  \"\(Self.dotText(daemon.name.text))\" [label=\"\(label)\"\(style)];")
        }
        for daemon in daemons {
            for need in daemon.needs {
                var attributes = need.condition == .ready ? [] : ["label=\"\(need.condition.rawValue)\""]
                if need.strength == .soft { attributes.append("style=dashed") }
                let list = attributes.isEmpty ? "" : " [\(attributes.joined(separator: ", "))]"
                let (from, to) = (Self.dotText(daemon.name.text), Self.dotText(need.daemon.text))
                lines.append("  \"\(from)\" -> \"\(to)\"\(list);")
            }
        }
        return (lines + ["}", ""]).joined(separator: "\n")
    }

    private var mermaid: String {
        // Names may be words of the language, such as "end", so nodes are numbered.
        let numbers = Dictionary(daemons.enumerated().map { ($1.name, $0 + 1) }) { first, _ in first }
        func node(_ name: DaemonName) -> String { "d\(numbers[name] ?? 0)" }
        var lines = ["flowchart LR"]
        for daemon in daemons {
            let label = ([daemon.name.text] + notes(of: daemon)).map(Self.mermaidText).joined(separator: "<br/>")
            let (open, close) = daemon.kind == .oneshot ? ("([", "])") : ("[", "]")
            lines.append("  \(node(daemon.name))\(open)\"\(label)\"\(close)")
        }
        for daemon in daemons {
            for need in daemon.needs {
                let arrow = need.strength == .soft ? "-.->" : "-->"
                let label = need.condition == .ready ? "" : "|\(need.condition.rawValue)|"
                lines.append("  \(node(daemon.name)) \(arrow)\(label) \(node(need.daemon))")
            }
        }
        return (lines + [""]).joined(separator: "\n")
    }

    private var text: String {
        let width = daemons.map(\.name.text.count).max() ?? 0
        let lines = daemons.map { daemon -> String in
            let needs = daemon.needs.map { need -> String in
                var words = need.condition == .ready ? [] : [need.condition.rawValue]
                if need.strength == .soft { words.append("soft") }
                return need.daemon.text + (words.isEmpty ? "" : " (\(words.joined(separator: ", ")))")
            }
            let notes = notes(of: daemon)
            let padding = String(repeating: " ", count: width - daemon.name.text.count)
            let rest = [needs.isEmpty ? nil : "← " + needs.joined(separator: ", ")] + notes.map { "[\($0)]" }
            let row = daemon.name.text + padding + "  " + rest.compactMap(\.self).joined(separator: "  ")
            return String(row.reversed().drop { $0 == " " }.reversed())
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private func notes(of daemon: DaemonPlan) -> [String] {
        daemon.priority == 0 ? [] : ["priority \(daemon.priority)"]
    }

    private static func dotText(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }

    private static func mermaidText(_ text: String) -> String {
        text.replacing("#", with: "#35;").replacing("\"", with: "#quot;").replacing("@", with: "#64;")
    }
}
