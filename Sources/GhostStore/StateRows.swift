import GRDB
import GhostModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Between the values and the rows of the database.
enum StateRows {
    // MARK: Writing

    static func write(_ change: StateChange, to database: Database) throws {
        try write(change.folds, change.sources, to: database)
        if change.ruleRows == .replaced {
            try database.execute(sql: "DELETE FROM rule_folds")
            try database.execute(sql: "DELETE FROM positions")
        }
        try write(change.ruleFolds, to: database)
        try write(change.positions, ofReading: 0, to: database)
        for (reading, positions) in change.furtherPositions {
            try write(positions, ofReading: reading, to: database)
        }
        try write(change.losses, to: database)
        try write(change.events, to: database)
    }

    private static func write(_ folds: [SavedFold], _ sources: [SavedSource], to database: Database) throws {
        guard !folds.isEmpty else { return }
        let upsert = try database.cachedStatement(
            sql: """
                INSERT INTO folds (component, version, body) VALUES (?, ?, ?)
                ON CONFLICT (component) DO UPDATE SET version = excluded.version, body = excluded.body
                """
        )
        let forget = try database.cachedStatement(sql: "DELETE FROM sources WHERE component = ?")
        for fold in folds {
            try upsert.execute(arguments: [fold.component.rawValue, fold.version, Data(fold.body)])
            try forget.execute(arguments: [fold.component.rawValue])
        }
        let insert = try database.cachedStatement(
            sql: "INSERT INTO sources (component, name, checkpoint) VALUES (?, ?, ?)"
        )
        for source in sources {
            try insert.execute(arguments: [source.component.rawValue, source.name, Data(source.checkpoint)])
        }
    }

    private static func write(_ folds: [SavedRuleFold], to database: Database) throws {
        guard !folds.isEmpty else { return }
        let upsert = try database.cachedStatement(
            sql: """
                INSERT INTO rule_folds (component, body, reading) VALUES (?, ?, ?)
                ON CONFLICT (component) DO UPDATE SET body = excluded.body, reading = excluded.reading
                """
        )
        for fold in folds { try upsert.execute(arguments: [fold.component, Data(fold.body), fold.reading]) }
    }

    private static func write(
        _ positions: PositionChange,
        ofReading reading: Int,
        to database: Database
    ) throws {
        guard !positions.isEmpty else { return }
        let forget = try database.cachedStatement(sql: "DELETE FROM positions WHERE reading = ? AND path = ?")
        for path in positions.forgotten { try forget.execute(arguments: [reading, path]) }
        let upsert = try database.cachedStatement(
            sql: """
                INSERT INTO positions (reading, path, body) VALUES (?, ?, ?)
                ON CONFLICT (reading, path) DO UPDATE SET body = excluded.body
                """
        )
        for position in positions.saved {
            try upsert.execute(arguments: [reading, position.path, Data(position.body)])
        }
    }

    private static func write(_ losses: [LossEntry], to database: Database) throws {
        guard !losses.isEmpty else { return }
        let insert = try database.cachedStatement(
            sql: """
                INSERT INTO losses (component, file, generation, first_byte, end_byte, reason, last_seen, noticed)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        for loss in losses {
            try insert.execute(arguments: [
                loss.component, loss.file, loss.generation, loss.from, loss.to, loss.reason.rawValue,
                loss.lastSeen?.milliseconds, loss.noticed.milliseconds,
            ])
        }
        let bound = try database.cachedStatement(
            sql: "DELETE FROM losses WHERE id <= (SELECT max(id) FROM losses) - ?"
        )
        try bound.execute(arguments: [StateLimits.losses])
    }

    private static func write(_ events: [StateEvent], to database: Database) throws {
        guard let newest = events.last else { return }
        let insert = try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO events (sequence, at, component, cause, file, generation, offset)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """
        )
        for event in events {
            try insert.execute(arguments: [
                Int64(clamping: event.sequence), event.at.milliseconds, event.component, event.cause,
                event.position?.file, event.position?.generation, event.position?.offset,
            ])
        }
        // By sequence: where sequences have gaps fewer events are kept, never more.
        let bound = try database.cachedStatement(sql: "DELETE FROM events WHERE sequence <= ?")
        try bound.execute(arguments: [Int64(clamping: newest.sequence) - Int64(StateLimits.events)])
    }

