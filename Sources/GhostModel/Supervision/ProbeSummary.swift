/// What one of a daemon's probes says.
public struct ProbeSummary: Sendable, Hashable, Codable {
    /// What it is for.
    public var role: ProbeRole
    /// What it says.
    public var verdict: Verdict
    /// What is asked, in words.
    public var asks: String
    /// How many attempts in a row have failed.
    public var failures: Int
    /// How many in a row are too many.
    public var limit: Int
    /// What the last failed attempt said; nil after a success.
    public var reason: String?

    /// What a probe says.
    public enum Verdict: String, Sendable, Hashable, Codable, CaseIterable {
        /// It is not asked now, or has not answered yet.
        case unknown
        /// The last attempt succeeded, or not too many have failed since.
        case passing
        /// It has not succeeded in this run.
        case pending
        /// Too many attempts in a row have failed.
        case failing
    }

    /// Creates a summary.
    public init(
        role: ProbeRole,
        verdict: Verdict,
        asks: String,
        failures: Int = 0,
        limit: Int,
        reason: String? = nil
    ) {
        self.role = role
        self.verdict = verdict
        self.asks = asks
        self.failures = failures
        self.limit = limit
        self.reason = reason
    }
}
