public import GhostModel
public import GhostPatterns

/// Which lines are sought.
public struct LogQuery: Sendable {
    /// How many lines can be asked for at once.
    public static let mostLines = 5000
    /// How many lines around each line can be asked for.
    public static let mostContext = 50

    /// Only lines that are at least this bad; a line that does not say how bad it is counts as information.
    public var level: LogLevel?
    /// Only lines that were written at or after this instant.
    public var since: Timestamp?
    /// Only lines that were written before this instant.
    public var until: Timestamp?
    /// Only lines that contain this text.
    public var text: SearchText?
    /// Only lines that match this expression.
    public var regex: LinearRegex?
    /// How many lines at most, without those around them.
    public var limit: Int
    /// How many lines before and behind each line are shown with it.
    public var context: Int
    /// Where the search begins, and in which direction it goes.
    public var entry: Entry

    /// Where a search begins, and in which direction it goes.
    public enum Entry: Hashable, Sendable {
        /// The newest lines.
        case newest
        /// The oldest lines.
        case oldest
        /// The lines before a place.
        case before(LogBookmark)
        /// The lines behind a place.
        case after(LogBookmark)
    }

    /// Asks for the newest lines.
    public init(limit: Int = 200, entry: Entry = .newest) {
        self.limit = limit
        self.entry = entry
        context = 0
    }

    /// Whether the search goes from older lines to newer ones.
    var isForward: Bool {
        switch entry {
        case .newest, .before: false
        case .oldest, .after: true
        }
    }
}

/// How much one search may take.
public struct SearchBudget: Sendable {
    /// The usual bounds of one search: 64 MiB read, 4 MiB found, two seconds.
    public static let usualBytes: Int64 = 64 << 20
    public static let usualText = 4 << 20
    public static let usualTime: Duration = .seconds(2)

    /// How many bytes may still be read.
    public var bytes: Int64
    /// How many bytes of text may still be found.
    public var text: Int
    private let deadline: MonotonicTime
    private let now: @Sendable () -> MonotonicTime

    /// Begins now.
    public init(
        bytes: Int64 = usualBytes,
        text: Int = usualText,
        time: Duration = usualTime,
        now: @escaping @Sendable () -> MonotonicTime
    ) {
        self.bytes = bytes
        self.text = text
        self.now = now
        deadline = now() + time
    }

    /// The bound that is reached; nil while none is.
    var exhausted: PartialSearch.Reason? {
        if bytes <= 0 { return .bytes }
        if text <= 0 { return .text }
        return now() >= deadline ? .time : nil
    }
}

/// Decides whether a line is one of those that are sought.
struct LineFilter {
    private let level: LogLevel?
    private let text: SearchText?
    private var regex: RegexMatcher?

    init(_ query: LogQuery) {
        level = query.level
        text = query.text
        regex = query.regex?.makeMatcher()
    }

    mutating func lets(_ line: WalkedLine) -> Bool {
        if let level, line.level ?? .info < level { return false }
        if let text, !text.matches(line.text.span) { return false }
        return regex?.matches(line.text.span) ?? true
    }
}
