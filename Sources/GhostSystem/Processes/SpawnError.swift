/// Why a process could not be started.
public struct SpawnError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was to be executed, as far as it is known.
    public var executable: String
    /// What failed.
    public var reason: Reason

    /// What can fail.
    public enum Reason: Sendable, Hashable {
        /// The command names nothing that can be run.
        case lookup(ExecutableLookupError)
        /// A word of the command or a variable cannot be handed over; the text says which.
        case unusableText(String)
        /// The output file cannot be written.
        case output(path: String, ErrorNumber)
        /// The output file is a directory, a device or a pipe.
        case outputIsNoFile(path: String)
        /// The system refused to make the process.
        case system(ErrorNumber)
        /// It cannot be put into the control group for its limits; it can be started without them.
        case controlGroup(String, ErrorNumber)
        /// A part of the way from fork to exec failed; the text says which.
        case step(String, ErrorNumber)
        /// The keeper, which starts daemons, does not do it; the text says why.
        case keeper(String)
        /// The process was made, could not be watched, and was killed.
        case unwatched(ErrorNumber)
    }

    /// Creates an error.
    public init(executable: String, reason: Reason) {
        self.executable = executable
        self.reason = reason
    }

    public var description: String {
        switch reason {
        case .lookup(let error): error.description
        case .unusableText(let text): "cannot start \(executable): \(text)"
        case .output(let path, let error): "cannot start \(executable): cannot write its output to \(path): \(error)"
        case .outputIsNoFile(let path): "cannot start \(executable): its output \(path) is not a regular file"
        case .system(let error): "cannot start \(executable): \(error)\(Self.advice(for: error))"
        case .controlGroup(let path, let error):
            "cannot start \(executable): cannot put it into the control group \(path): \(error)"
        case .step(let step, let error): "cannot start \(executable): cannot \(step): \(error)"
        case .keeper(let text): "cannot start \(executable): \(text)"
        case .unwatched(let error): "cannot watch \(executable), so it was killed: \(error)\(Self.advice(for: error))"
        }
    }

    private static func advice(for error: ErrorNumber) -> String {
        switch error {
        case .notFound: " (it is gone, or its interpreter, which its first line or the binary names)"
        case .tooManyProcesses: " (the limit of processes is reached: ulimit -u, or pids.max of the control group)"
        case .notAProgram: " (it is neither a binary for this machine nor a script that starts with #!)"
        case .tooLong: " (arguments and environment are larger than the system allows)"
        case .busy: " (the file is being written)"
        case .tooManyFilesHere, .tooManyFilesEverywhere: " (the limit of open files is reached: ulimit -n)"
        default: ""
        }
    }
}
