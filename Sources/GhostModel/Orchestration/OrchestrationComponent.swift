/// What every component object of the API has in common.
public protocol OrchestrationComponent: Codable, Equatable, Sendable {
    /// What the component is worth right now.
    var status: ComponentStatus { get }
    /// When Ghost looked at the log. Says nothing about the log; that is ``ComponentFacts/lastEvent``.
    var lastCheck: Timestamp { get }
    /// Why the component does not work, in one sentence; nil if nothing is wrong.
    var error: String? { get }
    /// What is counted alike for all five.
    var facts: ComponentFacts { get }
}

/// The judgement of one component.
public enum ComponentStatus: String, Sendable, Hashable, Codable, CaseIterable {
    /// Fresh, and it has work.
    case active
    /// Fresh, and it has none. As healthy as ``active``.
    case idle
    /// Nothing can be said: no log, or a log that fell silent.
    case unknown
    /// Its own log says that it failed, or the log cannot be read.
    case error

    /// Whether the component counts as working.
    public var isWorking: Bool { self == .active || self == .idle }

    /// Values of later versions, and the original's `inactive`, read as ``unknown``.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        self = ComponentStatus(rawValue: text) ?? .unknown
    }
}

/// The additions that all five component objects share.
///
/// In JSON they stand among the component's own fields.
public struct ComponentFacts: Codable, Equatable, Sendable {
    /// The newest trusted time in the log; nil if no line carries one.
    @Nullable public var lastEvent: Timestamp?
    /// Records folded since counting began.
    ///
    /// Heartbeats and continuation lines are none.
    public var records: Int
    /// Lines that start like a record and cannot be read.
    public var damagedLines: Int
    /// Bytes that were passed over: what exceeded the longest line, and partial lines that were cut off.
    public var lossBytes: Int
    /// Records whose daemon or task found no room in the component's tables; the totals count them.
    public var namesOverflow: Int
    /// Groups that were pushed out of ``errors``.
    public var errorsOverflow: Int
    /// The files that are read, and how far.
    public var sources: [SourcePosition]
    /// What went wrong, grouped; the most recent group first.
    public var errors: [ErrorGroup]
    /// How many errors there were in recent time; in JSON `errorCount1m` and so on.
    public var recentErrors: RecentCount

    /// Creates the facts of a component that has said nothing yet.
    public init(
        lastEvent: Timestamp? = nil,
        records: Int = 0,
        damagedLines: Int = 0,
        lossBytes: Int = 0,
        namesOverflow: Int = 0,
        errorsOverflow: Int = 0,
        sources: [SourcePosition] = [],
        errors: [ErrorGroup] = [],
        recentErrors: RecentCount = RecentCount()
    ) {
        self.lastEvent = lastEvent
        self.records = records
        self.damagedLines = damagedLines
        self.lossBytes = lossBytes
        self.namesOverflow = namesOverflow
        self.errorsOverflow = errorsOverflow
        self.sources = sources
        self.errors = errors
        self.recentErrors = recentErrors
    }

    private enum CodingKeys: String, CodingKey {
        case lastEvent, records, damagedLines, lossBytes, namesOverflow, errorsOverflow, sources, errors
        case errorCount
    }

    /// Absent fields are zero: a server without the additions is still readable.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        lastEvent = try container.decodeIfPresent(Timestamp.self, forKey: .lastEvent)
        records = try container.decodeIfPresent(Int.self, forKey: .records) ?? 0
        damagedLines = try container.decodeIfPresent(Int.self, forKey: .damagedLines) ?? 0
        lossBytes = try container.decodeIfPresent(Int.self, forKey: .lossBytes) ?? 0
        namesOverflow = try container.decodeIfPresent(Int.self, forKey: .namesOverflow) ?? 0
        errorsOverflow = try container.decodeIfPresent(Int.self, forKey: .errorsOverflow) ?? 0
        sources = try container.decodeIfPresent([SourcePosition].self, forKey: .sources) ?? []
        errors = try container.decodeIfPresent([ErrorGroup].self, forKey: .errors) ?? []
        recentErrors = try decoder.recent(of: CodingKeys.errorCount)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(_lastEvent, forKey: .lastEvent)
        try container.encode(records, forKey: .records)
        try container.encode(damagedLines, forKey: .damagedLines)
        try container.encode(lossBytes, forKey: .lossBytes)
        try container.encode(namesOverflow, forKey: .namesOverflow)
        try container.encode(errorsOverflow, forKey: .errorsOverflow)
        try container.encode(sources, forKey: .sources)
        try container.encode(errors, forKey: .errors)
        try encoder.encode(recentErrors, of: CodingKeys.errorCount)
    }
}

/// A place in a log: the file, which incarnation of it, and the byte.
public struct SourcePosition: Codable, Hashable, Sendable {
    /// The file's name inside the log folder.
    public var file: String
    /// Counts from 1; one more after each rotation or truncation that was seen.
    public var generation: Int
    /// Bytes from the start of that incarnation.
    public var offset: Int64

    public init(file: String, generation: Int, offset: Int64) {
        self.file = file
        self.generation = generation
        self.offset = offset
    }
}

/// The kinds of trouble that errors are grouped by.
public enum ErrorCategory: String, Codable, Hashable, Sendable, CaseIterable {
    case crash
    case probe
    case dependency
    case task
    case check
    case io
    case parse
    case config
}

/// Errors that say the same, apart from numbers, identifiers and paths.
public struct ErrorGroup: Codable, Equatable, Sendable {
    public var category: ErrorCategory
    /// The message with numbers and identifiers as `#` and paths as `<path>`.
    public var message: String
    /// How often it was seen.
    public var count: Int
    /// The first trusted time; nil if no line of it carried one.
    @Nullable public var firstSeen: Timestamp?
    /// The newest trusted time.
    @Nullable public var lastSeen: Timestamp?
    /// Where the newest one is.
    public var position: SourcePosition

    public init(
        category: ErrorCategory,
        message: String,
        count: Int,
        firstSeen: Timestamp?,
        lastSeen: Timestamp?,
        position: SourcePosition
    ) {
        self.category = category
        self.message = message
        self.count = count
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.position = position
    }
}
