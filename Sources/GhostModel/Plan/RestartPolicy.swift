/// When and how fast a daemon that ended is started again.
public struct RestartPolicy: Sendable, Hashable {
    /// After which ends it is started again.
    public var when: When
    /// How long to wait.
    public var backoff: Backoff
    /// When deaths count as a crash loop; nil turns the state off.
    public var crashLoop: CrashLoop?

    /// After which ends a daemon is started again.
    public enum When: String, Sendable, Hashable, CaseIterable {
        /// After every end that was not asked for.
        case always
        /// After an exit status other than 0, or a signal.
        case onFailure = "on-failure"
        /// Never.
        case never
    }

    /// Creates a policy; always, with the default backoff and crash loop.
    public init(when: When = .always, backoff: Backoff = Backoff(), crashLoop: CrashLoop? = CrashLoop()) {
        self.when = when
        self.backoff = backoff
        self.crashLoop = crashLoop
    }
}

/// The delays between a death and the next start: `base · factor^n`, at most `cap`.
///
/// The first death after a run that was ready for at least `resetAfter` restarts at once. A base of zero restarts at once,
/// always.
public struct Backoff: Sendable, Hashable {
    /// The first delay.
    public var base: Duration
    /// What each further delay is multiplied by.
    ///
    /// At least 1.
    public var factor: Double
    /// The longest delay.
    public var cap: Duration
    /// Whether each delay is drawn from the upper half of its range, so that daemons that died together spread out.
    public var jitter: Bool
    /// How long a run must have been ready for the delays to start anew.
    public var resetAfter: Duration

    /// Creates a backoff: 500 ms, doubled up to 30 s, with jitter, reset after 30 s of ready time.
    public init(
        base: Duration = .milliseconds(500),
        factor: Double = 2,
        cap: Duration = .seconds(30),
        jitter: Bool = true,
        resetAfter: Duration = .seconds(30)
    ) {
        self.base = base
        self.factor = factor
        self.cap = cap
        self.jitter = jitter
        self.resetAfter = resetAfter
    }

    /// The delay before restart number `attempt` (0 is the first that waits).
    ///
    /// - Parameter random: a number in 0..<1; with jitter the delay is `d/2 + random·d/2`.
    public func delay(attempt: Int, random: Double) -> Duration {
        guard base > .zero else { return .zero }
        let capNanoseconds = Double(cap.wholeNanoseconds)
        var nanoseconds = Double(base.wholeNanoseconds)
        var remaining = attempt
        while remaining > 0, nanoseconds < capNanoseconds, factor > 1 {
            nanoseconds *= factor
            remaining -= 1
        }
        nanoseconds = min(nanoseconds, capNanoseconds)
        if jitter { nanoseconds = nanoseconds / 2 + random * nanoseconds / 2 }
        return .nanoseconds(Int64(nanoseconds))
    }
}

/// The state of a daemon that dies again and again: it is reported and tried at a slow, steady rate.
public struct CrashLoop: Sendable, Hashable {
    /// How many deaths.
    public var deaths: Int
    /// Within how much time.
    public var within: Duration
    /// The pause between attempts in this state.
    public var retry: Duration

    /// Creates the defaults: 5 deaths within 60 s, then one attempt every 5 min.
    public init(deaths: Int = 5, within: Duration = .seconds(60), retry: Duration = .seconds(300)) {
        self.deaths = deaths
        self.within = within
        self.retry = retry
    }
}
