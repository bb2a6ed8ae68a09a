/// A place in a log that is read back: valid for the ``LogReader`` that gave it.
public struct LogPlace: Hashable, Comparable, Sendable {
    /// Which file, by its place in ``LogReader/paths``.
    public var part: Int
    /// Where in its text, in bytes.
    public var offset: Int64

    /// Names a place.
    public init(part: Int, offset: Int64) {
        self.part = part
        self.offset = offset
    }

    public static func < (left: LogPlace, right: LogPlace) -> Bool {
        (left.part, left.offset) < (right.part, right.offset)
    }
}

/// A line that was read back.
public struct LoggedLine: Sendable, Equatable {
    /// Where it starts.
    public var place: LogPlace
    /// The text without its end, at most ``LineSplitter/longestLineBytes``.
    public var text: [UInt8]
    /// How many of its bytes were left out because it is too long.
    public var omitted: Int
}

/// Lines that follow each other, or that share a stretch of time.
public struct LogPage: Sendable, Equatable {
    /// How many lines a page has at most.
    public static let mostLines = 10_000
    /// How many bytes of text a page has at most.
    public static let longestText = 16 * 1024 * 1024

    /// Oldest first.
    public var lines: [LoggedLine] = []
    /// Where the lines before the page end; nil if there are none.
    public var previous: LogPlace?
    /// Where the search for further lines goes on; nil if there are none.
    public var next: LogCursor?
}

/// Where a search for lines goes on.
public struct LogCursor: Hashable, Sendable {
    /// The start of the next line.
    public var place: LogPlace
    /// What a line without a time would belong to.
    var flow: Flow = .outside

    /// Whether the last line with a time is one of those that are sought.
    enum Flow: Hashable, Sendable {
        case outside
        case inside
    }

    /// Starts at the start of a line.
    public init(place: LogPlace) {
        self.place = place
    }

    init(place: LogPlace, flow: Flow) {
        self.place = place
        self.flow = flow
    }
}
