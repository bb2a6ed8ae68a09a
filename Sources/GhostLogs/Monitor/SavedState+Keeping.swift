public import GhostModel
public import GhostStore

/// What the monitor asks of a store; ``StateStore`` answers it.
public protocol StateKeeping: Sendable {
    /// Names the store: two stores never have the same name.
    var epoch: String { get }
    /// Where a damaged store was moved when this one was opened; nil if there was none.
    var movedAside: String? { get }
    /// What was committed last; nil if nothing ever was.
    func load() throws(StoreFailure) -> SavedState?
    /// Writes all of `change`, or nothing.
    func commit(_ change: StateChange) throws(StoreFailure)
    /// The events after a sequence, oldest first.
    func events(after sequence: UInt64, limit: Int) async throws(StoreFailure) -> [StateEvent]
}

extension StateStore: StateKeeping {}
