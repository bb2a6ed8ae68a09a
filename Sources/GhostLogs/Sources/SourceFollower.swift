public import GhostModel
public import GhostSystem

/// Drives a ``SourceSet`` with the kernel's notifications.
///
/// Blocking but for ``wait()``: call it where waiting for a disk is allowed.
public struct SourceFollower {
    /// The files.
    public var set: SourceSet
    private let watches = FolderWatches()

    /// Drives `set`; nothing is opened before the first ``read(budgetBytes:now:_:)``.
    public init(_ set: SourceSet) {
        self.set = set
    }

    /// Finds files and reads what is new.
    ///
    /// - Parameters:
    ///   - budgetBytes: how much is read at most.
    ///   - now: the instant of reading.
    ///   - sink: receives each line without its end; its bytes are valid during the call.
    public mutating func read(
        budgetBytes: Int = .max,
        now: Timestamp,
        _ sink: (_ line: SourceLine, _ text: Span<UInt8>) -> Void
    ) -> ReadProgress {
        set.take(watches.takeChanges())
        set.discover(with: watches, now: now)
        return set.read(budgetBytes: budgetBytes, now: now, sink)
    }

    /// What ``wait()`` waits for, for those who must not hold the follower while they wait.
    public var changes: SourceChanges { SourceChanges(watches: watches) }

    /// Returns when another ``read(budgetBytes:now:_:)`` is worthwhile, or when the task is cancelled.
    public func wait() async { await changes.wait(atMost: set.longestWait) }
}

/// Waits for changes of followed files.
public struct SourceChanges: Sendable {
    let watches: FolderWatches

    /// Returns when something may have changed, after `longest`, or when the task is cancelled.
    ///
    /// - Parameter longest: ``SourceSet/longestWait``.
    public func wait(atMost longest: Duration) async { await watches.wait(atMost: longest) }

    /// Has `listener` told of every change from now on.
    public func tell(_ listener: WakeUp) { watches.tell(listener) }
}
