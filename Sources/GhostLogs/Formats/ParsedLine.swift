public import GhostModel

/// What is known of one line of any log.
public struct ParsedLine: Sendable, Equatable {
    /// The form that the line has; of a wrapped line the wrapper's.
    public var format: LineFormat
    /// The form of the line inside a wrapper such as Docker's; nil if there is none or it is plain.
    public var inner: LineFormat?
    /// When the line says it was written.
    public var time: LineTime?
    public var level: LogLevel?
    /// What the level was read from.
    public var levelSource: LevelSource?
    /// Who wrote the line: a logger, a program, a tag.
    public var origin: Range<Int>?
    /// The text after everything that was recognised.
    public var message: Range<Int>
    /// How the bytes of the message are to be read.
    public var encoding: MessageEncoding
    /// What the line is to the record before it, as far as the line itself tells.
    public var role: LineRole

    init(
        format: LineFormat,
        time: LineTime? = nil,
        level: LogLevel? = nil,
        levelSource: LevelSource? = nil,
        origin: Range<Int>? = nil,
        message: Range<Int>,
        encoding: MessageEncoding = .plain,
        role: LineRole = .whole
    ) {
        self.format = format
        self.time = time
        self.level = level
        self.levelSource = level == nil ? nil : levelSource
        self.origin = origin
        self.message = message
        self.encoding = encoding
        self.role = role
    }

    /// Gives the line a level, unless it has one from a surer source.
    mutating func offer(_ level: LogLevel?, from source: LevelSource) {
        guard self.level == nil, let level else { return }
        (self.level, levelSource) = (level, source)
    }

    /// Moves every range, for a line that stands inside another.
    func moved(by distance: Int) -> ParsedLine {
        var copy = self
        copy.message = message.lowerBound + distance..<message.upperBound + distance
        copy.origin = origin.map { $0.lowerBound + distance..<$0.upperBound + distance }
        return copy
    }
}

/// How the bytes of a message are to be read.
public enum MessageEncoding: Sendable, Equatable {
    /// As they are.
    case plain
    /// With the escapes of a JSON string.
    case json
    /// With the escapes of a JSON string, and within it another line whose own message is meant.
    case nested
}

/// What a line is to the record before it, as far as the line itself tells.
public enum LineRole: Sendable, Equatable {
    /// It may stand alone.
    case whole
    /// The writer cut a long line here; the next line of the same kind goes on with it.
    case part
    /// It belongs to the record before: a DETAIL, a HINT, a field of an exported record.
    case continuation
}

/// What a level was read from, surest first.
public enum LevelSource: String, Sendable, Equatable {
    /// A field that is named for it: `"level":"warn"`, `lvl=warn`.
    case field
    /// The priority in front of a syslog message.
    case priority
    /// A letter at its place: `E1122`, `W/Tag`.
    case letter
    /// A word at its place: `[ERROR]`, `WARN  c.x.Y`.
    case word
    /// A sign in front of the text, such as ❌.
    case indicator
    /// The status of an answer in an access log.
    case status
}

/// A time as a line gives it.
public struct LineTime: Sendable, Equatable {
    /// Nanoseconds since 1970-01-01T00:00:00 on the line's own clock, without its offset from UTC taken off.
    ///
    /// Years 1678 to 2261 fit; a line of any other year has no time.
    public var nanoseconds: Int64
    /// Minutes east of UTC; nil if the line does not say.
    public var offset: Int?

    public init(nanoseconds: Int64, offset: Int?) {
        self.nanoseconds = nanoseconds
        self.offset = offset
    }
}

/// A named value in a line.
public struct LineField: Sendable, Equatable {
    public var name: String
    public var value: String

    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}
