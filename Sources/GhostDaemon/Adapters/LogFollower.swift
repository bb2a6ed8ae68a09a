import GhostLogs
import GhostModel
import GhostServer
import GhostSystem
import Synchronization

/// Reads lines for one subscriber as they are written.
///
/// It keeps nothing but the place it is at: a subscriber that takes nothing costs nothing, since lines wait in their files.
final class LogFollower: LogFollowing {
    /// How many lines are read at a time.
    static let mostLines = 500
    /// The pause between two looks, so that a log that is written all the time is read in pieces worth sending.
    private static let pause: Duration = .milliseconds(20)
    /// The longest time between two looks: not every file system tells of changes.
    private static let longestWait: Duration = .seconds(2)
    /// The pause after a look that was refused because too many searches were underway.
    private static let busyPause: Duration = .milliseconds(200)

    private let shelf: LogShelf
    private let request: LogRequest
    private let watches = FolderWatches()
    private let folders: [String]
    private let state: Mutex<State>

    private struct State {
        var query: LogQuery
        var isWatching = false
        /// What is to be told first.
        var pending: [LogStep] = []
        var lastLook: ContinuousClock.Instant?
    }

    init(shelf: LogShelf, request: LogRequest, query: LogQuery, folders: [String]) {
        self.shelf = shelf
        self.request = request
        self.folders = folders
        state = Mutex(State(query: query))
    }

    func next(within longest: Duration) async -> LogStep {
        let deadline = ContinuousClock.now + longest
        watch()
        while !Task.isCancelled {
            if let step = state.withLock({ $0.pending.isEmpty ? nil : $0.pending.removeFirst() }) { return step }
            await rest()
            let mayHaveMore = await look()
            if state.withLock({ !$0.pending.isEmpty }) { continue }
            let left = deadline - .now
            guard left > .zero else { break }
            if !mayHaveMore { await watches.wait(atMost: min(left, Self.longestWait)) }
        }
        return Task.isCancelled ? .ended : .quiet
    }

    private func watch() {
        let isFirst = state.withLock { state in
            defer { state.isWatching = true }
            return !state.isWatching
        }
        guard isFirst else { return }
        // Where the system cannot tell, the longest wait decides.
        for (number, folder) in folders.enumerated() { _ = watches.watch(folder, as: number) }
    }

    private func rest() async {
        let last = state.withLock { state in
            defer { state.lastLook = .now }
            return state.lastLook
        }
        guard let last, .now - last < Self.pause else { return }
        try? await Task.sleep(for: Self.pause)
    }

    /// Reads what is new; tells whether there may be more at once.
    private func look() async -> Bool {
        _ = watches.takeChanges()
        let query = state.withLock { $0.query }
        let result: LogSearch.Result
        do throws(LogRefusal) {
            result = try await shelf.search(query, request)
        } catch {
            try? await Task.sleep(for: Self.busyPause)
            return true
        }
        guard let bookmark = LogBookmark(result.page.after) else { return false }
        state.withLock { state in
            state.query.entry = .after(bookmark)
            if let gap = result.page.gap { state.pending.append(.gap(gap)) }
            if !result.page.lines.isEmpty {
                state.pending.append(.lines(result.page.lines, cursor: result.page.after))
            }
        }
        return result.mayHaveMore
    }
}
