public import GhostLogs
public import GhostModel

/// Everything that a `ghost.yaml` says.
public struct Configuration: Sendable {
    /// What is supervised, checked and served.
    public var plan: Plan
    /// The components that rules describe; nil if there are no rules.
    public var rules: RuleSet?
    /// The zone of schedules, and of times in logs that name none; nil for the host's.
    public var zone: ZoneTable?

    /// Creates a configuration.
    public init(plan: Plan, rules: RuleSet? = nil, zone: ZoneTable? = nil) {
        self.plan = plan
        self.rules = rules
        self.zone = zone
    }
}
