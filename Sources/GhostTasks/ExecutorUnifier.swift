public import GhostModel
import GhostSystem
public import Logging
public import ServiceLifecycle
import Synchronization

/// Runs the scripts that are dropped into the inbox, one at a time and each once.
///
/// A script is claimed by a rename before it starts. If Ghost ends while it runs, it is reported as interrupted and not
/// run again: nobody but its author knows whether that would be safe.
public actor ExecutorUnifier: Service {
    /// The time between two looks at files that may still be being written.
    static let settlingInterval: Duration = .milliseconds(250)
    /// The time between two tries when the inbox cannot be read.
    static let troubleInterval: Duration = .seconds(2)

    private let executor = BlockingExecutor(label: "ghost.executor")
    private let folder: TaskFolder?
    private let watch: ChangeWatch?
    private let outputs: String
    private let runner: any TaskRunner
    private let log: any ComponentLogSink
    private let monotonic: @Sendable () -> MonotonicTime
    private let logger: Logger
    private var queue = InboxQueue()
    private var lastLine: MonotonicTime
    private nonisolated let attendance = Mutex(Attendance())

    /// What others may know of its work, and what they asked for.
    private struct Attendance {
        var isResting = false
        /// The file of the task that runs.
        var task: String?
    }

    /// The pause between two looks at a task that somebody waits for.
    private static let interval: Duration = .milliseconds(20)

    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Creates the service; nothing is touched before ``run()``.
    ///
    /// - Parameters:
    ///   - inbox: the absolute path of the inbox, or nil to run nothing.
    ///   - counter: the file that holds the next task id.
    ///   - outputs: the folder for the outputs of tasks, `ID.log` each.
    public init(
        inbox: String?,
        counter: String,
        outputs: String,
        runner: any TaskRunner,
        log: any ComponentLogSink,
        monotonic: @escaping @Sendable () -> MonotonicTime,
        logger: Logger
    ) {
        folder = inbox.map { TaskFolder(inbox: $0, counter: counter) }
        watch = inbox.map { ChangeWatch(folder: $0) }
        self.outputs = outputs
        self.runner = runner
        self.log = log
        self.monotonic = monotonic
        self.logger = logger
        lastLine = monotonic()
    }

    /// Looks at the inbox and runs what is there until the group shuts down; a running task is stopped then.
    public func run() async throws {
        write(.heartbeat())
        await cancelWhenGracefulShutdown { await self.work() }
    }

    /// Takes no further task from now on, and waits for the one that runs.
    ///
    /// - Parameter patience: how long to wait at most.
    /// - Returns: the file of the task that runs still; nil if none does.
    public nonisolated func rest(within patience: Duration) async -> String? {
        attendance.withLock { $0.isResting = true }
        let deadline = ContinuousClock.now + patience
        while let task = attendance.withLock({ $0.task }) {
            guard ContinuousClock.now < deadline, !Task.isCancelled else { return task }
            try? await Task.sleep(for: Self.interval)
        }
        return nil
    }

    /// Whether a task may begin; whoever gets true says when it is over.
    private func begin(_ name: String) -> Bool {
        attendance.withLock { state in
            guard !state.isResting else { return false }
            state.task = name
            return true
        }
    }

    private func work() async {
        var trouble: SystemCallFailure?
        var prepared = false
        while !Task.isCancelled {
            do {
                if let folder {
                    if !prepared { try prepare(folder) }
                    prepared = true
                    try await runSettledTasks(in: folder)
                }
                trouble = nil
            } catch let failure as SystemCallFailure {
                // Said once, tried for ever: a folder that was unmounted or a disk that was full may come back.
                if failure != trouble { logger.warning("the task inbox does not work: \(failure)") }
                trouble = failure
            } catch {
                logger.error("the task inbox failed: \(error)")
            }
            if monotonic() - lastLine >= ComponentLine.heartbeatInterval { write(.heartbeat()) }
            await pause(trouble: trouble)
        }
    }

    /// Waits until another look may be worthwhile; a heartbeat that becomes due meanwhile is at most one wait late.
    private func pause(trouble: SystemCallFailure?) async {
        if trouble != nil {
            try? await Task.sleep(for: Self.troubleInterval)
        } else if queue.seen > 0 {
            try? await Task.sleep(for: Self.settlingInterval)
        } else if let watch {
            await watch.wait()
        } else {
            try? await Task.sleep(for: ComponentLine.heartbeatInterval - (monotonic() - lastLine))
        }
    }

    private func prepare(_ folder: TaskFolder) throws {
        try folder.create()
        try Folder.create(outputs)
        for task in try folder.tasks(in: .running) {
            write(TaskLines.interrupted(task.id))
            try folder.finish(task, in: .failed)
        }
    }

    private func runSettledTasks(in folder: TaskFolder) async throws {
        let names = queue.settled(in: try folder.look())
        for name in names where !Task.isCancelled {
            guard begin(name) else { break }
            defer { attendance.withLock { $0.task = nil } }
            let task: ClaimedTask?
            do throws(SystemCallFailure) {
                task = try folder.claim(name, id: try folder.nextID())
            } catch {
                // One file that cannot be taken must not keep the others waiting.
                refuse(name, error)
                continue
            }
            if let task { try await run(task, in: folder) }
        }
        if !names.isEmpty { write(TaskLines.idle) }
    }

    /// Says once that a file cannot be taken, and lets it lie.
    private func refuse(_ name: String, _ failure: SystemCallFailure) {
        queue.refuse(name)
        logger.warning("a task stays in the inbox: \(failure)")
    }

    private func run(_ task: ClaimedTask, in folder: TaskFolder) async throws {
        write(TaskLines.executing(task.id, command: task.name))
        let started = monotonic()
        let result = await runner.run(script: folder.path(of: task, in: .running), output: "\(outputs)/\(task.id).log")
        write(TaskLines.ended(task.id, result, duration: monotonic() - started))
        try folder.finish(task, in: result == .exited(.exited(0)) ? .done : .failed)
    }

    private func write(_ line: ComponentLine) {
        lastLine = monotonic()
        log.write(line)
    }
}
