import GhostModel

/// Turns lines of a component log into entries of the status API.
enum LogEntries {
    /// The entries of lines, oldest first; blank lines are left out.
    ///
    /// - Parameter time: of lines before which none had a time.
    static func entries(of lines: [String], from kind: ComponentKind, otherwise time: Timestamp) -> [LogEntry] {
        var latest = time
        return lines.compactMap { line in
            let message = trimmed(line)
            guard !message.isEmpty else { return nil }
            latest = self.time(of: message) ?? latest
            return LogEntry(timestamp: latest, message: String(message), type: kind)
        }
    }

    /// Whether a line tells of an error, by its mark or its words.
    static func tellsOfError(_ entry: LogEntry) -> Bool {
        if entry.message.contains("❌") || entry.message.contains("🔴") { return true }
        let lowercased = entry.message.lowercased()
        return ["error", "failed", "exception"].contains { lowercased.contains($0) }
    }

    private static func time(of line: Substring) -> Timestamp? {
        guard line.first == "[", let end = line.firstIndex(of: "]") else { return nil }
        return Timestamp(rfc3339: line[line.index(after: line.startIndex)..<end])
    }

    private static func trimmed(_ line: String) -> Substring {
        var rest = line.drop { $0.isWhitespace }
        while rest.last?.isWhitespace == true { rest = rest.dropLast() }
        return rest
    }
}
