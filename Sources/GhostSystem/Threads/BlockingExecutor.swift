import Dispatch

/// Runs an actor's jobs on a serial queue of its own, so that the actor may make blocking calls.
///
/// The cooperative pool has one thread per core and must never wait for a disk, a child process or a lock. An actor that
/// does such work keeps one of these and returns it from `unownedExecutor`:
///
/// ```swift
/// private let executor = BlockingExecutor(label: "ghost.monitor")
/// nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
/// ```
public final class BlockingExecutor: SerialExecutor {
    private let queue: DispatchQueue

    /// Creates an executor; `label` names its queue in debuggers and profilers.
    public init(label: String) {
        queue = DispatchQueue(label: label, target: .global(qos: .userInitiated))
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
