import GhostModel

/// The outcome of one round of health checks, and the line that tells of it.
struct CheckReport: Sendable, Equatable {
    /// In the order of the plan.
    var outcomes: [CheckOutcome]

    /// The worst status; a round without checks is healthy.
    var status: CheckStatus { outcomes.map(\.status).max() ?? .healthy }

    /// The record in `selfcheck-status.log`.
    var line: ComponentLine {
        let healthy = outcomes.count { $0.status == .healthy }
        let text = "\(mark) health check: \(status.rawValue) (\(healthy)/\(outcomes.count))"
        var line = ComponentLine(
            text,
            .init("warning", outcomes.count { $0.status == .warning }),
            .init("critical", outcomes.count { $0.status == .critical })
        )
        if let slowest = outcomes.max(by: { $0.duration < $1.duration }) {
            line.fields.append(.init("slowest", "\(slowest.name):\(slowest.duration.wholeMilliseconds)ms"))
        }
        let failing = outcomes.filter { $0.status != .healthy }.map { "\($0.name): \($0.finding)" }
        if !failing.isEmpty {
            line.fields.append(.init("failing", String(failing.joined(separator: "; ").prefix(Self.longestFindings))))
        }
        return line
    }

    /// The most characters of findings in one line; the details of every check are in the API.
    static let longestFindings = 400

    private var mark: String {
        switch status {
        case .healthy: Indicator.up
        case .warning: Indicator.warning
        case .critical: Indicator.critical
        }
    }
}

/// What one health check found.
struct CheckOutcome: Sendable, Equatable {
    var name: String
    var status: CheckStatus
    /// In a few words: `42% used`, `connection refused`.
    var finding: String
    var duration: Duration
}
