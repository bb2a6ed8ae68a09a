import GhostModel

/// Where a reader of lines is, and what each event and each page is to them.
///
/// A value without a network: ``LogLines`` brings it what comes.
struct LogLineFollower {
    /// The cursor behind the last line that was told; nil while nothing is known to go on from.
    private(set) var cursor: String?

    /// What an event is to those who follow.
    enum Outcome {
        case news([LogUpdate])
        /// The connection must be given up, because of what came on it.
        case failed(GhostClientError.Code, String)
    }

    init(cursor: String?) {
        self.cursor = cursor
    }

    mutating func take(_ event: ServerSentEvent) -> Outcome {
        do {
            switch event.name {
            case "lines":
                let lines = try JSONText.decode(LogLinesEvent.self, from: event.data).lines
                // Without an id the cursor of the last line leads to the same place in its log.
                guard let behind = event.id ?? lines.last?.cursor else { return .news([]) }
                // A server that begins again where it already was tells what was told.
                guard behind != cursor else { return .news([]) }
                cursor = behind
                return .news(lines.isEmpty ? [] : [.lines(lines, cursor: behind)])
            case "gap":
                return .news([.gap(try JSONText.decode(LogGapBody.self, from: event.data))])
            default:
                // An event of a later version.
                return .news([])
            }
        } catch {
            return .failed(.unreadableAnswer, "an event `\(event.name)` is not what this client understands: \(error)")
        }
    }

    /// Takes the lines behind the cursor.
    mutating func take(_ page: LogPageBody) -> [LogUpdate] {
        cursor = page.after
        var updates: [LogUpdate] = []
        if let gap = page.gap { updates.append(.gap(gap)) }
        if !page.lines.isEmpty { updates.append(.lines(page.lines, cursor: page.after)) }
        return updates
    }

    /// Begins behind a page that is not told.
    mutating func begin(behind page: LogPageBody) {
        cursor = page.after
    }

    /// How the connection is told.
    static func update(of connection: StreamConnection, at now: MonotonicTime) -> LogUpdate? {
        switch connection {
        case .idle, .connecting: .connection(.connecting, because: nil)
        case .open: .connection(.streaming, because: nil)
        case .waiting(_, _, let until, let error):
            .connection(.waiting(delay: max(.zero, until - now)), because: error)
        case .closed: nil
        }
    }
}
