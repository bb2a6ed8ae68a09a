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

    /// Where output goes.
    public enum Output: Sendable, Hashable {
        /// It is discarded.
        case nowhere
        /// It is appended to this file, which is created with mode 0640, with its folder, if it is not there.
        case file(String)
        /// It goes to a descriptor, which stays the caller's and is only used during the call.
        case descriptor(Int32)
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
