import ArgumentParser
import GhostDaemon
import GhostModel

/// `ghost exec`: a command in the place of a daemon.
struct Exec: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a command with the environment, folder, user, umask and limits of a daemon.",
        discussion: """
            The command has this terminal, and its exit code is that of "ghost exec". The daemon is not touched, and \
            need not run; variables that it inherits come from this shell. Example: ghost exec api -- ./manage migrate
            """
    )

    @OptionGroup var projectOptions: ProjectOptions

    @Argument(help: "The daemon.")
    var name: String

    @Argument(parsing: .postTerminator, help: "The command, after --.")
    var command: [String] = []

    func validate() throws {
        guard let program = command.first, !program.isEmpty else {
            throw ValidationError("say what to run: ghost exec \(name) -- COMMAND…")
        }
    }

    func run() throws {
        let project = projectOptions.project
        let daemons = try project.loadPlan().daemons
        guard let daemon = daemons.first(where: { $0.name.text == name }) else {
            throw GhostFailure(.noInput, project.unknownDaemon(name, known: daemons.map(\.name.text)))
        }
        let words = Command(program: command[0], arguments: Array(command.dropFirst()))
        throw ForegroundCommand.become(words, as: daemon)
    }
}
