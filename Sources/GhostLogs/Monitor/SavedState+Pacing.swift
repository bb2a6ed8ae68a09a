import GhostModel

/// Decides when what was read is committed.
///
/// The first change after a quiet time goes at once. Under load changes are grouped, so that a commit is due at most every
/// ``interval``, or sooner when ``longestGroupBytes`` were read. A commit that fails is tried again after a growing pause.
struct CommitPacer {
    /// The shortest time between two commits.
    static let interval: Duration = .milliseconds(5)
    /// How much is read into one commit before that time is over, in bytes.
    static let longestGroupBytes = 8 * 1024 * 1024
    /// The pause after the first failure; each further one is twice as long.
    static let firstRetry: Duration = .milliseconds(100)
    /// The longest pause.
    static let longestRetry: Duration = .seconds(30)

    private var state = State.quiet

    private enum State {
        case quiet
        case committed(at: MonotonicTime)
        case failed(at: MonotonicTime, pause: Duration)
    }

    /// What to do with what was read.
    enum Decision: Equatable {
        case commit
        /// There is nothing to do before this time is over.
        case wait(Duration)
    }

    /// Whether the last attempt failed.
    var isFailing: Bool {
        if case .failed = state { return true }
        return false
    }

    /// - Parameter bytes: how much was read since the last commit.
    func decide(bytes: Int, now: MonotonicTime) -> Decision {
        switch state {
        case .quiet: return .commit
        case .committed(let time):
            return bytes >= Self.longestGroupBytes ? .commit : Self.wait(until: time + Self.interval, now)
        case .failed(let time, let pause): return Self.wait(until: time + pause, now)
        }
    }

    private static func wait(until due: MonotonicTime, _ now: MonotonicTime) -> Decision {
        now < due ? .wait(due - now) : .commit
    }

    mutating func succeeded(at now: MonotonicTime) {
        state = .committed(at: now)
    }

    mutating func failed(at now: MonotonicTime) {
        guard case .failed(_, let pause) = state else {
            state = .failed(at: now, pause: Self.firstRetry)
            return
        }
        state = .failed(at: now, pause: min(pause * 2, Self.longestRetry))
    }
}
