import ArgumentParser
import GhostClient
import GhostDaemon
import GhostModel

/// `ghost events`: what happened in supervision.
struct Events: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what happened to the daemons.",
        discussion: "The newest events, oldest first. With --json each is one line."
    )

    // The short -f is taken by --follow here, as everybody who follows logs expects.
    @Option(help: ArgumentHelp("The configuration.", valueName: "path"))
    var file = ProjectOptions.usualFile

    @Option(help: ProjectOptions.stateHelp)
    var stateDir: String?

    @Flag(name: .shortAndLong, help: "Go on with what happens from now on.")
    var follow = false

    @Option(name: [.customShort("n"), .long], help: ArgumentHelp("How many events.", valueName: "count"))
    var lines = 50

    @Flag(help: "Print each event as a line of JSON.")
    var json = false

    @Argument(help: "Only events of this daemon.")
    var name: String?

    func validate() throws {
        guard (1...JournalLimits.eventsPerAnswer).contains(lines) else {
            throw ValidationError("--lines is a number from 1 to \(JournalLimits.eventsPerAnswer)")
        }
    }

    func run() async throws {
        let project = Project(file: file, stateFolder: stateDir, currentFolder: Terminal.currentFolder)
        try await Connection.with(project) { client in
            var daemon: DaemonName?
            if let name { daemon = try Connection.names([name], of: project, in: try await client.daemons())[0] }
            var page = try await client.events(after: nil, of: daemon, limit: lines)
            if let trouble = page.trouble { Terminal.warn("the journal is incomplete: \(trouble)") }
            try show(page.events)
            while follow {
                let isWhole = page.events.isEmpty
                if isWhole { try await Task.sleep(for: .milliseconds(200)) }
                let epoch = page.epoch
                page = try await client.events(after: page.next, of: daemon, limit: JournalLimits.eventsPerAnswer)
                if page.epoch != epoch {
                    Terminal.warn("the journal began anew; what happened meanwhile may be missing")
                    page = try await client.events(after: nil, of: daemon, limit: lines)
                }
                try show(page.events)
            }
        }
    }

    private func show(_ events: [JournalEvent]) throws {
        for event in events {
            if json {
                Terminal.write(String(decoding: try JSONText.encode(event), as: UTF8.self))
            } else {
                Terminal.print("\(event.at)  \(Printable.line(event.text))")
            }
        }
    }
}
