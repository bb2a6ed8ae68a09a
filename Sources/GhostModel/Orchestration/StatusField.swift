/// The fields of the `data` of `/api/orchestrator/status`, in the order in which they are written.
///
/// Each is encoded for itself, so that a change costs what changed and the rest is copied.
public enum StatusField: String, CaseIterable, Sendable, Hashable {
    case activeComponents
    case countedSince
    case daemons
    case epoch
    case errorComponents
    case executor
    case healthPercentage
    case lastUpdate
    case lifecycle
    case losses
    case lossesTotal
    /// The five components again, and ``lastUpdate``.
    case orchestration
    case overallHealth
    case persistence
    case reasons
    case rules
    case rulesRefused
    case selfcheck
    case sentinel
    case sequence
    case timestamp
    case totalComponents
    case watchdog

    /// The field of a component.
    public init(_ component: ComponentKind) {
        switch component {
        case .sentinel: self = .sentinel
        case .watchdog: self = .watchdog
        case .executor: self = .executor
        case .selfcheck: self = .selfcheck
        case .lifecycle: self = .lifecycle
        }
    }

    /// Whose field it is; nil if it is none of the five components'.
    public var component: ComponentKind? { ComponentKind(rawValue: rawValue) }

    /// The components in the order in which they are written.
    public static let components: [StatusField] = allCases.filter { $0.component != nil }
}

/// Stands in encoded text where a time is put in with each answer.
public enum TimePlaceholder {
    /// When Ghost last looked at the logs: `lastCheck`, `lastUpdate`.
    public static let lookedAt = Timestamp(milliseconds: 253_402_300_799_998)
    /// When the answer is made: `timestamp`, `judgedAt`.
    public static let answeredAt = Timestamp(milliseconds: 253_402_300_799_999)
}

extension OrchestrationData {
    /// The same state with placeholders for the times that belong to an answer and not to the logs.
    ///
    /// Two of them are equal if nothing but the instant of looking or answering differs.
    public func withoutAnswerTimes() -> OrchestrationData {
        var data = self
        data.sentinel.lastCheck = TimePlaceholder.lookedAt
        data.watchdog.lastCheck = TimePlaceholder.lookedAt
        data.executor.lastCheck = TimePlaceholder.lookedAt
        data.selfcheck.lastCheck = TimePlaceholder.lookedAt
        data.lifecycle.lastCheck = TimePlaceholder.lookedAt
        data.lastUpdate = TimePlaceholder.lookedAt
        data.timestamp = TimePlaceholder.answeredAt
        for name in data.rules.keys { data.rules[name]?.judgedAt = TimePlaceholder.answeredAt }
        return data
    }

    /// Whether both say the same in a field.
    public func isEqual(to other: OrchestrationData, in field: StatusField) -> Bool {
        switch field {
        case .activeComponents: activeComponents == other.activeComponents
        case .countedSince: countedSince == other.countedSince
        case .daemons: daemons == other.daemons
        case .epoch: epoch == other.epoch
        case .errorComponents: errorComponents == other.errorComponents
        case .executor: executor == other.executor
        case .healthPercentage: healthPercentage == other.healthPercentage
        case .lastUpdate: lastUpdate == other.lastUpdate
        case .lifecycle: lifecycle == other.lifecycle
        case .losses: losses == other.losses
        case .lossesTotal: lossesTotal == other.lossesTotal
        case .orchestration: StatusField.components.allSatisfy { isEqual(to: other, in: $0) }
        case .overallHealth: overallHealth == other.overallHealth
        case .persistence: persistence == other.persistence
        case .reasons: reasons == other.reasons
        case .rules: rules == other.rules
        case .rulesRefused: rulesRefused == other.rulesRefused
        case .selfcheck: selfcheck == other.selfcheck
        case .sentinel: sentinel == other.sentinel
        case .sequence: sequence == other.sequence
        case .timestamp: timestamp == other.timestamp
        case .totalComponents: totalComponents == other.totalComponents
        case .watchdog: watchdog == other.watchdog
        }
    }

    /// The JSON of a field's value; nil for ``StatusField/orchestration``, which is made of others.
    public func encoded(_ field: StatusField) throws -> [UInt8]? {
        switch field {
        case .activeComponents: try JSONText.fragment(activeComponents)
        case .countedSince: try JSONText.fragment(Nullable(wrappedValue: countedSince))
        case .daemons: try JSONText.fragment(daemons)
        case .epoch: try JSONText.fragment(Nullable(wrappedValue: epoch))
        case .errorComponents: try JSONText.fragment(errorComponents)
        case .executor: try JSONText.fragment(executor)
        case .healthPercentage: try JSONText.fragment(healthPercentage)
        case .lastUpdate: try JSONText.fragment(lastUpdate)
        case .lifecycle: try JSONText.fragment(lifecycle)
        case .losses: try JSONText.fragment(losses)
        case .lossesTotal: try JSONText.fragment(lossesTotal)
        case .orchestration: nil
        case .overallHealth: try JSONText.fragment(overallHealth)
        case .persistence: try JSONText.fragment(persistence)
        case .reasons: try JSONText.fragment(reasons)
        case .rules: try JSONText.fragment(rules)
        case .rulesRefused: try JSONText.fragment(Nullable(wrappedValue: rulesRefused))
        case .selfcheck: try JSONText.fragment(selfcheck)
        case .sentinel: try JSONText.fragment(sentinel)
        case .sequence: Array("\(sequence)".utf8)
        case .timestamp: try JSONText.fragment(timestamp)
        case .totalComponents: try JSONText.fragment(totalComponents)
        case .watchdog: try JSONText.fragment(watchdog)
        }
    }
}
