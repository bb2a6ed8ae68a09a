import ArgumentParser
import GhostDaemon
import GhostModel
import Logging

/// Which project a verb is about.
struct ProjectOptions: ParsableArguments {
    @Option(name: [.short, .long], help: ArgumentHelp("The configuration.", valueName: "path"))
    var file = usualFile

    @Option(help: stateHelp)
    var stateDir: String?

    static let usualFile = "ghost.yaml"
    static let stateHelp = ArgumentHelp(
        "Where Ghost keeps its state; .ghost beside the configuration by default.",
        valueName: "dir"
    )

    var project: Project {
        Project(file: file, stateFolder: stateDir, currentFolder: Terminal.currentFolder)
    }
}

/// Where the APIs listen.
struct ListenOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The address to listen on.", valueName: "address"))
    var host: String?

    @Option(
        help: ArgumentHelp("The port of the orchestrator API; 0 takes any free one. Default: 5002.", valueName: "port")
    )
    var port: Int?

    @Option(help: ArgumentHelp("The port of the status API; 0 takes any free one. Default: 5001.", valueName: "port"))
    var statusPort: Int?

    func validate() throws {
        for port in [port, statusPort].compactMap(\.self) where !(0...65_535).contains(port) {
            throw ValidationError("a port is a number from 0 to 65535, not \(port)")
        }
    }

    @Flag(help: "Demand the token of the state folder of every request over TCP.")
    var requireToken = false

    /// The plan's section with what the command line says instead.
    func applied(to plan: ServerPlan) throws -> ServerPlan {
        var plan = plan
        plan.host = host ?? plan.host
        plan.port = port ?? plan.port
        plan.statusPort = statusPort ?? plan.statusPort
        if requireToken { plan.token = .all }
        if let fault = plan.fault { throw GhostFailure(.configuration, fault + "; --require-token does the first") }
        return plan
    }
}

/// How much Ghost says about itself, on standard error.
struct LoggingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What Ghost logs about itself: \(Self.levels). Default: notice.",
            valueName: "level"
        ),
        transform: Self.level
    )
    var logLevel: Logger.Level = .notice

    private static let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")

    private static func level(_ text: String) throws -> Logger.Level {
        guard let level = Logger.Level(rawValue: text) else {
            throw ValidationError("there is no log level \"\(text)\"; there are \(levels)")
        }
        return level
    }

    var logger: Logger { LineLogHandler.logger(level: logLevel) }
}
