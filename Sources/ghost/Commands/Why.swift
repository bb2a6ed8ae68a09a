import ArgumentParser
import GhostClient
import GhostDaemon
import GhostModel
import GhostSystem

/// `ghost why`: what led to a daemon's present state.
struct Why: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tell why a daemon is as it is: the chain of causes, with its last lines.",
        discussion: """
            The newest event comes first; below each is what led to it, as far back as is known. Asks the Ghost that \
            runs; where none does, tells what the last one kept, without --json.
            """
    )

    @OptionGroup var projectOptions: ProjectOptions

    @Flag(help: "Print the body of /api/v1/daemons/NAME/why.")
    var json = false

    @Argument(help: "The daemon.")
    var name: String

    func run() async throws {
        let project = projectOptions.project
        do {
            try await Connection.with(project) { client in
                let name = try Connection.names([name], of: project, in: try await client.daemons())[0]
                let report = try await client.why(name)
                if json {
                    Terminal.write(String(decoding: try JSONText.encode(report), as: UTF8.self))
                } else {
                    Terminal.print(WhyPage(report: report).rendered(color: Terminal.hasColor))
                }
            }
        } catch let failure as GhostFailure where failure.exitCode == .notRunning {
            // What the daemon is doing now is known to a Ghost that runs, and part of the body.
            guard !json, let journal = try project.journal() else { throw failure }
            try tell(from: journal)
        }
    }

    /// Tells what the last Ghost kept.
    private func tell(from journal: LeftJournal) throws {
        let name = try journal.name(name)
        let causes = try journal.causes(of: name)
        let page = CausesPage(chain: causes.chain, deaths: causes.deaths, now: Clocks.wall())
        let color = Terminal.hasColor
        let shown = color ? Style.accent.applied(to: name.text) : name.text
        let headline = "Ghost is not running; this is what the last one knew of \(shown)."
        Terminal.print(([headline, ""] + page.lines(color: color)).joined(separator: "\n"))
    }
}
