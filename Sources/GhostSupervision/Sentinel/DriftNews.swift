public import GhostModel

/// What a look at the processes has changed.
public enum DriftNews: Sendable, Hashable {
    /// Something is found about a run; `all` is everything that holds now.
    case found(RunID, DriftFinding, DriftAction, all: [DriftFinding])
    /// Something does not hold any more.
    case cleared(RunID, DriftKind, all: [DriftFinding])
    /// The wall clock was set forward by this much; negative if back.
    case clockJumped(by: Duration)
}
