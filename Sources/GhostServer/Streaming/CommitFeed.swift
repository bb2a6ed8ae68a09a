public import GhostModel
import Synchronization

/// Where the monitor tells what it committed, and the publisher hears of it.
///
/// Telling costs a lock and never waits, so that logs are read at the same speed whoever listens.
public final class CommitFeed: Sendable {
    /// Whether states come.
    public enum Monitor: Sendable, Equatable {
        case notStarted
        case running
        /// It ended, and is started again if the group goes on.
        case ended
    }

    private struct State {
        var commit: UInt64 = 0
        var lookedAt: Timestamp?
        var monitor = Monitor.notStarted
        var listener: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Creates a feed to which nothing was told.
    public init() {}

    /// The logs were looked at, and the state is what it was.
    public func looked(at time: Timestamp) {
        state.withLock { $0.lookedAt = time }
    }

    /// The logs were looked at, and there is a new committed state.
    public func committed(at time: Timestamp) {
        let listener = state.withLock { state in
            state.commit += 1
            state.lookedAt = time
            return state.listener
        }
        listener?()
    }

    /// The monitor runs, or does not any more.
    public func monitor(is monitor: Monitor) {
        state.withLock { $0.monitor = monitor }
    }

    /// What the feed knows now.
    var now: (commit: UInt64, lookedAt: Timestamp?, monitor: Monitor) {
        state.withLock { ($0.commit, $0.lookedAt, $0.monitor) }
    }

    /// When the logs were last looked at, if the state of `commit` is the newest; otherwise `time`.
    func lookedAt(showing commit: UInt64, otherwise time: Timestamp) -> Timestamp {
        state.withLock { $0.commit == commit ? $0.lookedAt ?? time : time }
    }

    /// Calls `listener` after each commit.
    func listen(_ listener: (@Sendable () -> Void)?) {
        state.withLock { $0.listener = listener }
    }
}
