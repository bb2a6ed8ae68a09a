extension Schema {
    /// Lets files be read from several places: components that begin anew read them apart from the others.
    static let readingsMigration = """
        ALTER TABLE rule_folds ADD COLUMN reading INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE positions RENAME TO earlier_positions;
        CREATE TABLE positions (
            reading INTEGER NOT NULL,
            path TEXT NOT NULL,
            body BLOB NOT NULL,
            PRIMARY KEY (reading, path)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO positions (reading, path, body) SELECT 0, path, body FROM earlier_positions;
        DROP TABLE earlier_positions;
        """
}
