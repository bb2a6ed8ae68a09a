public import GhostModel

/// Runs the script of a task.
///
/// The composition root adapts the process layer to it.
public protocol TaskRunner: Sendable {
    /// Runs `/bin/sh script` to its end; output goes to the end of the file at `output`.
    ///
    /// When the surrounding task is cancelled, the script is stopped and its end is returned.
    func run(script: String, output: String) async -> TaskResult
}

/// How a task ended.
public enum TaskResult: Sendable, Equatable {
    /// It ran and ended.
    case exited(ExitStatus)
    /// It could not be started, and why.
    case notStarted(String)
}
