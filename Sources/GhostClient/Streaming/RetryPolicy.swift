/// How attempts follow each other: full jitter, so that many clients of a server that returns do not come at once.
///
/// Each delay is uniform between nothing and a ceiling that doubles with every attempt. The method is the one that the
/// Amazon architecture blog describes as "full jitter".
public struct RetryPolicy: Sendable, Equatable {
    /// The ceiling of the first delay; each further ceiling is twice the one before.
    public var delay: Duration
    /// How often a poll is tried again before it waits for its interval.
    ///
    /// Streams are tried for ever.
    public var attempts: Int

    /// No delay is longer, but for one that a server asks for.
    public static let longestDelay = Duration.seconds(30)
    /// The longest wait that a server can ask for.
    public static let longestRetryAfter = Duration.seconds(3600)

    /// Creates a policy.
    public init(delay: Duration = .seconds(1), attempts: Int = 3) {
        self.delay = max(.zero, delay)
        self.attempts = attempts
    }

    /// The upper bound of the delay after `attempt` further attempts, counted from 0.
    public func ceiling(attempt: Int) -> Duration {
        // Past sixteen doublings every delay of a millisecond and more is at its bound.
        min(delay * (1 << min(max(attempt, 0), 16)), Self.longestDelay)
    }

    /// The delay before the next attempt.
    ///
    /// - Parameters:
    ///   - random: from 0 up to, not including, 1.
    ///   - retryAfter: what the server asked for; the delay is not shorter.
    public func delay(attempt: Int, random: Double, retryAfter: Duration? = nil) -> Duration {
        max(ceiling(attempt: attempt) * random, min(retryAfter ?? .zero, Self.longestRetryAfter))
    }
}
