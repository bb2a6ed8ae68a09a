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
            kills them at once. With -d it goes on in the background, and what it has to say goes to .ghost/ghost.log; \
            "ghost down" stops it, and after a crash it is started again. The output of each daemon goes to \
            .ghost/logs/daemons/NAME.log.
            """
    )

    @Flag(name: [.short, .long], help: "Go on in the background once the daemons have come up.")
    var detach = false

    /// Said by `ghost up -d` to the Ghost that it starts.
    @Flag(help: .hidden)
    var inBackground = false

    /// Ends before anything is touched; how a running Ghost looks whether this one could take its place.
    ///
    /// What is given is told again at the end, so that no other program passes for this one.
    @Option(help: .hidden)
    var rehearse: String?

    @OptionGroup var projectOptions: ProjectOptions

    @Option(
        help: ArgumentHelp("The folder of the component logs; logs in the state folder by default.", valueName: "dir")
    )
    var logDir: String?

    @OptionGroup var listen: ListenOptions
    @OptionGroup var logging: LoggingOptions

    func run() async throws {
        let project = projectOptions.project
        let configuration = try project.loadConfiguration()
        try Preflight.checkAnything(configuration.plan)
        if let rehearse {
            try SupervisingGhost.rehearse()
            Terminal.print("ghost \(GhostVersion.text) can run \(project.file)")
            Terminal.print(UpgradeRehearsal.proof(of: rehearse))
            return
        }
        if detach {
            try await Background(project: project).start()
            return
        }
        let options = RunOptions(
            server: try listen.applied(to: configuration.plan.server),
            logFolder: logDir?.absolutePath(in: Terminal.currentFolder),
            logger: logging.logger,
            show: Terminal.tell,
            invocation: Invocation(
                arguments: Array(CommandLine.arguments.dropFirst()),
                folder: Terminal.currentFolder,
                place: inBackground ? .background : .foreground
            )
        )
        try await SupervisingGhost.run(project, configuration, options)
    }
}
