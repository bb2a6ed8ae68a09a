extension Schema {
    /// Adds the journal of supervision.
    ///
    /// A cause is no foreign key: what it names may have been given up for its age.
    static let journalMigration = """
        CREATE TABLE journal (
            sequence INTEGER PRIMARY KEY NOT NULL,
            at INTEGER NOT NULL,
            monotonic INTEGER NOT NULL,
            daemon TEXT,
            run TEXT,
            kind TEXT NOT NULL,
            cause INTEGER,
            text TEXT NOT NULL,
            detail TEXT NOT NULL,
            file TEXT,
            generation INTEGER,
            offset INTEGER,
            lines TEXT
        ) STRICT;
        CREATE INDEX journal_by_daemon ON journal (daemon, sequence);
        CREATE INDEX journal_by_time ON journal (at);
        """
}
