public import GhostModel

/// The state of all folds at one instant: an immutable value that any thread may judge.
public struct OrchestrationSnapshot: Sendable {
    /// Counts the looks that changed something; equal sequences of one reader mean equal states.
    public let sequence: UInt64
    /// When Ghost last looked at the logs; nil before the first look.
    public let lookedAt: Timestamp?
    /// The folder that the logs are in.
    public let folder: String
    /// Whether that folder is there.
    public let folderCondition: FolderCondition

    let sentinel: ComponentView<SentinelFold>
    let watchdog: ComponentView<WatchdogFold>
    let executor: ComponentView<ExecutorFold>
    let selfcheck: ComponentView<SelfCheckFold>
    let lifecycle: ComponentView<LifecycleFold>

    /// The oldest trusted time of any record counted; nil if there is none.
    public var countedSince: Timestamp? {
        [
            sentinel.fold.ledger.firstEvent, watchdog.fold.ledger.firstEvent, executor.fold.ledger.firstEvent,
            selfcheck.fold.ledger.firstEvent, lifecycle.fold.ledger.firstEvent,
        ].compactMap { $0 }.min()
    }
}
