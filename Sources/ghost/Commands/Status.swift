import ArgumentParser
import GhostClient
import GhostDaemon
import GhostModel

/// `ghost status` tells how everything is right now.
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the daemons, the components and the health.",
        discussion: "Exits with 0 when healthy, 1 on a warning, 2 when critical, 69 when Ghost is not running."
    )

    @OptionGroup var projectOptions: ProjectOptions

    @Flag(help: "Print the body of /api/orchestrator/status with the daemons beside it.")
    var json = false

    @Flag(name: [.short, .long], help: "Show it again every second until interrupted.")
    var watch = false

    func run() async throws {
        Terminal.end(ExitCode(try await Connection.with(projectOptions.project, show)))
    }

    private func show(with client: GhostClient) async throws -> OverallHealth {
        while true {
            let data = try await client.orchestration()
            let daemons = try await client.daemons()
            if json {
                let body = ProjectStatus(data: data, daemons: daemons)
                Terminal.write(String(decoding: try JSONText.encode(body), as: UTF8.self))
            } else {
                let page = StatusPage(data: data, daemons: daemons).rendered(color: Terminal.hasColor)
                // Home and erase before, so that the page is replaced in place.
                Terminal.print(watch && Terminal.hasColor ? "\u{1B}[H\u{1B}[2J\(page)" : page)
            }
            guard watch else { return data.overallHealth }
            try await Task.sleep(for: .seconds(1))
        }
    }
}

/// The body of `/api/orchestrator/status` with the supervised daemons beside it.
private struct ProjectStatus: Encodable {
    var status = "success"
    var data: OrchestrationData
    var daemons: [DaemonStatus]
}

extension GhostDaemon.ExitCode {
    /// The code that tells of a health.
    init(_ health: OverallHealth) {
        switch health {
        case .healthy: self = .success
        case .warning: self = .warning
        case .critical: self = .critical
        }
    }
}
