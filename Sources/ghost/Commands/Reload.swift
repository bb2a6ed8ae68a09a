import ArgumentParser
import GhostClient
import GhostDaemon

/// `ghost reload`: takes a changed configuration over while daemons run.
struct Reload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take over a changed ghost.yaml: restarts only what must be.",
        discussion: """
            New daemons are started, those that are gone are stopped, and those whose program, folder, environment or \
            limits have changed are restarted. Probes, needs, restarts and schedules change without a restart. A \
            configuration that is wrong changes nothing.
            """
    )

    @OptionGroup var projectOptions: ProjectOptions

    func run() async throws {
        let project = projectOptions.project
        let message = try await Connection.withConfiguration(of: project) { client in try await client.reload() }
        Terminal.print(message)
    }
}
