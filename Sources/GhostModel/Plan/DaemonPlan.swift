/// What is declared about one daemon.
public struct DaemonPlan: Sendable, Hashable {
    /// Unique in the plan.
    public var name: DaemonName
    /// What to execute.
    public var command: Command
    /// Whether it runs for ever or to an end.
    public var kind: Kind
    /// The absolute path of the working directory.
    public var workingDirectory: String
    /// Variables added to Ghost's own environment, replacing those of the same name.
    public var environment: [String: String]
    /// What must hold before it starts, in the order of the file.
    public var needs: [Dependency]
    /// Among daemons that may start, the larger starts earlier.
    public var priority: Int
    /// Whether it has come up; nil if it has as soon as it runs.
    public var start: ProbePlan?
    /// When it counts as ready; without a probe, once it has come up.
    public var ready: ProbePlan?
    /// Whether it still works; nil if that is not asked.
    public var alive: ProbePlan?
    /// When and how fast it is restarted.
    public var restart: RestartPolicy
    /// How it is stopped.
    public var stop: StopSequence
    /// What becomes of its output.
    public var output: OutputPlan
    /// Whose its process is and what it may use.
    public var process: ProcessPlan
    /// When it is started by the clock; nil if it is simply kept as it is wanted.
    public var schedule: SchedulePlan?
    /// The TCP ports that it listens on; nil if they are not said, see ``declaredPorts``.
    public var ports: [Int]?
    /// The absolute paths of the files that its environment was read from.
    public var environmentFiles: [String]
    /// What follows when its process is no longer what was declared.
    public var drift: DriftPolicy

    /// Whether a daemon is meant to run for ever or to an end.
    public enum Kind: String, Sendable, Hashable {
        /// Runs until it is stopped; an end is a death.
        case service
        /// Runs once; exit 0 is success.
        case oneshot
    }

    /// Creates a declaration; everything but name, command and folder has the defaults of the documentation.
    public init(
        name: DaemonName,
        command: Command,
        workingDirectory: String,
        kind: Kind = .service,
        environment: [String: String] = [:],
        needs: [Dependency] = [],
        priority: Int = 0,
        start: ProbePlan? = nil,
        ready: ProbePlan? = nil,
        alive: ProbePlan? = nil,
        restart: RestartPolicy = RestartPolicy(),
        stop: StopSequence = StopSequence(),
        output: OutputPlan = OutputPlan(),
        process: ProcessPlan = ProcessPlan(),
        schedule: SchedulePlan? = nil,
        ports: [Int]? = nil,
        environmentFiles: [String] = [],
        drift: DriftPolicy = DriftPolicy()
    ) {
        self.name = name
        self.command = command
        self.workingDirectory = workingDirectory
        self.kind = kind
        self.environment = environment
        self.needs = needs
        self.priority = priority
        self.start = start
        self.ready = ready
        self.alive = alive
        self.restart = restart
        self.stop = stop
        self.output = output
        self.process = process
        self.schedule = schedule
        self.ports = ports
        self.environmentFiles = environmentFiles
        self.drift = drift
    }
}

/// A program and its arguments, as they are handed to exec.
public struct Command: Sendable, Hashable, CustomStringConvertible {
    /// The program: a path if it holds a `/`, otherwise looked up in the daemon's `PATH`.
    public var program: String
    /// Everything after the program.
    public var arguments: [String]

    /// Creates a command from its words.
    public init(program: String, arguments: [String] = []) {
        self.program = program
        self.arguments = arguments
    }

    /// The words joined by spaces, for people; not quoted.
    public var description: String { ([program] + arguments).joined(separator: " ") }
}

/// Something that must hold for another daemon before this one starts.
public struct Dependency: Sendable, Hashable {
    /// The daemon that is needed.
    public var daemon: DaemonName
    /// What must be true about it.
    public var condition: Condition
    /// Whether its failure holds this daemon back.
    public var strength: Strength

    /// What must be true about the daemon that is needed.
    public enum Condition: String, Sendable, Hashable, CaseIterable {
        /// It runs.
        case started
        /// It runs and is ready.
        case ready
        /// It runs, is ready, and its liveness probe succeeds; the same as `ready` for a daemon without one.
        case healthy
        /// It is a oneshot that has ended, however.
        case completed
        /// It is a oneshot that has ended with exit status 0.
        case succeeded
    }

    /// Whether the needed daemon's failure holds this one back.
    public enum Strength: Sendable, Hashable {
        /// Never start without it.
        case hard
        /// Start after it, or without it once it has failed.
        case soft
    }

    /// Creates a dependency; `ready` and hard unless said otherwise.
    public init(daemon: DaemonName, condition: Condition = .ready, strength: Strength = .hard) {
        self.daemon = daemon
        self.condition = condition
        self.strength = strength
    }
}
