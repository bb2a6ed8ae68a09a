public import GhostModel

/// Everything that a new process is made of.
public struct SpawnRequest: Sendable, Hashable {
    /// The absolute path of the file to execute.
    public var executable: String
    /// The words the process sees, its own name first.
    public var arguments: [String]
    /// The whole environment; nothing is added to it.
    public var environment: [String: String]
    /// The absolute path of the folder it runs in.
    public var workingDirectory: String
    /// Where standard output and standard error go, both through one descriptor so that their order is kept.
    public var output: Output
    /// What else the process has of its own.
    public var attributes = ProcessAttributes()
    /// Which run the process is; nil for a task or a probe, which nobody takes over.
    public var run: RunIdentity?

    /// Which run a process is, and how the next Ghost would stop it.
    public struct RunIdentity: Sendable, Hashable {
        /// The run.
        public var run: RunID
        /// How it is stopped.
        public var stop: StopSequence

        /// Creates the identity of a run.
        public init(run: RunID, stop: StopSequence) {
            self.run = run
            self.stop = stop
        }

        public static func == (left: RunIdentity, right: RunIdentity) -> Bool {
            left.run == right.run && left.stop == right.stop
        }

        public func hash(into hasher: inout Hasher) { hasher.combine(run) }
    }

    /// Where output goes.
    public enum Output: Sendable, Hashable {
        /// It is discarded.
        case nowhere
        /// It is appended to this file, which is created with mode 0640, with its folder, if it is not there.
        case file(String)
        /// It is captured into files that are put away when they are large; only a keeper does that to the letter, any
        /// other spawner appends to the same files.
        case captured(CapturedOutput)
        /// It goes to a descriptor, which stays the caller's and is only used during the call.
        case descriptor(Int32)
    }

    /// The files that output is captured into.
    public struct CapturedOutput: Sendable, Hashable {
        /// The absolute path for standard output, and for standard error unless that has its own.
        public var path: String
        /// The absolute path for standard error, if the plan keeps it apart.
        public var errorPath: String
        /// How they are written.
        public var plan: OutputPlan

        /// Names the files.
        public init(path: String, errorPath: String, plan: OutputPlan) {
            self.path = path
            self.errorPath = errorPath
            self.plan = plan
        }
    }

    /// Creates a request from a file that is known to be executable.
    public init(
        executable: String,
        arguments: [String],
        environment: [String: String],
        workingDirectory: String,
        output: Output
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.output = output
    }

    /// Creates a request from a command as it is written, looking the program up in `environment`'s `PATH`.
    public init(
        _ command: Command,
        environment: [String: String],
        workingDirectory: String,
        output: Output
    ) throws(ExecutableLookupError) {
        self.init(
            executable: try ExecutableLookup.resolve(
                command.program,
                path: environment["PATH"],
                workingDirectory: workingDirectory
            ),
            arguments: [command.program] + command.arguments,
            environment: environment,
            workingDirectory: workingDirectory,
            output: output
        )
    }
}
