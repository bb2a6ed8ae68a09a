import ArgumentParser
import GhostDaemon
import GhostModel

/// `ghost graph`: what daemons need of each other.
struct Graph: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draw what the daemons need of each other.",
        discussion: """
            An arrow goes from a daemon to what it needs, with the condition unless that is "ready"; soft needs are \
            dashed, oneshots are round. "ghost graph | dot -Tsvg" makes a picture.
            """
    )

    @OptionGroup var projectOptions: ProjectOptions

    @Option(
        help: ArgumentHelp("dot (Graphviz), mermaid or text. Default: dot.", valueName: "format"),
        transform: Self.format
    )
    var format: DependencyGraph.Format = .dot

    private static func format(_ text: String) throws -> DependencyGraph.Format {
        guard let format = DependencyGraph.Format(rawValue: text) else {
            let known = DependencyGraph.Format.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("there is no format \"\(text)\"; there are \(known)")
        }
        return format
    }

    func run() throws {
        let plan = try projectOptions.project.loadPlan()
        Terminal.write(DependencyGraph(Preflight.startOrder(of: plan)).rendered(as: format))
    }
}
