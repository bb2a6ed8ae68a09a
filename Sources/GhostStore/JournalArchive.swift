import GRDB
public import GhostModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The journal of supervision as the last Ghost left it; nothing is changed by reading it.
///
/// For when no Ghost runs that could be asked. Calls block.
public struct JournalArchive: Sendable {
    /// Names the file; sequences count within it.
    public let epoch: String
    /// The newest sequence; 0 if there is none.
    public let newestSequence: UInt64

    private let queue: DatabaseQueue
    private let path: String

    /// The migration that brought the journal, counted from 1.
    private static let firstVersion = 3

    /// Opens the journal in the file at `path` for reading.
    ///
    /// - Returns: nil if there is no such file, or no journal in it.
    public init?(path: String) throws(StoreFailure) {
        var facts = stat()
        guard stat(path, &facts) == 0 || errno != ENOENT else { return nil }
        guard access(path, R_OK) == 0 else { throw .notReadable(path: path) }
        do {
            let queue = try Self.open(path)
            let found = try queue.read { database -> (epoch: String, newest: UInt64)? in
                let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
                let application = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
                guard version > 0 || application != 0 else { return nil }
                guard application == Schema.applicationID else { throw StoreFailure.foreign(path: path) }
                guard version <= Schema.migrations.count else {
                    throw StoreFailure.newerSchema(path: path, found: version, known: Schema.migrations.count)
                }
                guard version >= Self.firstVersion,
                    let epoch = try String.fetchOne(database, sql: "SELECT value FROM meta WHERE key = 'epoch'")
                else { return nil }
                return (epoch, try JournalRows.newestSequence(database))
            }
            guard let found else { return nil }
            epoch = found.epoch
            newestSequence = found.newest
            self.queue = queue
            self.path = path
        } catch {
            throw StoreFailure(error, while: .read, path: path)
        }
    }

    /// Opens the file without leaving a trace beside it where that is possible.
    ///
    /// With something in its write-ahead log, both files are read as SQLite does it. Without, it is read as it lies there,
    /// which needs no file beside it and no permission to write.
    private static func open(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(StateStore.longestWaitForLock)
        configuration.label = "ghost.journal.reading"
        var log = stat()
        if stat(path + "-wal", &log) != 0 || log.st_size == 0 {
            // Not every SQLite takes such names.
            if let queue = try? DatabaseQueue(path: "file:\(escaped(path))?immutable=1", configuration: configuration) {
                return queue
            }
        }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    /// The path as it stands in a URI.
    private static func escaped(_ path: String) -> String {
        var text = ""
        for byte in path.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: "_"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16)
                text += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return text
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
        try read { try JournalRows.newest($0, of: daemon, kind: kind, limit: limit, epoch: epoch) }
    }

    /// One event; nil if it is not kept (any more).
    public func event(_ sequence: UInt64) throws(StoreFailure) -> JournalEvent? {
        try read { try JournalRows.event($0, sequence, epoch: epoch) }
    }

    /// How many events were given up for their number or age.
    public func pruned() throws(StoreFailure) -> UInt64 { try read(JournalRows.pruned) }

    /// The daemons that it tells of, in the order of their names.
    public func daemons() throws(StoreFailure) -> [String] {
        try read { database in
            let sql = "SELECT DISTINCT daemon FROM journal WHERE daemon IS NOT NULL ORDER BY daemon"
            return try String.fetchAll(database, sql: sql)
        }
    }

    private func read<Result>(_ body: (Database) throws -> Result) throws(StoreFailure) -> Result {
        do {
            return try queue.read(body)
        } catch {
            throw StoreFailure(error, while: .read, path: path)
        }
    }
}
