import GRDB
import GhostModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Between events of the journal and the rows of the database.
enum JournalRows {
    static func write(_ events: [JournalEvent], to database: Database) throws {
        let insert = try database.cachedStatement(
            sql: """
                INSERT INTO journal (sequence, at, monotonic, daemon, run, kind, cause, text, detail, file, generation,
                    offset, lines)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        for event in events {
            try insert.execute(arguments: [
                Int64(clamping: event.sequence), event.at.milliseconds, event.monotonic, event.daemon?.text, event.run,
                event.kind.rawValue, event.cause.map { Int64(clamping: $0) }, event.text, try text(event.detail),
                event.position?.file, event.position?.generation, event.position?.offset,
                event.lines.isEmpty ? nil : try text(event.lines),
            ])
        }
    }

    /// Gives up what is beyond the limits.
    ///
    /// By sequence first, which costs next to nothing; what is too old is looked for through an index.
    static func prune(_ database: Database, newest: UInt64, now: Timestamp) throws {
        let byNumber = try database.cachedStatement(sql: "DELETE FROM journal WHERE sequence <= ?")
        try byNumber.execute(arguments: [Int64(clamping: newest) - Int64(JournalLimits.events)])
        // Only a prefix goes, so that the oldest sequence that is left counts what is gone, also when the clock was set.
        let byAge = try database.cachedStatement(
            sql: """
                DELETE FROM journal
                WHERE sequence < coalesce(
                    (SELECT min(sequence) FROM journal WHERE at >= ?1), (SELECT max(sequence) FROM journal), 0)
                """
        )
        try byAge.execute(arguments: [now.milliseconds - JournalLimits.age.wholeMilliseconds])
    }

    static func newestSequence(_ database: Database) throws -> UInt64 {
        UInt64(clamping: try Int64.fetchOne(database, sql: "SELECT max(sequence) FROM journal") ?? 0)
    }

    /// How many events were given up; sequences have no gaps.
    static func pruned(_ database: Database) throws -> UInt64 {
        UInt64(clamping: max(0, (try Int64.fetchOne(database, sql: "SELECT min(sequence) FROM journal") ?? 1) - 1))
    }

    static func event(_ database: Database, _ sequence: UInt64, epoch: String) throws -> JournalEvent? {
        let statement = try database.cachedStatement(sql: "SELECT * FROM journal WHERE sequence = ?")
        return try Row.fetchOne(statement, arguments: [Int64(clamping: sequence)]).flatMap { event($0, epoch: epoch) }
    }

    static func events(
        _ database: Database,
        after sequence: UInt64,
        daemon: DaemonName?,
        limit: Int,
        epoch: String
    ) throws -> [JournalEvent] {
        let after = Int64(clamping: sequence)
        let rows: [Row]
        if let daemon {
            let statement = try database.cachedStatement(
                sql: "SELECT * FROM journal WHERE daemon = ? AND sequence > ? ORDER BY sequence LIMIT ?"
            )
            rows = try Row.fetchAll(statement, arguments: [daemon.text, after, bounded(limit)])
        } else {
            let statement = try database.cachedStatement(
                sql: "SELECT * FROM journal WHERE sequence > ? ORDER BY sequence LIMIT ?"
            )
            rows = try Row.fetchAll(statement, arguments: [after, bounded(limit)])
        }
        return rows.compactMap { event($0, epoch: epoch) }
    }

    /// The newest events, newest first.
    static func newest(
        _ database: Database,
        of daemon: DaemonName?,
        kind: JournalKind?,
        limit: Int,
        epoch: String
    ) throws -> [JournalEvent] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT * FROM journal WHERE (?1 IS NULL OR daemon = ?1) AND (?2 IS NULL OR kind = ?2)
                ORDER BY sequence DESC LIMIT ?3
                """
        )
        return try Row.fetchAll(statement, arguments: [daemon?.text, kind?.rawValue, bounded(limit)])
            .compactMap { event($0, epoch: epoch) }
    }

    private static func bounded(_ limit: Int) -> Int { min(max(0, limit), JournalLimits.eventsPerAnswer) }

    /// A row as an event; one of a kind that this version does not know is passed over.
    private static func event(_ row: Row, epoch: String) -> JournalEvent? {
        guard let kind = JournalKind(rawValue: row["kind"]) else { return nil }
        let file: String? = row["file"]
        let name: String? = row["daemon"]
        let cause: Int64? = row["cause"]
        return JournalEvent(
            sequence: UInt64(clamping: row["sequence"] as Int64),
            epoch: epoch,
            at: Timestamp(milliseconds: row["at"]),
            monotonic: row["monotonic"],
            daemon: name.flatMap { DaemonName($0) },
            run: row["run"],
            kind: kind,
            cause: cause.map { UInt64(clamping: $0) },
            text: row["text"],
            detail: value(row["detail"]) ?? [:],
            position: file.map { SourcePosition(file: $0, generation: row["generation"], offset: row["offset"]) },
            lines: (row["lines"] as String?).flatMap(value) ?? []
        )
    }

    private static func text(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }

    private static func value<Value: Decodable>(_ text: String) -> Value? {
        try? JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }
}
