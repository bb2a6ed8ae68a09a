import ArgumentParser
import GhostDaemon
import GhostModel
import GhostSystem

/// `ghost up`: start everything, keep it running, stop it in reverse order.
struct Up: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Start the daemons of ghost.yaml, keep them running and serve their state.",
        discussion: """
            Runs in the foreground until Ctrl-C or SIGTERM, then stops the daemons in reverse order; a second Ctrl-C \
            kills them at once. With -d it goes on in the background and says .ghost/ghost.log what it has to say; \
            "ghost down" stops it. The output of each daemon goes to .ghost/logs/daemons/NAME.log.
            """
    )

    @Flag(name: [.short, .long], help: "Go on in the background once the daemons have come up.")
    var detach = false

    @OptionGroup var projectOptions: ProjectOptions

    @Option(
        help: ArgumentHelp("The folder of the component logs; logs in the state folder by default.", valueName: "dir")
    )
    var logDir: String?

    @OptionGroup var listen: ListenOptions
    @OptionGroup var logging: LoggingOptions

    func run() async throws {
        let project = projectOptions.project
        let plan = try project.loadPlan()
        try Preflight.checkAnything(plan)
        if detach {
            try await Background(project: project).start()
            return
        }
        let options = RunOptions(
            server: try listen.applied(to: plan.server),
            logFolder: logDir?.absolutePath(in: Terminal.currentFolder),
            logger: logging.logger,
            show: Terminal.tell
        )
        try await SupervisingGhost.run(project, plan, options)
    }
}
