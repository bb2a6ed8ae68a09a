/// The body of `/api/orchestrator/status`.
public struct StatusBody: Codable, Equatable, Sendable {
    public var status: String
    public var data: OrchestrationData

    public init(data: OrchestrationData) {
        status = "success"
        self.data = data
    }
}

/// The body of `/api/orchestrator/component/NAME`.
public struct ComponentBody<Component: OrchestrationComponent>: Codable, Equatable, Sendable {
    public var status: String
    public var data: Component
    /// When the answer was made.
    public var timestamp: Timestamp

    public init(data: Component, timestamp: Timestamp) {
        status = "success"
        self.data = data
        self.timestamp = timestamp
    }
}

/// The same for a component that the user's own rules describe.
public struct RuleBody: Codable, Equatable, Sendable {
    public var status: String
    public var data: RuleSnapshot
    /// When the answer was made.
    public var timestamp: Timestamp

    public init(data: RuleSnapshot, timestamp: Timestamp) {
        status = "success"
        self.data = data
        self.timestamp = timestamp
    }
}

/// The body of `/api/orchestrator/health`.
public struct HealthBody: Codable, Equatable, Sendable {
    public var status: String
    public var data: Summary

    /// The health without the components.
    public struct Summary: Codable, Equatable, Sendable {
        public var healthPercentage: Double
        public var activeComponents: Int
        public var errorComponents: Int
        public var totalComponents: Int
        public var overallHealth: OverallHealth
        public var daemons: DaemonTally
        public var reasons: [HealthReason]
        public var lastUpdate: Timestamp
    }

    /// Takes the health out of a judged state.
    public init(_ data: OrchestrationData) {
        status = "success"
        self.data = Summary(
            healthPercentage: data.healthPercentage,
            activeComponents: data.activeComponents,
            errorComponents: data.errorComponents,
            totalComponents: data.totalComponents,
            overallHealth: data.overallHealth,
            daemons: data.daemons,
            reasons: data.reasons,
            lastUpdate: data.lastUpdate
        )
    }
}

/// The envelope of an error on the original's routes.
public struct ErrorBody: Codable, Equatable, Sendable {
    public var status: String
    /// One sentence for the client; never an internal text.
    public var error: String
    public var timestamp: Timestamp

    public init(error: String, timestamp: Timestamp) {
        status = "error"
        self.error = error
        self.timestamp = timestamp
    }
}
