import ArgumentParser
import GhostClient
import GhostDaemon
import GhostModel
import GhostSystem

/// The command line: one file per verb in `Commands/`.
@main
struct Ghost: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ghost",
        abstract: "Keeps daemons running and shows, from their own logs, what is true about them.",
        discussion: """
            Start with a file ghost.yaml:

                daemons:
                  web: python3 -m http.server 8080

            then run "ghost up" beside it, and "ghost status" in another terminal.

            Exit codes: 0, 1, 2 are answers about health (healthy, warning, critical) from "status" and \
            "monitor --once"; 64 usage, 65 bad data, 66 no input, 69 Ghost is not running, 70 internal, \
            71 cannot start a program, 73 cannot create, 74 input/output, 75 already running, \
            77 no permission, 78 configuration.
            """,
        version: "ghost \(GhostVersion.text)",
        groupedSubcommands: [
            CommandGroup(
                name: "Run",
                subcommands: [
                    Up.self, Down.self, Upgrade.self, Check.self, Exec.self, Import.self, Monitor.self,
                ]
            ),
            CommandGroup(
                name: "Look",
                subcommands: [Status.self, Ps.self, Why.self, Events.self, Logs.self, Graph.self]
            ),
            CommandGroup(
                name: "Change",
                subcommands: [
                    Start.self, Stop.self, Restart.self, PlanCommand.self, Reload.self, SignalCommand.self,
                ]
            ),
            CommandGroup(name: "Any log", subcommands: [Parse.self, Rules.self]),
        ]
    )

    /// Runs a verb; every way to fail ends in one clear sentence and a code of the documented table.
    static func main() async {
        do {
            let words = CommandLine.arguments.dropFirst()
            // Of "ghost help VERB" the verb counts, for which the parser would show the help of all.
            try checkVerb(words.first == "help" ? words.dropFirst().first : words.first)
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            end(with: error)
        }
    }

    /// Names the nearest verb for one that does not exist, which the parser would only call unexpected.
    private static func checkVerb(_ word: String?) throws(GhostFailure) {
        guard let word, !word.hasPrefix("-"), word != "help" else { return }
        let groups = configuration.groupedSubcommands.flatMap { $0.subcommands }
        let verbs = groups.map { $0._commandName }
        guard !verbs.contains(word) else { return }
        let nearest = Project.nearest(to: word, among: verbs).map { "did you mean \"\($0)\"?" }
        let all = "there are \(verbs.joined(separator: ", "))"
        throw GhostFailure(.usage, "there is no verb \"\(word)\"; \(nearest ?? all)")
    }

    private static func end(with error: any Error) -> Never {
        switch error {
        case let failure as GhostFailure:
            Terminal.fail(failure)
        case let failure as ConfigurationFailure:
            Terminal.fail(GhostFailure(.configuration, failure.description))
        case let failure as SystemCallFailure:
            Terminal.fail(GhostFailure(failure, otherwise: .inputOutput))
        case let failure as GhostClientError:
            Terminal.fail(GhostFailure(ExitCode(failure.code), failure.description))
        case _ where exitCode(for: error).isSuccess:
            // Help and version.
            exit(withError: error)
        case _ where exitCode(for: error) == .validationFailure:
            // Mistakes on the command line, which the parser explains itself.
            let message = fullMessage(for: error)
            Terminal.fail(GhostFailure(.usage, message.hasPrefix("Error: ") ? String(message.dropFirst(7)) : message))
        default:
            Terminal.fail(GhostFailure(.internalFault, "internal fault: \(error)"))
        }
    }
}

extension GhostDaemon.ExitCode {
    /// The code that tells why a Ghost could not be asked.
    init(_ code: GhostClientError.Code) {
        switch code {
        case .notReachable: self = .notRunning
        case .noAnswer, .interrupted, .silent: self = .inputOutput
        case .notAllowed: self = .noPermission
        case .refused, .unreadableAnswer, .noStream: self = .badData
        }
    }
}
