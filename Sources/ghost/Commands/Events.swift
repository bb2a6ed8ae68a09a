import ArgumentParser
import GhostClient
import GhostDaemon
import GhostModel

/// `ghost events`: what happened in supervision.
struct Events: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what happened to the daemons.",
        discussion: """
            The newest events, oldest first. With --json each is one line. Asks the Ghost that runs; where none does, \
            reads what the last one kept.
            """
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
        do {
            try await Connection.with(project) { client in
                var daemon: DaemonName?
                if let name { daemon = try Connection.names([name], of: project, in: try await client.daemons())[0] }
                let page = try await client.events(after: nil, of: daemon, limit: lines)
                if let trouble = page.trouble { Terminal.warn("the journal is incomplete: \(trouble)") }
                for event in page.events { try show(event) }
                if follow { try await goOn(client, after: page, of: daemon, OutageNote()) }
            }
        } catch let failure as GhostFailure where failure.exitCode == .notRunning {
            try await read(of: project, otherwise: failure)
        }
    }

    /// Shows what the last Ghost kept; where that is asked for, goes on once the next one runs.
    private func read(of project: Project, otherwise failure: GhostFailure) async throws {
        guard let journal = try project.journal() else { throw failure }
        let daemon = try name.map(journal.name)
        let page = try journal.page(of: daemon, limit: lines)
        if page.events.isEmpty { Terminal.note("the last Ghost kept no events\(daemon.map { " of \($0)" } ?? "")") }
        for event in page.events { try show(event) }
        guard follow else { return }
        Terminal.note("Ghost is not running; waiting for it")
        try await Connection.with(project) { client in try await goOn(client, after: page, of: daemon, .away) }
    }

    /// Shows what happens behind a page, until the process ends; also across restarts of Ghost.
    private func goOn(
        _ client: GhostClient,
        after page: JournalPage,
        of daemon: DaemonName?,
        _ known: OutageNote
    ) async throws {
        let position = StreamPosition(epoch: page.epoch, sequence: page.next)
        var outage = known
        for try await update in client.events(after: position, of: daemon) {
            switch update {
            case .event(let event): try show(event)
            case .gap(let gap): Terminal.warn(gap.description)
            case .connection(let status, let error): outage.take(status, error)
            }
        }
    }

    private func show(_ event: JournalEvent) throws {
        if json {
            Terminal.write(String(decoding: try JSONText.encode(event), as: UTF8.self))
        } else {
            Terminal.print("\(event.at)  \(Printable.line(event.text))")
        }
    }
}
