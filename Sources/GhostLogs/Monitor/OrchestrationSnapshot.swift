public import GhostModel

/// The state of all folds at one instant: an immutable value that any thread may judge.
public struct OrchestrationSnapshot: Sendable {
    /// Names the store that ``sequence`` counts in; nil if the logs are only read once.
    ///
    /// While nothing can be committed it is a name of its own, so that no sequence is ever given twice under one name.
    public internal(set) var epoch: String?
    /// The newest event that is in this state; equal sequences of one epoch mean equal states.
    public let sequence: UInt64
    /// Whether this state would survive the end of Ghost.
    public internal(set) var persistence = Persistence(state: .memory)
    /// Why rules that were to take the place of those in force were refused; nil if none were.
    public internal(set) var rulesRefused: String?
    /// The newest losses, oldest first; at most ``OrchestrationData/longestLosses``.
    public let losses: [LossEntry]
    /// All losses there ever were.
    public let lossesTotal: Int
    /// When Ghost last looked at the logs; nil before the first look.
    public internal(set) var lookedAt: Timestamp?
    /// The folder that the logs are in.
    public let folder: String
    /// Whether that folder is there.
    public let folderCondition: FolderCondition

    let sentinel: ComponentView<SentinelFold>
    let watchdog: ComponentView<WatchdogFold>
    let executor: ComponentView<ExecutorFold>
    let selfcheck: ComponentView<SelfCheckFold>
    let lifecycle: ComponentView<LifecycleFold>
    /// What rules describe; nil without any.
    let ruled: RuledView?

    /// The oldest trusted time of any record counted; nil if there is none.
    public var countedSince: Timestamp? {
        [
            sentinel.fold.ledger.firstEvent, watchdog.fold.ledger.firstEvent, executor.fold.ledger.firstEvent,
            selfcheck.fold.ledger.firstEvent, lifecycle.fold.ledger.firstEvent,
        ].compactMap { $0 }.min()
    }
}
