import GhostChecks
import GhostModel
import GhostSystem
import GhostTasks

/// Runs commands to their end: those of probes and those of tasks.
///
/// Making a process blocks for a moment, so the actor has a queue of its own.
actor ProcessCommands: CommandRunner, TaskRunner {
    /// How long a task that must stop may take before it is killed.
    static let stopGrace: Duration = .seconds(5)

    private let executor = BlockingExecutor(label: "ghost.commands")
    private let spawner: any Spawner
    private let environment: [String: String]
    private let projectFolder: String

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - environment: Ghost's own, which commands inherit.
    ///   - projectFolder: where tasks run.
    init(spawner: any Spawner, environment: [String: String], projectFolder: String) {
        self.spawner = spawner
        self.environment = environment
        self.projectFolder = projectFolder
    }

    func run(_ command: Command, timeout: Duration, in place: CommandPlace) async -> ProbeResult {
        let ended = Latch<ProcessExit>()
        let process: any RunningProcess
        do {
            let request = try SpawnRequest(
                command,
                environment: environment.merging(place.environment) { $1 },
                workingDirectory: place.directory,
                output: .nowhere
            )
            process = try spawner.spawn(request, onExit: ended.set)
        } catch {
            return .failure("\(error)")
        }
        let exit = await Self.value(of: ended, within: timeout)
        guard let exit else {
            process.signalGroup(.kill)
            _ = await ended.valueDespiteCancellation()
            return .failure("no end within \(timeout.configurationText)")
        }
        return exit.status.isSuccess ? .success : .failure("exit \(exit.status)")
    }

    func run(script: String, output: String) async -> TaskResult {
        let ended = Latch<ProcessExit>()
        let process: any RunningProcess
        do {
            let request = try SpawnRequest(
                Command(program: "/bin/sh", arguments: [script]),
                environment: environment,
                workingDirectory: projectFolder,
                output: .file(output)
            )
            process = try spawner.spawn(request, onExit: ended.set)
        } catch {
            return .notStarted("\(error)")
        }
        if let exit = try? await ended.value() { return .exited(exit.status) }
        process.signalGroup(.term)
        if await Self.value(of: ended, within: Self.stopGrace, despiteCancellation: true) == nil {
            process.signalGroup(.kill)
        }
        return .exited(await ended.valueDespiteCancellation().status)
    }

    /// The value of a latch if it is set in time, and before the task is cancelled.
    private static func value(
        of latch: Latch<ProcessExit>,
        within timeout: Duration,
        despiteCancellation: Bool = false
    ) async -> ProcessExit? {
        guard !despiteCancellation else {
            // A cancelled task cannot sleep; this one waits in a task of its own, which ends with the latch or in time.
            return await Task { await value(of: latch, within: timeout) }.value
        }
        return await withTaskGroup(of: ProcessExit?.self) { group in
            group.addTask { try? await latch.value() }
            group.addTask {
                try? await Task.sleep(for: timeout)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }
}
