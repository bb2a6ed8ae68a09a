import GhostLogs
import GhostModel
import GhostPatterns
import GhostServer
import GhostSystem
import Synchronization

/// Reads the logs for the server, on a thread of its own and within what one request may cost.
actor LogShelf: LogLibrary {
    /// How many searches may wait for the one that is underway; each takes at most two seconds.
    static let mostWaiting = 4

    private let executor = BlockingExecutor(label: "ghost.logs")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private nonisolated let waiting = Mutex(0)
    private let catalogue: LogCatalogue
    private var incarnations = LogIncarnations()
    /// The logs as they were at a time.
    private var known: (logs: [SearchedLog], at: MonotonicTime)?

    /// How long it is not asked again which logs there are.
    private static let freshness: Duration = .seconds(1)

    init(_ catalogue: LogCatalogue) {
        self.catalogue = catalogue
    }

    nonisolated func page(_ request: LogRequest) async throws(LogRefusal) -> LogPageBody {
        try await search(try LogQuery(request), request).page
    }

    nonisolated func follow(_ request: LogRequest, from cursor: String?) async throws(LogRefusal) -> any LogFollowing {
        var request = request
        var query = try LogQuery(request)
        if let cursor {
            guard let bookmark = LogBookmark(cursor) else { throw .badCursor }
            query.entry = .after(bookmark)
        } else if query.since != nil {
            query.entry = .oldest
        } else {
            request.limit = 1
            guard let bookmark = LogBookmark(try await page(request).after) else { throw .badCursor }
            query.entry = .after(bookmark)
        }
        query.limit = LogFollower.mostLines
        let folders = try await folders(of: request)
        return LogFollower(shelf: self, request: request, query: query, folders: folders)
    }

    /// Searches once the searches before it are through; refuses when too many wait.
    nonisolated func search(_ query: LogQuery, _ request: LogRequest) async throws(LogRefusal) -> LogSearch.Result {
        let isAdmitted = waiting.withLock { waiting in
            guard waiting <= Self.mostWaiting else { return false }
            waiting += 1
            return true
        }
        guard isAdmitted else { throw .busy }
        defer { waiting.withLock { $0 -= 1 } }
        return try await run(query, request)
    }

    private func run(_ query: LogQuery, _ request: LogRequest) throws(LogRefusal) -> LogSearch.Result {
        let now = Clocks.wall()
        let logs = try chosen(request, now)
        return LogSearch.run(
            query,
            in: logs,
            incarnations: &incarnations,
            budget: SearchBudget(now: Clocks.monotonic),
            now: now
        )
    }

    /// The folders in which the logs of a request are.
    private func folders(of request: LogRequest) throws(LogRefusal) -> [String] {
        Set(try chosen(request, Clocks.wall()).map(\.path.parentFolder)).sorted()
    }

    private func logs(_ now: Timestamp) -> [SearchedLog] {
        let clock = Clocks.monotonic()
        if let known, clock < known.at + Self.freshness { return known.logs }
        let logs = catalogue.logs(now: now)
        known = (logs, clock)
        return logs
    }

    private func chosen(_ request: LogRequest, _ now: Timestamp) throws(LogRefusal) -> [SearchedLog] {
        do throws(LogCatalogue.Unknown) {
            return try LogCatalogue.chosen(daemons: request.daemons, components: request.components, from: logs(now))
        } catch {
            switch error {
            case .daemon(let name, let nearest): throw .unknownDaemon(name, nearest: nearest)
            case .component(let name, let nearest): throw .unknownComponent(name, nearest: nearest)
            }
        }
    }
}

extension LogQuery {
    /// The query that a request means.
    init(_ request: LogRequest) throws(LogRefusal) {
        let entry: Entry
        switch request.entry {
        case .newest: entry = .newest
        case .oldest: entry = .oldest
        case .before(let cursor):
            guard let bookmark = LogBookmark(cursor) else { throw .badCursor }
            entry = .before(bookmark)
        case .after(let cursor):
            guard let bookmark = LogBookmark(cursor) else { throw .badCursor }
            entry = .after(bookmark)
        }
        self.init(limit: request.limit, entry: entry)
        level = request.level
        since = request.since
        until = request.until
        text = request.text.map { SearchText($0) }
        context = request.context
        guard let pattern = request.regex else { return }
        do throws(RegexFailure) {
            regex = try LinearRegex(pattern)
        } catch {
            throw .badExpression(reason: "\(error)")
        }
    }
}
