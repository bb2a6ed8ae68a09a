import ArgumentParser
import GhostClient
import GhostDaemon
import GhostModel

/// `ghost why`: what led to a daemon's present state.
struct Why: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tell why a daemon is as it is: the chain of causes, with its last lines.",
        discussion: "The newest event comes first; below each is what led to it, as far back as is known."
    )

    @OptionGroup var projectOptions: ProjectOptions

    @Flag(help: "Print the body of /api/v1/daemons/NAME/why.")
    var json = false

    @Argument(help: "The daemon.")
    var name: String

    func run() async throws {
        let project = projectOptions.project
        try await Connection.with(project) { client in
            let name = try Connection.names([name], of: project, in: try await client.daemons())[0]
            let report = try await client.why(name)
            if json {
                Terminal.write(String(decoding: try JSONText.encode(report), as: UTF8.self))
            } else {
                Terminal.print(WhyPage(report: report).rendered(color: Terminal.hasColor))
            }
        }
    }
}
