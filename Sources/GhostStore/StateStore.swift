import GRDB
public import GhostModel
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The state of one log folder in one SQLite file: folds, positions, losses and events.
///
/// A change is written in one transaction, so that after a kill or a power cut all of it is there or none. The file is in WAL
/// mode with `synchronous = NORMAL`: a kill of Ghost loses nothing that was committed; a power cut may lose the newest
/// transactions, but always folds and positions together, and the logs are then read again from there.
///
/// Calls block; ``events(after:limit:)`` waits without blocking.
public final class StateStore: Sendable {
    /// Names this store: 16 hexadecimal digits, drawn when it was created.
    public let epoch: String
    /// Where the file is.
    public let path: String
    /// Where a damaged file was moved when the store was opened; nil if there was none.
    public let movedAside: String?

    private let queue: DatabaseQueue
    /// About how many pages the journal has grown by since it was last moved into the database.
    private let journalPages = Mutex(0)

    private init(queue: DatabaseQueue, epoch: String, path: String, movedAside: String?) {
        self.queue = queue
        self.epoch = epoch
        self.path = path
        self.movedAside = movedAside
    }

    /// How long a call waits for another process that has the file locked, in seconds.
    static let longestWaitForLock = 1.0

    /// Opens the store at `path` and brings it up to date; creates it if there is none.
    ///
    /// A damaged file is moved aside and a new store begins in its place, with an epoch of its own.
    ///
    /// - Parameters:
    ///   - subject: what the state is about, such as the log folder; a store about something else is refused.
    ///   - now: names the file that is moved aside.
    /// - Throws: why there is no store; the file is then as it was.
    public static func open(path: String, subject: String, now: Timestamp) throws(StoreFailure) -> StateStore {
        do {
            return try open(path: path, subject: subject, movedAside: nil)
        } catch .damaged {
            let aside = try DamagedFile.moveAside(path, now: now)
            return try open(path: path, subject: subject, movedAside: aside)
        }
    }

    private static func open(
        path: String,
        subject: String,
        movedAside: String?
    ) throws(StoreFailure) -> StateStore {
        do {
            createForOwnerOnly(path)
            var configuration = Configuration()
            configuration.busyMode = .timeout(longestWaitForLock)
            configuration.label = "ghost.state"
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            let epoch = try queue.writeWithoutTransaction { database in
                try Schema.prepare(database, path: path, subject: subject)
            }
            return StateStore(queue: queue, epoch: epoch, path: path, movedAside: movedAside)
        } catch {
            throw StoreFailure(error, while: .open, path: path)
        }
    }

    /// Makes sure that only the owner can read a new store: it quotes logs.
    ///
    /// SQLite gives its journal the permissions of the database. If this fails, SQLite fails as well and says why.
    private static func createForOwnerOnly(_ path: String) {
        // mknod(2) of a regular file creates it without opening it, and leaves one that is there alone.
        _ = mknod(path, S_IFREG | 0o600, 0)
    }

    /// What was committed last; nil if nothing ever was.
    public func load() throws(StoreFailure) -> SavedState? {
        do {
            return try queue.read { try StateRows.load($0) }
        } catch {
            throw StoreFailure(error, while: .read, path: path)
        }
    }

    /// Writes all of `change`, or nothing.
    public func commit(_ change: StateChange) throws(StoreFailure) {
        do {
            try queue.inTransaction(.immediate) { database in
                try StateRows.write(change, to: database)
                return .commit
            }
        } catch {
            throw StoreFailure(error, while: .write, path: path)
        }
        shortenJournal(after: change)
    }

    /// How long the journal may grow before it is moved into the database, in pages of 4 KiB; about 8 MiB.
    private static let longestJournalPages = 2000

    /// Moves the journal into the database once it is long.
    ///
    /// That waits for the disk, and a commit must not: so it happens behind the commit, and only one that comes at that very
    /// moment waits for it.
    private func shortenJournal(after change: StateChange) {
        let bodies =
            change.folds.map(\.body) + change.sources.map(\.checkpoint) + change.ruleFolds.map(\.body)
            + change.positions.saved.map(\.body)
        let bytes = bodies.reduce(0) { $0 + $1.count }
        let isLong = journalPages.withLock { pages in
            // Beside what is written, each table has a page or two that change with every commit.
            pages += bytes / 4096 + 8 + change.events.count / 8
            guard pages > Self.longestJournalPages else { return false }
            pages = 0
            return true
        }
        guard isLong else { return }
        queue.asyncWriteWithoutTransaction { database in
            // If it fails now, SQLite does it itself when the journal is longer still.
            try? database.execute(sql: "PRAGMA wal_checkpoint(PASSIVE)")
        }
    }

    /// The events after a sequence, oldest first.
    ///
    /// Sequences may have gaps: events beyond ``StateLimits/events`` are gone, and some were never committed.
    ///
    /// - Parameter limit: how many at most; bounded by ``StateLimits/eventsPerAnswer``.
    public func events(after sequence: UInt64, limit: Int) async throws(StoreFailure) -> [StateEvent] {
        do {
            return try await queue.read { try StateRows.events($0, after: sequence, limit: limit) }
        } catch {
            throw StoreFailure(error, while: .read, path: path)
        }
    }

    /// The value of a setting of the database, as text; for tests of what the promises rest on.
    func setting(_ name: String) throws -> String? {
        try queue.read { try String.fetchOne($0, sql: "PRAGMA \(name)") }
    }
}
