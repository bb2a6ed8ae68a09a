import ArgumentParser
import GhostClient
import GhostDaemon
import GhostModel

/// Which daemons, and how long to wait for them.
struct OrderOptions: ParsableArguments {
    @OptionGroup var projectOptions: ProjectOptions

    @Option(
        help: ArgumentHelp(
            "How long to wait until the daemons have come to rest, at most 1m; 0s returns at once. Default: 30s.",
            valueName: "time"
        ),
        transform: Self.time
    )
    var wait: Duration = .seconds(30)

    @Argument(help: ArgumentHelp("The daemons.", valueName: "name"))
    var names: [String]

    private static func time(_ text: String) throws -> Duration {
        guard let time = Duration(configurationText: text), time <= .seconds(60) else {
            throw ValidationError("\"\(text)\" is not a time such as 10s, at most 1m")
        }
        return time
    }

    /// Gives the order to one daemon after the other, and says what became of each.
    func give(_ order: DaemonOrder) async throws {
        let project = projectOptions.project
        let outcomes = try await Connection.with(project) { client in
            let names = try Connection.names(names, of: project, in: try await client.daemons())
            var outcomes: [OrderAnswer.Outcome] = []
            for name in names {
                let answer = try await client.give(order, to: name, wait: wait > .zero ? wait : nil)
                Terminal.print(OrderSentence(order: order, answer: answer).text)
                outcomes.append(answer.outcome)
            }
            return outcomes
        }
        if outcomes.contains(.failed) { Terminal.end(.cannotSpawn) }
        if wait > .zero, outcomes.contains(.underway) { Terminal.end(.inputOutput) }
    }
}

/// What became of an order, for people.
struct OrderSentence {
    var order: DaemonOrder
    var answer: OrderAnswer

    var text: String {
        let daemon = answer.daemon
        let pid = daemon.pid.map { " (PID \($0))" } ?? ""
        switch (order, answer.outcome) {
        case (.signal(let signal), _): return "\(daemon.name): \(signal) sent\(pid)"
        case (.stop, .done): return "\(daemon.name) stopped"
        case (.stop, .unchanged): return "\(daemon.name) was stopped already"
        case (.start, .unchanged): return "\(daemon.name) was up already\(pid)"
        case (.start, .done): return "\(daemon.name) \(daemon.phase == .completed ? "completed" : "started\(pid)")"
        case (.restart, .done): return "\(daemon.name) \(daemon.phase == .completed ? "completed" : "restarted\(pid)")"
        case (_, .underway): return "\(daemon.name) is \(daemon.phase.words)\(daemon.reason.map { ": \($0)" } ?? "")"
        case (_, .failed), (_, .done), (_, .unchanged):
            let reason = daemon.reason.map { ": \($0)" } ?? ""
            return "\(daemon.name) is \(daemon.phase.words)\(reason); \"ghost why \(daemon.name)\" tells more"
        }
    }
}

extension DaemonPhase {
    /// What it is doing, to go after "is".
    var words: String {
        switch self {
        case .down: "down"
        case .waiting: "waiting"
        case .starting: "starting"
        case .up: "up"
        case .stopping: "stopping"
        case .backoff: "not running and will be started again"
        case .crashLooping: "crash-looping"
        case .completed: "completed"
        case .failed: "not running and will not be started again"
        case .scheduled: "not running until it is due"
        }
    }
}

/// `ghost start`: want daemons up.
struct Start: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Start daemons that are stopped, failed or waiting for their next attempt.",
        discussion: "Waits until each is ready. What a daemon needs is not started with it."
    )

    @OptionGroup var options: OrderOptions

    func run() async throws { try await options.give(.start) }
}

/// `ghost stop`: want daemons down.
struct Stop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Stop daemons, and leave them stopped.",
        discussion: "Each gets its stop signal and, after its grace, KILL. Daemons that need it go on."
    )

    @OptionGroup var options: OrderOptions

    func run() async throws { try await options.give(.stop) }
}

/// `ghost restart`: stop and start.
struct Restart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Stop daemons in order and start them again.",
        discussion: "Not counted as a death. Waits until each is ready again."
    )

    @OptionGroup var options: OrderOptions

    func run() async throws { try await options.give(.restart) }
}

/// `ghost signal`: send a signal.
struct SignalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signal",
        abstract: "Send a signal to a daemon and everything in its process group."
    )

    @OptionGroup var projectOptions: ProjectOptions

    @Argument(help: "The daemon.")
    var name: String

    @Argument(help: "The signal: HUP, INT, QUIT, KILL, USR1, USR2 or TERM.", transform: Self.signal)
    var signal: Signal

    private static func signal(_ text: String) throws -> Signal {
        guard let signal = Signal(configurationText: text) else {
            let known = Signal.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("there is no signal \"\(text)\"; there are \(known)")
        }
        return signal
    }

    func run() async throws {
        let project = projectOptions.project
        try await Connection.with(project) { client in
            let name = try Connection.names([name], of: project, in: try await client.daemons())[0]
            let answer = try await client.give(.signal(signal), to: name)
            Terminal.print(OrderSentence(order: .signal(signal), answer: answer).text)
        }
    }
}