    // MARK: Reading

    static func load(_ database: Database) throws -> SavedState? {
        let folds = try Row.fetchAll(database, sql: "SELECT component, version, body FROM folds").compactMap {
            row -> SavedFold? in
            guard let component = kind(row) else { return nil }
            return SavedFold(component: component, version: row["version"], body: bytes(row, "body"))
        }
        let ruleFolds = try Row.fetchAll(database, sql: "SELECT component, body, reading FROM rule_folds").map { row in
            SavedRuleFold(component: row["component"], body: bytes(row, "body"), reading: row["reading"])
        }
        let positions = try Row.fetchAll(
            database,
            sql: "SELECT reading, path, body FROM positions ORDER BY reading, path"
        ).map { row in
            SavedPosition(path: row["path"], body: bytes(row, "body"), reading: row["reading"])
        }
        guard !folds.isEmpty || !ruleFolds.isEmpty || !positions.isEmpty else { return nil }
        let sources = try Row.fetchAll(database, sql: "SELECT component, name, checkpoint FROM sources").compactMap {
            row -> SavedSource? in
            guard let component = kind(row) else { return nil }
            return SavedSource(component: component, name: row["name"], checkpoint: bytes(row, "checkpoint"))
        }
        let losses = try Row.fetchAll(database, sql: "SELECT * FROM losses ORDER BY id").compactMap(loss)
        let newest = try Int64.fetchOne(database, sql: "SELECT max(sequence) FROM events") ?? 0
        // Ids are given without gaps and never twice, so that the highest one counts the losses.
        let total = try Int.fetchOne(database, sql: "SELECT max(id) FROM losses") ?? 0
        return SavedState(
            sequence: UInt64(clamping: newest),
            folds: folds,
            sources: sources,
            positions: positions,
            losses: losses,
            lossesTotal: total,
            ruleFolds: ruleFolds
        )
    }

    static func events(_ database: Database, after sequence: UInt64, limit: Int) throws -> [StateEvent] {
        let limit = min(max(0, limit), StateLimits.eventsPerAnswer)
        let statement = try database.cachedStatement(
            sql: "SELECT * FROM events WHERE sequence > ? ORDER BY sequence LIMIT ?"
        )
        return try Row.fetchAll(statement, arguments: [Int64(clamping: sequence), limit]).map { row in
            let file: String? = row["file"]
            return StateEvent(
                sequence: UInt64(clamping: row["sequence"] as Int64),
                at: Timestamp(milliseconds: row["at"]),
                component: row["component"],
                cause: row["cause"],
                position: file.map { SourcePosition(file: $0, generation: row["generation"], offset: row["offset"]) }
            )
        }
    }

    private static func loss(_ row: Row) -> LossEntry? {
        // A reason that a later Ghost added is not known here; the loss still counts in the total.
        guard let reason = LossEntry.Reason(rawValue: row["reason"]) else { return nil }
        let lastSeen: Int64? = row["last_seen"]
        return LossEntry(
            component: row["component"],
            file: row["file"],
            generation: row["generation"],
            from: row["first_byte"],
            to: row["end_byte"],
            reason: reason,
            lastSeen: lastSeen.map(Timestamp.init(milliseconds:)),
            noticed: Timestamp(milliseconds: row["noticed"])
        )
    }

    private static func kind(_ row: Row) -> ComponentKind? { ComponentKind(rawValue: row["component"]) }

    private static func bytes(_ row: Row, _ column: String) -> [UInt8] { [UInt8](row[column] as Data) }
}
