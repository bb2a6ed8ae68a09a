public import GhostSystem

/// A reason for `ghost` to end, with the sentence that the user reads and the exit code that scripts read.
public struct GhostFailure: Error, Equatable, CustomStringConvertible {
    /// What scripts read.
    public var exitCode: ExitCode
    /// One sentence, or one line a problem, without the program's name.
    public var message: String

    /// Creates a failure.
    public init(_ exitCode: ExitCode, _ message: String) {
        self.exitCode = exitCode
        self.message = message
    }

    /// Wraps a failed system call; lack of permission has a code of its own.
    ///
    /// - Parameter exitCode: for every other reason.
    public init(_ failure: SystemCallFailure, otherwise exitCode: ExitCode) {
        self.init(failure.code.isLackOfPermission ? .noPermission : exitCode, failure.description)
    }

    /// Wraps a failed system call in a state folder, with what to do about it.
    ///
    /// - Parameter exitCode: for every reason but lack of permission.
    init(_ failure: SystemCallFailure, inStateFolderOtherwise exitCode: ExitCode) {
        self.init(failure, otherwise: exitCode)
        if failure.code.isLackOfPermission {
            message += "; run Ghost as the user who owns the folder, or name another with --state-dir"
        } else if failure.code.isLackOfSpace {
            message += "; free some space, or name a folder on another disk with --state-dir"
        }
    }

    public var description: String { message }
}
