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

    private let client: GhostClient
    private let filter: LogFilter
    private let options: FollowOptions
    private let lines: Int
    private var cursor: String?
    private var next = 0

    /// Creates a model; nothing is connected before ``follow()``.
    ///
    /// - Parameter lines: how many lines are kept, at most ``mostLines``; as many of those already written come first.
    public init(
        _ client: GhostClient,
        filter: LogFilter = LogFilter(),
        lines: Int = usualLines,
        options: FollowOptions = FollowOptions()
    ) {
        self.client = client
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
            for try await update in client.logLines(filter, after: cursor, options: options) { take(update) }
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
            let page = try await client.logs(filter, limit: min(lines, 5000))
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
