#if canImport(Observation)
public import GhostModel
public import Observation

/// The newest lines of logs for a user interface.
///
/// In SwiftUI:
///
/// ```swift
/// List(model.entries) { Text($0.line.message) }.task { await model.follow() }
/// ```
@MainActor @Observable
public final class LogModel {
    /// A line with a number of its own: an unfinished line and its whole have the same cursor.
    public struct Entry: Identifiable, Equatable, Sendable {
        /// Counts from 0 in its model.
        public var id: Int
        public var line: LogLineBody
    }

    /// The newest lines, oldest first, at most as many as the model keeps.
    public private(set) var entries: [Entry] = []
    /// How often lines were passed over because their file is gone.
    public private(set) var gaps = 0
    /// How the lines are followed; nil while ``follow()`` does not run.
    public private(set) var connection: ConnectionStatus?
    /// Why nothing comes at the moment, or why following ended.
    public private(set) var error: GhostClientError?

    /// How many lines are kept where nothing else is said.
    public nonisolated static let usualLines = 1000
    /// The most lines that a model keeps.
    public nonisolated static let mostLines = 10_000

    /// How many lines one request may ask for.
    private nonisolated static let linesPerRequest = 5000

    private let source: any LogSource
    private let time: any ClientTime
    private let filter: LogFilter
    private let options: FollowOptions
    private let lines: Int
    private var cursor: String?
    private var next = 0

    /// Creates a model; nothing is connected before ``follow()``.
    ///
    /// - Parameters:
    ///   - client: whom to ask.
    ///   - filter: which lines are wanted.
    ///   - lines: how many lines are kept, at most ``mostLines``; as many of those already written come first.
    ///   - options: how connections that fail are tried again.
    public convenience init(
        _ client: GhostClient,
        filter: LogFilter = LogFilter(),
        lines: Int = usualLines,
        options: FollowOptions = FollowOptions()
    ) {
        self.init(HTTPStreams(client), time: SystemTime(), filter: filter, lines: lines, options: options)
    }

    init(
        _ source: any LogSource,
        time: any ClientTime,
        filter: LogFilter,
        lines: Int,
        options: FollowOptions
    ) {
        self.source = source
        self.time = time
        self.filter = filter
        self.options = options
        self.lines = min(max(1, lines), Self.mostLines)
    }

    /// Keeps the model up to date until the task is cancelled, or the server refuses for good.
    ///
    /// Called again, it goes on behind the last line.
    public func follow() async {
        do throws(GhostClientError) {
            try await begin()
            let updates = LogLines(source: source, time: time, filter: filter, cursor: cursor, options: options)
            for try await update in updates { take(update) }
        } catch {
            if !Task.isCancelled { self.error = error }
        }
        connection = nil
    }

    /// Shows what is already written, if the server can tell it at once; the stream begins where that ends.
    private func begin() async throws(GhostClientError) {
        guard cursor == nil, filter.since == nil else { return }
        connection = .connecting
        do throws(GhostClientError) {
            let path = LogPageRequest(filter: filter, limit: min(lines, Self.linesPerRequest)).path
            let page = try await source.get(path, patience: .zero, as: LogPageBody.self)
            add(page.lines, page.after)
        } catch {
            guard error.isRetryable else { throw error }
            self.error = error
        }
    }

    private func take(_ update: LogUpdate) {
        switch update {
        case .lines(let lines, let cursor): add(lines, cursor)
        case .gap: gaps += 1
        case .connection(let status, let reason):
            if connection != status { connection = status }
            if error != reason { error = reason }
        }
    }

    private func add(_ lines: [LogLineBody], _ cursor: String) {
        self.cursor = cursor
        guard !lines.isEmpty else { return }
        let added = lines.enumerated().map { Entry(id: next + $0.offset, line: $0.element) }
        next += added.count
        // An unfinished line, which is shown as the newest, comes again when it is whole.
        let kept = entries.last?.line.cursor == added.first?.line.cursor ? entries.dropLast() : entries[...]
        entries = (kept + added).suffix(self.lines)
    }
}
#endif
