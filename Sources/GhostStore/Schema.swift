import GRDB

/// The form of the database, and how an older one becomes the present one.
enum Schema {
    /// Marks the file as Ghost's; the bytes of `GHST`.
    static let applicationID = 0x4748_5354

    /// What turns version `n` into version `n + 1`; an entry that was released is never changed, new ones go to the end.
    static let migrations: [String] = [
        """
        CREATE TABLE meta (
            key TEXT PRIMARY KEY NOT NULL,
            value TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE folds (
            component TEXT PRIMARY KEY NOT NULL,
            version INTEGER NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
        CREATE TABLE sources (
            component TEXT NOT NULL REFERENCES folds(component) ON DELETE CASCADE,
            name TEXT NOT NULL,
            checkpoint BLOB NOT NULL,
            PRIMARY KEY (component, name)
        ) STRICT;
        CREATE TABLE losses (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            component TEXT NOT NULL,
            file TEXT NOT NULL,
            generation INTEGER NOT NULL,
            first_byte INTEGER,
            end_byte INTEGER,
            reason TEXT NOT NULL,
            last_seen INTEGER,
            noticed INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE events (
            sequence INTEGER PRIMARY KEY NOT NULL,
            at INTEGER NOT NULL,
            component TEXT NOT NULL,
            cause TEXT NOT NULL,
            file TEXT,
            generation INTEGER,
            offset INTEGER
        ) STRICT;
        """,
        """
        CREATE TABLE rule_folds (
            component TEXT PRIMARY KEY NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
        CREATE TABLE positions (
            path TEXT PRIMARY KEY NOT NULL,
            body BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;
        """,
        journalMigration,
        readingsMigration,
    ]

    /// Checks the file, brings it to the newest version and sets what the promises rest on.
    ///
    /// - Parameters:
    ///   - subject: what a new file is about.
    ///   - subjectRule: whether an older one must be about the same.
    /// - Returns: the epoch.
    static func prepare(
        _ database: Database,
        path: String,
        subject: String,
        subjectRule: SubjectRule = .mustMatch
    ) throws -> String {
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let application = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let hasTables = try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM sqlite_schema)") ?? false
        guard application == applicationID || !hasTables else { throw StoreFailure.foreign(path: path) }
        guard version <= migrations.count else {
            throw StoreFailure.newerSchema(path: path, found: version, known: migrations.count)
        }
        if hasTables {
            let verdict = try String.fetchOne(database, sql: "PRAGMA quick_check(1)") ?? "no answer"
            guard verdict == "ok" else { throw StoreFailure.damaged(path: path, detail: verdict) }
        }
        try set(database, path: path, "journal_mode", to: "WAL", expecting: "wal")
        // After the journal mode: what GRDB or SQLite set while opening must not have the last word.
        try set(database, path: path, "synchronous", to: "NORMAL", expecting: "1")
        try set(database, path: path, "foreign_keys", to: "ON", expecting: "1")
        try database.execute(sql: "PRAGMA wal_autocheckpoint = \(longestJournalPages)")
        try database.execute(sql: "PRAGMA journal_size_limit = \(longestIdleJournal)")
        try migrate(database, subject: subject)
        guard let epoch = try String.fetchOne(database, sql: "SELECT value FROM meta WHERE key = 'epoch'") else {
            throw StoreFailure.damaged(path: path, detail: "it has no epoch")
        }
        if subjectRule == .anything { return epoch }
        let found = try String.fetchOne(database, sql: "SELECT value FROM meta WHERE key = 'subject'") ?? "nothing"
        guard found == subject else { throw StoreFailure.otherSubject(path: path, found: found, wanted: subject) }
        return epoch
    }

    /// At how many pages SQLite moves the journal into the database within a commit, should nobody have done it before.
    private static let longestJournalPages = 10_000
    /// To how many bytes the journal is cut once its content is in the database.
    private static let longestIdleJournal = 8 * 1024 * 1024

    /// Whether a file must be about what its reader is about.
    enum SubjectRule: Hashable {
        /// Totals of other logs must not be gone on with.
        case mustMatch
        /// The reader wants something that does not depend on the logs.
        case anything
    }

    private static func migrate(_ database: Database, subject: String) throws {
        try database.inTransaction(.immediate) {
            // Read again under the lock: another connection may have done it meanwhile.
            let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            guard version < migrations.count else { return .commit }
            for statements in migrations[version...] { try database.execute(sql: statements) }
            if version == 0 {
                try database.execute(
                    sql: "INSERT INTO meta (key, value) VALUES ('epoch', ?), ('subject', ?)",
                    arguments: [newEpoch(), subject]
                )
            }
            try database.execute(sql: "PRAGMA application_id = \(applicationID)")
            try database.execute(sql: "PRAGMA user_version = \(migrations.count)")
            return .commit
        }
    }

    private static func set(
        _ database: Database,
        path: String,
        _ name: String,
        to value: String,
        expecting expected: String
    ) throws {
        try database.execute(sql: "PRAGMA \(name) = \(value)")
        let found = try String.fetchOne(database, sql: "PRAGMA \(name)") ?? "nothing"
        guard found == expected else {
            throw StoreFailure.settingRefused(path: path, setting: "\(name) = \(value)", found: found)
        }
    }

    /// A name for a new store that no other store has.
    static func newEpoch() -> String {
        let digits = String(UInt64.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
