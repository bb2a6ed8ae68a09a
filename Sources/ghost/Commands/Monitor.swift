import ArgumentParser
import GhostDaemon
import GhostModel
import GhostSystem

/// `ghost monitor`: only watch logs that others write.
struct Monitor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Watch component logs that others write, and serve what they say.",
        discussion: """
            Reads the five logs in the folder, under either of their names and in either vocabulary, and serves the \
            same API as "ghost up". With --once it reads what is there, prints it and exits with 0 when healthy, 1 on \
            a warning, 2 when critical; then nothing is written anywhere unless --state-dir is given.
            """
    )

    @Option(help: ArgumentHelp("The folder of the logs.", valueName: "dir"))
    var logDir: String

    @Option(
        help: ArgumentHelp(
            "Where Ghost keeps its state; a folder for these logs in $XDG_STATE_HOME/ghost/monitor by default.",
            valueName: "dir"
        )
    )
    var stateDir: String?

    @Option(
        help: ArgumentHelp(
            "A file of rules that describe components of your own; see \"ghost rules\".",
            valueName: "file"
        )
    )
    var rules: String?

    @OptionGroup var listen: ListenOptions
    @OptionGroup var logging: LoggingOptions

    @Flag(help: "Read what is there, print it and exit.")
    var once = false

    @Flag(help: "With --once: print the body of /api/orchestrator/status.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Judge freshness at this instant instead of now, such as 2026-11-22T16:00:00Z.",
            valueName: "time"
        ),
        transform: Self.instant
    )
    var asOf: Timestamp?

    private static func instant(_ text: String) throws -> Timestamp {
        guard let instant = Timestamp(rfc3339: text) else {
            throw ValidationError("\"\(text)\" is not a time such as 2026-11-22T16:00:00Z")
        }
        return instant
    }

    func validate() throws {
        if json, !once { throw ValidationError("--json goes with --once; without it the API answers in JSON") }
    }

    func run() async throws {
        let folder = logDir.absolutePath(in: Terminal.currentFolder)
        let stateFolder = stateDir?.absolutePath(in: Terminal.currentFolder)
        let described = rules.map { RulesFile(path: $0.absolutePath(in: Terminal.currentFolder), name: $0) }
        guard once else {
            let options = RunOptions(
                server: try listen.applied(to: ServerPlan()),
                logFolder: folder,
                stateFolder: stateFolder,
                logger: logging.logger,
                show: Terminal.tell
            )
            try await MonitoringGhost.run(options, folderName: logDir, asOf: asOf, rules: described)
            return
        }
        let data = try MonitorOnce.judge(
            folder: folder,
            name: logDir,
            at: asOf ?? Clocks.wall(),
            stateFolder: stateFolder,
            rules: described,
            logger: logging.logger
        )
        if json {
            Terminal.write(String(decoding: try JSONText.encode(StatusBody(data: data)), as: UTF8.self))
        } else {
            Terminal.print(StatusPage(data: data, daemons: []).rendered(color: Terminal.hasColor))
        }
        Terminal.end(ExitCode(data.overallHealth))
    }
}
