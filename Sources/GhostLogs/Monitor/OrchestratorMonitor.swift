public import GhostModel
import GhostSystem
public import ServiceLifecycle
import Synchronization

/// Follows the five component logs and keeps the newest state of them ready for everybody.
///
/// It reads on a queue of its own, so that a slow disk delays nobody else. A file that cannot be read is a part of the state,
/// never the end of the monitor.
public actor OrchestratorMonitor: Service {
    /// How much is read before the state is published, in bytes.
    private static let budgetBytes = 8 * 1024 * 1024

    private let executor = BlockingExecutor(label: "ghost.monitor")
    private var reader: ComponentLogReader
    private let now: @Sendable () -> Timestamp
    private let waitForChange: @Sendable () async throws -> Void
    private let published: Mutex<OrchestrationSnapshot>

    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// The newest state.
    ///
    /// Never waits for the disk.
    public nonisolated var snapshot: OrchestrationSnapshot { published.withLock { $0 } }

    /// Creates a monitor; nothing is read before ``run()``.
    ///
    /// - Parameters:
    ///   - folder: where the logs are; it need not exist yet.
    ///   - now: the wall clock, or a fixed instant to read archived logs as they were.
    ///   - waitForChange: returns when another look is worthwhile; every 100 ms by default.
    public init(
        folder: String,
        now: @escaping @Sendable () -> Timestamp,
        waitForChange: @escaping @Sendable () async throws -> Void = { try await Task.sleep(for: .milliseconds(100)) }
    ) {
        let reader = ComponentLogReader(folder: folder)
        self.reader = reader
        self.now = now
        self.waitForChange = waitForChange
        published = Mutex(reader.snapshot)
    }

    /// Follows the logs until the service group shuts down or the task is cancelled.
    public func run() async {
        await cancelWhenGracefulShutdown { await self.follow() }
    }

    private func follow() async {
        while !Task.isCancelled {
            guard look() != .unfinished else {
                await Task.yield()
                continue
            }
            do { try await waitForChange() } catch { return }
        }
    }

    /// Reads what is new and publishes the state.
    private func look() -> ReadProgress {
        let progress = reader.read(upTo: Self.budgetBytes, now: now())
        let snapshot = reader.snapshot
        published.withLock { $0 = snapshot }
        return progress
    }
}
