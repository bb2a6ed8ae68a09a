public import GhostModel

/// Reads the five component logs of a folder into their folds.
///
/// Blocking.
public struct ComponentLogReader {
    /// How much is read at a time, in bytes.
    private static let blockBytes = 256 * 1024

    /// The folder that the logs are in.
    public let folder: String
    private var sentinel: ComponentTrack<SentinelFold>
    private var watchdog: ComponentTrack<WatchdogFold>
    private var executor: ComponentTrack<ExecutorFold>
    private var selfcheck: ComponentTrack<SelfCheckFold>
    private var lifecycle: ComponentTrack<LifecycleFold>
    private var folderCondition = FolderCondition.unseen
    private var lookedAt: Timestamp?
    /// Counts the looks that changed something.
    private var sequence: UInt64 = 0
    private var buffer: [UInt8] = []

    /// Reads the logs in `folder`, which need not exist yet.
    public init(folder: String) {
        self.folder = folder
        sentinel = ComponentTrack(folder: folder)
        watchdog = ComponentTrack(folder: folder)
        executor = ComponentTrack(folder: folder)
        selfcheck = ComponentTrack(folder: folder)
        lifecycle = ComponentTrack(folder: folder)
    }

    /// Reads what is new, at most `budgetBytes`, shared evenly by the components.
    ///
    /// - Parameter now: the instant of reading: times much later are not believed.
    public mutating func read(upTo budgetBytes: Int = .max, now: Timestamp) -> ReadProgress {
        if buffer.isEmpty { buffer = [UInt8](repeating: 0, count: Self.blockBytes) }
        var progress = ReadProgress.unchanged
        let folderNow: FolderCondition = isFolder(folder) ? .present : .missing
        if folderNow != folderCondition {
            folderCondition = folderNow
            progress = .changed
        }
        let share = max(1, budgetBytes / ComponentKind.allCases.count)
        func spend(_ read: (inout Int) -> ReadProgress) {
            var budget = share
            progress.merge(read(&budget))
        }
        spend { sentinel.read(&$0, &buffer, now: now) }
        spend { watchdog.read(&$0, &buffer, now: now) }
        spend { executor.read(&$0, &buffer, now: now) }
        spend { selfcheck.read(&$0, &buffer, now: now) }
        spend { lifecycle.read(&$0, &buffer, now: now) }
        if let boot = lifecycle.fold.lastBoot { executor.changeFold { $0.closeTasks(startedBefore: boot) } }
        lookedAt = now
        if progress != .unchanged { sequence += 1 }
        return progress
    }

    /// The state after the last look, as a value.
    public var snapshot: OrchestrationSnapshot {
        OrchestrationSnapshot(
            sequence: sequence,
            lookedAt: lookedAt,
            folder: folder,
            folderCondition: folderCondition,
            sentinel: sentinel.view,
            watchdog: watchdog.view,
            executor: executor.view,
            selfcheck: selfcheck.view,
            lifecycle: lifecycle.view
        )
    }
}

/// Whether the log folder is there.
public enum FolderCondition: Sendable, Equatable {
    /// Not looked at yet.
    case unseen
    case present
    case missing
}
