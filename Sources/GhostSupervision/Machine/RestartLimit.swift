import GhostModel

/// How many restarts all daemons may make together: a bucket of tokens.
///
/// A single death never waits. When hundreds of daemons die at once, the first ``burst`` are brought back at once and the
/// others at ``perSecond``, so that the machine is not buried under processes that all start.
struct RestartLimit: Sendable, Hashable {
    /// How many restarts may follow each other at once.
    static let burst = 20
    /// How many restarts a second are allowed after that.
    static let perSecond = 10

    /// Tokens in the bucket, in nanoseconds of the time that it takes to fill them.
    private var filled: Int64 = Int64(burst) * nanosecondsEach
    private var asOf: MonotonicTime

    private static let nanosecondsEach: Int64 = 1_000_000_000 / Int64(perSecond)

    init(now: MonotonicTime) {
        asOf = now
    }

    /// Takes a token; returns nil if there was one, and otherwise when there will be.
    mutating func take(now: MonotonicTime) -> MonotonicTime? {
        let passed = max((now - asOf).wholeNanoseconds, 0)
        filled = min(filled.addingReportingOverflow(passed).partialValue, Int64(Self.burst) * Self.nanosecondsEach)
        asOf = max(asOf, now)
        guard filled >= Self.nanosecondsEach else { return now + .nanoseconds(Self.nanosecondsEach - filled) }
        filled -= Self.nanosecondsEach
        return nil
    }
}
