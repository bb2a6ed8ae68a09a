public import GhostModel

/// Which lines a request asks for, in its own words: names and expressions are judged by who has the logs.
public struct LogRequest: Sendable, Hashable {
    /// How many lines one request may ask for.
    public static let mostLines = 5000
    /// How many lines around each line it may ask for.
    public static let mostContext = 50

    /// The daemons whose output is meant.
    ///
    /// Without daemons and components all logs are meant.
    public var daemons: [String] = []
    /// The components whose logs are meant.
    public var components: [String] = []
    /// Only lines at least this bad.
    public var level: LogLevel?
    /// Only lines written at or after this instant.
    public var since: Timestamp?
    /// Only lines written before this instant.
    public var until: Timestamp?
    /// Only lines that contain this text, in small or large letters.
    public var text: String?
    /// Only lines that match this expression.
    public var regex: String?
    /// How many lines at most, without those around them.
    public var limit = 200
    /// How many lines around each line are shown with it.
    public var context = 0
    /// Where the search begins, and in which direction it goes.
    public var entry = Entry.newest

    /// Where a search begins; cursors are what a page before gave.
    public enum Entry: Sendable, Hashable {
        case newest
        case oldest
        case before(String)
        case after(String)
    }

    /// Asks for the newest lines of all logs.
    public init() {}
}

/// Why lines are not given.
public enum LogRefusal: Error, Sendable, Hashable {
    /// No daemon has this name; `nearest` is one that is close.
    case unknownDaemon(String, nearest: String?)
    /// No component has this name; `nearest` is one that is close.
    case unknownComponent(String, nearest: String?)
    /// The expression cannot be used; `reason` says why.
    case badExpression(reason: String)
    /// The text is no cursor of this server.
    case badCursor
    /// Too many searches are underway.
    case busy
}

/// The logs that can be read over the API.
public protocol LogLibrary: Sendable {
    /// The lines that a request asks for, within what one request may cost.
    func page(_ request: LogRequest) async throws(LogRefusal) -> LogPageBody
    /// Lines as they are written.
    ///
    /// - Parameter cursor: where to go on; nil for the present end.
    func follow(_ request: LogRequest, from cursor: String?) async throws(LogRefusal) -> any LogFollowing
}

/// One reader of lines as they are written; never faster than it is asked.
public protocol LogFollowing: Sendable {
    /// What comes next; returns at the latest after `longest`.
    func next(within longest: Duration) async -> LogStep
}

/// What a reader of lines gets.
public enum LogStep: Sendable, Equatable {
    /// New lines, and the cursor behind them.
    case lines([LogLineBody], cursor: String)
    /// Lines that this reader does not get.
    case gap(LogGapBody)
    /// Nothing came.
    case quiet
    /// Nothing will come any more.
    case ended
}
