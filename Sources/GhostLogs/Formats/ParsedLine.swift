public import GhostModel

/// What is known of one line of any log.
public struct ParsedLine: Sendable, Equatable {
    /// The form that the line has.
    public var format: LineFormat
    /// When the line says it was written.
    public var time: LineTime?
    public var level: LogLevel?
    /// What the level was read from.
    public var levelSource: LevelSource?
    /// Who wrote the line: a logger, a program, a tag.
    public var origin: Range<Int>?
    /// The text after everything that was recognised.
    public var message: Range<Int>
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

/// The form of a line.
public enum LineFormat: String, Sendable, CaseIterable {
    /// None of the known ones.
    case plain
}
