import GhostModel
import GhostStore
import GhostSystem
import GhostTestSupport

@testable import GhostLogs

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A set of followed files that keeps its lines, and can lose everything since it was last saved.
struct SourceSetHarness {
    struct Line: Equatable {
        var path: String
        var text: String
        var generation: Int
        var offset: Int64
    }

    private(set) var set: SourceSet
    private(set) var lines: [Line] = []
    private(set) var losses: [SourceLoss] = []
    var now = Timestamp.test
    private let folder: TemporaryFolder
    private let patterns: [String]
    private let watches: any FolderWatching
    private var saved = Saved()

    private struct Saved {
        var positions: [String: SavedPosition] = [:]
        var lines: [Line] = []
        var losses: [SourceLoss] = []
    }

    init(_ folder: TemporaryFolder, _ patterns: [String], watches: (any FolderWatching)? = nil) {
        self.folder = folder
        self.patterns = patterns
        self.watches = watches ?? Self.toldWatches(of: folder)
        set = SourceSet(patterns: patterns, in: folder.path)
    }

    /// Watches that the kernel tells of each change at once.
    ///
    /// A user may have few of them (fs.inotify.max_user_instances), and other tests hold some for a while; without one a look
    /// sees a change when it is swept only.
    private static func toldWatches(of folder: TemporaryFolder) -> FolderWatches {
        // No folder of a set has this number.
        let trial = 0
        for _ in 0..<mostTrials {
            let watches = FolderWatches()
            switch watches.watch(folder.path, as: trial) {
            case .exhausted, .refused: usleep(5000)
            case .watching, .uncertain, .missing:
                watches.unwatch(trial)
                return watches
            }
        }
        return FolderWatches()
    }

    /// How often watches are asked for, every 5 ms: half a minute.
    private static let mostTrials = 6000

    /// The texts by the path below the folder.
    var texts: [String: [String]] {
        Dictionary(grouping: lines) { String($0.path.dropFirst(folder.path.utf8.count + 1)) }
            .mapValues { $0.map(\.text) }
    }

    /// The conditions by the path below the folder.
    var conditions: [String: SourceStatus.Condition] {
        Dictionary(
            uniqueKeysWithValues: set.statuses.map {
                (String($0.path.dropFirst(folder.path.utf8.count + 1)), $0.condition)
            }
        )
    }

    /// Where it is, for people.
    var state: [String] {
        self.set.statuses.map {
            "\($0.path.dropFirst(folder.path.utf8.count + 1)): \($0.condition) \($0.generation) \($0.offset)"
        }
    }

    mutating func look(budget: Int = .max) {
        if let watches = watches as? FolderWatches { set.take(watches.takeChanges()) }
        set.discover(with: watches, now: now)
        var found: [Line] = []
        let paths = Dictionary(
            uniqueKeysWithValues: set.statuses.compactMap { status in status.id.map { ($0, status.path) } }
        )
        while true {
            let progress = set.read(budgetBytes: budget, now: now) { line, text in
                found.append(
                    Line(
                        path: paths[line.source] ?? "?",
                        text: text.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) },
                        generation: line.generation,
                        offset: line.offset
                    )
                )
            }
            if progress != .unfinished || budget != .max { break }
        }
        lines += found
        losses += set.takeLosses()
    }

    /// Looks again when every grace is over, and every file has had its turn.
    mutating func lookLater(times: Int = 2) {
        look()
        for _ in 0..<times {
            now = now.advanced(by: SourceSet.sweepInterval)
            look()
        }
    }

    mutating func save() {
        let change = set.positionsToSave()
        for position in change.saved { saved.positions[position.path] = position }
        for path in change.forgotten { saved.positions[path] = nil }
        set.positionsWereSaved()
        saved.lines = lines
        saved.losses = losses
    }

    mutating func crash() {
        lines = saved.lines
        losses = saved.losses
        if let watches = watches as? FolderWatches {
            // As new ones would, they know nothing of earlier; new ones would be had only when the system has closed these.
            for number in self.set.folders.keys { watches.unwatch(number) }
            _ = watches.takeChanges()
        }
        set = SourceSet(patterns: patterns, in: folder.path, resuming: Array(saved.positions.values))
    }

    /// Has every tailer rest that can.
    mutating func rest() { set.rest() }
    mutating func take(_ changes: ChangedNames) { set.take(changes) }
}
