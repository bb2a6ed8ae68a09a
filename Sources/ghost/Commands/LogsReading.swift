import GhostLogs
import GhostModel
import GhostSystem

/// Reads lines from their files, page by page.
struct LogReading {
    private let logs: [SearchedLog]
    private var query: LogQuery
    private var notices: [String] = []
    private var incarnations = LogIncarnations()
    private var end: LogBookmark?

    init(logs: [SearchedLog], query: LogQuery) {
        self.logs = logs
        self.query = query
    }

    /// What could not be read or is gone, each said once.
    mutating func takeNotices() -> [String] {
        defer { notices = [] }
        return notices
    }

    /// The newest lines, oldest first; remembers where what is new begins.
    mutating func newest(_ count: Int) -> [LogLineBody] {
        var pages: [[LogLineBody]] = []
        var missing = count
        query.entry = .newest
        repeat {
            query.limit = max(1, min(missing, LogQuery.mostLines))
            let page = search()
            end = end ?? LogBookmark(page.after)
            if pages.isEmpty { notices = page.notices }
            if missing > 0 { pages.append(page.lines) }
            missing -= page.lines.count
            guard let before = page.before.flatMap({ LogBookmark($0) }) else { break }
            query.entry = .before(before)
        } while missing > 0
        return pages.reversed().flatMap(\.self)
    }

    /// What was written since.
    mutating func new() -> [LogLineBody] {
        guard let end else { return [] }
        query.entry = .after(end)
        query.limit = LogQuery.mostLines
        let page = search()
        if let gap = page.gap { notices.append(gap.reason) }
        self.end = LogBookmark(page.after) ?? end
        return page.lines
    }

    private mutating func search() -> LogPageBody {
        // A person waits for as long as it takes, and can end it.
        let budget = SearchBudget(bytes: .max, text: .max, time: .seconds(86_400), now: Clocks.monotonic)
        return LogSearch.run(query, in: logs, incarnations: &incarnations, budget: budget, now: Clocks.wall()).page
    }
}
