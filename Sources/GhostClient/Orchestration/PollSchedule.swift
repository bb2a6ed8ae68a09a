/// When a server without a stream is asked next, as a value.
struct PollSchedule: Sendable {
    private let interval: Duration
    private let policy: RetryPolicy
    private var failures = 0

    init(every interval: Duration, policy: RetryPolicy) {
        self.interval = interval
        self.policy = policy
    }

    /// The time until the next request after one that was answered.
    mutating func afterSuccess() -> Duration {
        failures = 0
        return interval
    }

    /// The time until the next request after one that failed.
    ///
    /// A failure is tried again a few times with growing delays, and then at the interval; one that lasts at the interval.
    mutating func afterFailure(_ error: GhostClientError, random: Double) -> Duration {
        defer { failures += 1 }
        guard error.isRetryable, failures < policy.attempts else { return max(interval, error.retryAfter ?? .zero) }
        return policy.delay(attempt: failures, random: random, retryAfter: error.retryAfter)
    }
}
