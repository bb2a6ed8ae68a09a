/// One line of a log as `/api/v1/logs` gives it.
public struct LogLineBody: Codable, Equatable, Sendable {
    /// Names the line: a bookmark to read on from, and a lasting link.
    public var cursor: String
    /// The log's file name, the same for what was put away from it.
    public var file: String
    /// Which incarnation of the file it is; the oldest that was known since Ghost started is 1.
    public var generation: Int
    /// Where the line starts in that incarnation's text, in bytes.
    public var offset: Int64
    /// When the line says it was written; nil if it says nothing.
    @Nullable public var timestamp: Timestamp?
    /// How bad it is by its own words; nil if it does not say.
    @Nullable public var level: LogLevel?
    /// The daemon that wrote it; nil for the log of a component.
    @Nullable public var daemon: String?
    /// The component that the log belongs to; nil for the output of a daemon.
    @Nullable public var component: String?
    /// The line without its end.
    public var message: String
    /// How many bytes of a line that is too long were left out; absent if none were.
    public var omittedBytes: Int?
    /// True for a line that is only shown because it stands near one that was asked for; otherwise absent.
    public var isContext: Bool?
    /// When the keeper took it in, to about a tenth of a second; only for a line that does not say when it was written, and
    /// absent where it is not known.
    public var capturedAt: Timestamp?

    /// Creates a line.
    public init(
        cursor: String,
        file: String,
        generation: Int,
        offset: Int64,
        timestamp: Timestamp?,
        level: LogLevel?,
        daemon: String?,
        component: String?,
        message: String,
        omittedBytes: Int? = nil,
        isContext: Bool? = nil,
        capturedAt: Timestamp? = nil
    ) {
        self.cursor = cursor
        self.file = file
        self.generation = generation
        self.offset = offset
        self.timestamp = timestamp
        self.level = level
        self.daemon = daemon
        self.component = component
        self.message = message
        self.omittedBytes = omittedBytes
        self.isContext = isContext
        self.capturedAt = capturedAt
    }
}

/// The body of `/api/v1/logs`: lines, oldest first, and where to go on in both directions.
public struct LogPageBody: Codable, Equatable, Sendable {
    public var lines: [LogLineBody]
    /// What to give as `before` for the lines before these; nil if there are none.
    @Nullable public var before: String?
    /// What to give as `after` for the lines behind these, also for those that are not written yet.
    public var after: String
    /// Why the answer may lack lines that were asked for; nil if it lacks none.
    @Nullable public var partial: PartialSearch?
    /// What could not be read, for people; at most ``mostNotices``.
    public var notices: [String]

    /// What is missing because a file in which the cursor stood is gone; absent if nothing is.
    public var gap: LogGapBody?

    /// The most notices of one answer.
    public static let mostNotices = 20

    /// Creates a page.
    public init(
        lines: [LogLineBody],
        before: String?,
        after: String,
        partial: PartialSearch?,
        notices: [String],
        gap: LogGapBody? = nil
    ) {
        self.lines = lines
        self.before = before
        self.after = after
        self.partial = partial
        self.notices = notices
        self.gap = gap
    }
}

/// A search that was ended before it was through; the cursors of its page go on with it.
public struct PartialSearch: Codable, Equatable, Sendable {
    /// Which bound was reached.
    public var reason: Reason
    /// How many bytes of logs were read.
    public var scannedBytes: Int64

    /// A bound of one request.
    public enum Reason: String, Codable, Sendable {
        /// So many bytes were read.
        case bytes
        /// So much time went by.
        case time
        /// So much text was found.
        case text
    }

    /// Creates the note.
    public init(reason: Reason, scannedBytes: Int64) {
        self.reason = reason
        self.scannedBytes = scannedBytes
    }
}

/// What `gap` of `/api/v1/logs` and `event: gap` of its stream tell: lines that the reader does not get.
public struct LogGapBody: Codable, Equatable, Sendable {
    /// How many; nil if that is not known.
    @Nullable public var lines: Int?
    /// Why, for people.
    public var reason: String

    /// Creates the note.
    public init(lines: Int?, reason: String) {
        self.lines = lines
        self.reason = reason
    }
}

/// What `event: lines` of `/api/v1/logs/stream` brings.
public struct LogLinesEvent: Codable, Equatable, Sendable {
    /// Oldest first.
    public var lines: [LogLineBody]

    /// Creates the event's data.
    public init(lines: [LogLineBody]) {
        self.lines = lines
    }
}

/// One entry of `/api/recent-logs`, in the words of the original's hooks.
public struct RecentLogEntry: Codable, Equatable, Sendable {
    /// Of the line; of the nearest line before it that has one; or of the answer.
    public var timestamp: Timestamp
    /// `info`, `warning`, `error` or `debug`.
    public var level: String
    public var message: String
    /// The daemon that wrote it; absent for the log of a component.
    public var daemon: String?
    /// Where the line is.
    public var metadata: Metadata

    /// Where a line is.
    public struct Metadata: Codable, Equatable, Sendable {
        public var file: String
        public var generation: Int
        public var offset: Int64
        /// The component that the log belongs to; absent for the output of a daemon.
        public var component: String?
    }

    /// Tells a line in those words.
    ///
    /// - Parameter time: for a line without a time of its own.
    public init(_ line: LogLineBody, otherwise time: Timestamp) {
        timestamp = line.timestamp ?? time
        level =
            switch line.level {
            case .trace, .debug: "debug"
            case .info, nil: "info"
            case .warning: "warning"
            case .error, .fatal: "error"
            }
        message = line.message
        daemon = line.daemon
        metadata = Metadata(
            file: line.file,
            generation: line.generation,
            offset: line.offset,
            component: line.component
        )
    }
}
