/// What is true about a component that is described by rules, at an instant.
public struct RuleSnapshot: Codable, Sendable, Equatable {
    public var component: String
    /// As the rules name it.
    public var state: String
    public var status: ComponentStatus
    public var meaning: StateMeaning
    /// Since when it is in this state, by the clock of the log.
    public var since: Timestamp?
    /// Why it is in error, or why nothing is known of it.
    public var error: String?
    /// The newest time of a line.
    public var lastEvent: Timestamp?
    /// The instant that this is judged at.
    public var judgedAt: Timestamp
    public var counters: [String: Int]
    public var values: [String: RuleValue]
    public var times: [String: Timestamp]
    /// Newest first.
    public var lists: [String: [String]]
    public var entities: [String: RuleEntity]
    public var alerts: [RuleAlert]
    /// What keeps it from being well.
    public var reasons: [RuleReason]
    public var errors: [ErrorGroup]
    /// Lines that a rule fitted.
    public var records: Int
    public var unknownLines: Int
    public var damagedLines: Int
    /// Names, expectations and alerts that found no room, and lines that took too long.
    public var overflow: Int
    public var missedExpectations: Int

    /// Creates a value from its parts.
    public init(
        component: String,
        state: String,
        status: ComponentStatus,
        meaning: StateMeaning,
        since: Timestamp? = nil,
        error: String? = nil,
        lastEvent: Timestamp? = nil,
        judgedAt: Timestamp,
        counters: [String: Int],
        values: [String: RuleValue],
        times: [String: Timestamp],
        lists: [String: [String]],
        entities: [String: RuleEntity],
        alerts: [RuleAlert],
        reasons: [RuleReason],
        errors: [ErrorGroup],
        records: Int,
        unknownLines: Int,
        damagedLines: Int,
        overflow: Int,
        missedExpectations: Int
    ) {
        self.component = component
        self.state = state
        self.status = status
        self.meaning = meaning
        self.since = since
        self.error = error
        self.lastEvent = lastEvent
        self.judgedAt = judgedAt
        self.counters = counters
        self.values = values
        self.times = times
        self.lists = lists
        self.entities = entities
        self.alerts = alerts
        self.reasons = reasons
        self.errors = errors
        self.records = records
        self.unknownLines = unknownLines
        self.damagedLines = damagedLines
        self.overflow = overflow
        self.missedExpectations = missedExpectations
    }
}

/// What is known of one entity: a daemon, a task, a disk.
public struct RuleEntity: Codable, Sendable, Equatable {
    public var state: String
    public var meaning: StateMeaning
    public var since: Timestamp?
    /// How often its state changed.
    public var changes: Int
    public var counters: [String: Int]
    public var values: [String: RuleValue]
    public var times: [String: Timestamp]

    /// Creates a value from its parts.
    public init(
        state: String,
        meaning: StateMeaning,
        since: Timestamp? = nil,
        changes: Int,
        counters: [String: Int],
        values: [String: RuleValue],
        times: [String: Timestamp]
    ) {
        self.state = state
        self.meaning = meaning
        self.since = since
        self.changes = changes
        self.counters = counters
        self.values = values
        self.times = times
    }
}

/// An alert that is raised.
public struct RuleAlert: Codable, Sendable, Equatable {
    public var name: String
    /// The entity it is about; nil for the component itself.
    public var entity: String?
    public var since: Timestamp
    /// When it ends if nothing more happens.
    public var until: Timestamp

    /// Creates a value from its parts.
    public init(
        name: String,
        entity: String? = nil,
        since: Timestamp,
        until: Timestamp
    ) {
        self.name = name
        self.entity = entity
        self.since = since
        self.until = until
    }
}

/// Something that keeps a component from being well, and the line that says so.
public struct RuleReason: Codable, Sendable, Equatable {
    public var message: String
    public var position: SourcePosition?
    /// The line, as far as it is kept.
    public var line: String?

    /// Creates a value from its parts.
    public init(
        message: String,
        position: SourcePosition? = nil,
        line: String? = nil
    ) {
        self.message = message
        self.position = position
        self.line = line
    }
}

/// A value that a rule set.
public enum RuleValue: Sendable, Equatable {
    case text(String)
    case number(Int)
    case list([String])
}

extension RuleValue: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Int.self) {
            self = .number(number)
        } else if let list = try? container.decode([String].self) {
            self = .list(list)
        } else {
            self = .text(try container.decode(String.self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        case .list(let list): try container.encode(list)
        }
    }
}

extension RuleValue: CustomStringConvertible {
    public var description: String {
        switch self {
        case .text(let text): text
        case .number(let number): "\(number)"
        case .list(let list): "[\(list.joined(separator: ", "))]"
        }
    }
}
