import GhostModel

/// How a stream stands, as a value: ``take(_:policy:)`` says how one state follows from another.
enum StreamConnection: Equatable, Sendable {
    /// Not begun.
    case idle
    /// A request is under way. `attempt` counts the delays since the stream was last stable.
    case connecting(attempt: Int, failures: Int)
    case open(attempt: Int, since: MonotonicTime)
    /// The next attempt is due at `until`. `failures` counts attempts in a row that did not open.
    case waiting(attempt: Int, failures: Int, until: MonotonicTime, GhostClientError)
    /// Given up, because trying again cannot help.
    case closed(GhostClientError)

    /// What happened to it.
    enum Input {
        case start
        case opened(at: MonotonicTime)
        /// It did not open, broke off, ended or fell silent. `random` decides the delay.
        case failed(GhostClientError, at: MonotonicTime, random: Double)
        /// The wait is over.
        case due
    }

    /// How long a stream must have been open for the next delay to start small again.
    static let stableAfter = Duration.seconds(10)

    /// Goes on to what follows; inputs that do not belong to the state change nothing.
    ///
    /// A stream is tried again for ever, except after errors that last.
    mutating func take(_ input: Input, policy: RetryPolicy) {
        switch (self, input) {
        case (.idle, .start):
            self = .connecting(attempt: 0, failures: 0)
        case (.connecting(let attempt, _), .opened(let time)):
            self = .open(attempt: attempt, since: time)
        case (.connecting(let attempt, let failures), .failed(let error, let time, let random)):
            fail(error, attempt, failures + 1, at: time, random, policy)
        case (.open(let attempt, let since), .failed(let error, let time, let random)):
            fail(error, time - since >= Self.stableAfter ? 0 : attempt, 0, at: time, random, policy)
        case (.waiting(let attempt, let failures, _, _), .due):
            self = .connecting(attempt: attempt, failures: failures)
        default:
            break
        }
    }

    private mutating func fail(
        _ error: GhostClientError,
        _ attempt: Int,
        _ failures: Int,
        at time: MonotonicTime,
        _ random: Double,
        _ policy: RetryPolicy
    ) {
        guard error.isRetryable else {
            self = .closed(error)
            return
        }
        let delay = policy.delay(attempt: attempt, random: random, retryAfter: error.retryAfter)
        self = .waiting(attempt: attempt + 1, failures: failures, until: time + delay, error)
    }
}
