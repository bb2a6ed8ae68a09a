public import GhostModel

/// Which lines are wanted; the server decides, so that others are never sent.
public struct LogFilter: Sendable, Hashable {
    /// The daemons whose output is meant.
    ///
    /// Without daemons and components all logs are meant.
    public var daemons: [String]
    /// The components whose logs are meant: the five, and those that rules describe.
    public var components: [String]
    /// Only lines at least this bad; a line that does not say counts as information.
    public var level: LogLevel?
    /// Only lines that were written at or after this instant.
    public var since: Timestamp?
    /// Only lines that contain this text, in small or large letters from A to Z.
    public var text: String?
    /// Only lines that match this expression, which the server evaluates in linear time.
    public var regex: String?

    /// Creates a filter; without arguments all lines pass.
    public init(
        daemons: [String] = [],
        components: [String] = [],
        level: LogLevel? = nil,
        since: Timestamp? = nil,
        text: String? = nil,
        regex: String? = nil
    ) {
        self.daemons = daemons
        self.components = components
        self.level = level
        self.since = since
        self.text = text
        self.regex = regex
    }

    /// Only the logs, whatever their lines are.
    var withoutConditions: LogFilter { LogFilter(daemons: daemons, components: components) }

    func add(to path: inout RequestPath) {
        for daemon in daemons { path.add("daemon", daemon) }
        for component in components { path.add("component", component) }
        path.add("level", level?.rawValue)
        path.add("since", since?.description)
        path.add("text", text)
        path.add("regex", regex)
    }
}

/// Where a page of lines is.
public enum LogPlace: Sendable, Hashable {
    /// The newest lines.
    case newest
    /// The oldest lines.
    case oldest
    /// The lines before a cursor: a page's `before`, or that of a line.
    case before(String)
    /// The lines behind a cursor: a page's `after`, or that of a line.
    case after(String)

    func add(to path: inout RequestPath) {
        switch self {
        case .newest: break
        case .oldest: path.add("after", "start")
        case .before(let cursor): path.add("before", cursor)
        case .after(let cursor): path.add("after", cursor)
        }
    }
}
