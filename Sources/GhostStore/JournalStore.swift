import GRDB
public import GhostModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The journal of supervision, in the same file as the totals of the logs and on a connection of its own.
///
/// The two write different tables in short transactions, so neither waits long for the other. Calls block.
public final class JournalStore: Sendable {
    /// Names the file; sequences count within it.
    public let epoch: String
    /// The newest sequence when the store was opened; 0 if there was none.
    public let newestSequence: UInt64
    /// Where the file is.
    public let path: String

    private let queue: DatabaseQueue
    private let file: FileIdentity?

    /// Which file a path leads to.
    private struct FileIdentity: Hashable {
        var device: UInt64
        var inode: UInt64

        init?(_ path: String) {
            var facts = stat()
            guard stat(path, &facts) == 0 else { return nil }
            device = UInt64(truncatingIfNeeded: facts.st_dev)
            inode = UInt64(truncatingIfNeeded: facts.st_ino)
        }
    }

    /// Opens the journal in the file at `path`, which is created or brought up to date first.
    ///
    /// A damaged file is left to ``StateStore``, which moves it aside; until then there is no journal in it.
    ///
    /// - Parameter subject: what a new file is said to be about.
    public init(path: String, subject: String) throws(StoreFailure) {
        do {
            _ = mknod(path, S_IFREG | 0o600, 0)
            var configuration = Configuration()
            configuration.busyMode = .timeout(StateStore.longestWaitForLock)
            configuration.label = "ghost.journal"
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            epoch = try queue.writeWithoutTransaction { database in
                try Schema.prepare(database, path: path, subject: subject, subjectRule: .anything)
            }
            newestSequence = try queue.read(JournalRows.newestSequence)
            self.queue = queue
            self.path = path
            file = FileIdentity(path)
        } catch {
            throw StoreFailure(error, while: .open, path: path)
        }
    }

    /// Whether the path still leads to the file that is open: one that was moved aside or deleted must be opened anew.
    public var isCurrent: Bool { file != nil && FileIdentity(path) == file }

    /// Keeps events, all or none, and gives up what is beyond the limits.
    public func commit(_ events: [JournalEvent], now: Timestamp) throws(StoreFailure) {
        guard let newest = events.last else { return }
        try using(.write) { queue in
            try queue.inTransaction(.immediate) { database in
                try JournalRows.write(events, to: database)
                try JournalRows.prune(database, newest: newest.sequence, now: now)
                return .commit
            }
        }
    }

    /// The events after a sequence, oldest first, at most ``JournalLimits/eventsPerAnswer``.
    public func events(
        after sequence: UInt64,
        daemon: DaemonName?,
        limit: Int
    ) throws(StoreFailure) -> [JournalEvent] {
        try using(.read) { queue in
            try queue.read {
                try JournalRows.events($0, after: sequence, daemon: daemon, limit: limit, epoch: epoch)
            }
        }
    }

    /// The newest events, newest first.
    ///
    /// - Parameters:
    ///   - daemon: of this daemon only, if not nil.
    ///   - kind: of this kind only, if not nil.
    public func newest(
        of daemon: DaemonName? = nil,
        kind: JournalKind? = nil,
        limit: Int
    ) throws(StoreFailure) -> [JournalEvent] {
        try using(.read) { queue in
            try queue.read { try JournalRows.newest($0, of: daemon, kind: kind, limit: limit, epoch: epoch) }
        }
    }

    /// One event; nil if it is not kept (any more).
    public func event(_ sequence: UInt64) throws(StoreFailure) -> JournalEvent? {
        try using(.read) { queue in try queue.read { try JournalRows.event($0, sequence, epoch: epoch) } }
    }

    /// How many events were given up for their number or age.
    public func pruned() throws(StoreFailure) -> UInt64 {
        try using(.read) { queue in try queue.read(JournalRows.pruned) }
    }

    private func using<Result>(
        _ action: StoreFailure.Action,
        _ body: (DatabaseQueue) throws -> Result
    ) throws(StoreFailure) -> Result {
        do {
            return try body(queue)
        } catch {
            throw StoreFailure(error, while: action, path: path)
        }
    }
}
