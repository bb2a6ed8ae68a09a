/// A file of sections in brackets and `KEY=VALUE` lines, as supervisord and systemd have them.
struct SectionFile: Sendable, Hashable {
    private(set) var sections: [Section] = []

    /// One section, in the order of the file.
    struct Section: Sendable, Hashable {
        var name: String
        var line: Int
        var entries: [Entry] = []

        /// The last value of a key.
        func value(_ key: String) -> Entry? { entries.last { $0.key == key } }
    }

    /// One key.
    struct Entry: Sendable, Hashable {
        var key: String
        var value: String
        var line: Int
    }

    /// How lines go on and where comments begin.
    enum Dialect: Sendable, Hashable {
        /// An indented line goes on; ` ;` begins a comment; keys are of any case.
        case supervisord
        /// A backslash at the end goes on; comments have lines of their own.
        case systemd
    }

    init(_ text: String, _ dialect: Dialect) throws(ImportFailure) {
        var continues = false
        for (index, raw) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let trimmed = raw.trimmedBlanks
            if trimmed.isEmpty || trimmed.hasPrefix("#") || trimmed.hasPrefix(";") {
                if dialect == .supervisord { continues = false }
                continue
            }
            let isIndented = raw.first == " " || raw.first == "\t"
            if dialect == .supervisord ? isIndented && continues : continues {
                append(trimmed, dialect)
                if dialect == .systemd { continues = trimmed.hasSuffix("\\") }
                continue
            }
            if trimmed.hasPrefix("["), trimmed.hasSuffix("]") {
                sections.append(Section(name: String(trimmed.dropFirst().dropLast()), line: index + 1))
                continues = false
                continue
            }
            guard let equals = trimmed.firstIndex(of: "="), !sections.isEmpty else {
                throw ImportFailure(index + 1, "the line is neither a [section] nor KEY=VALUE in one")
            }
            var key = trimmed[..<equals].trimmedBlanks
            if dialect == .supervisord { key = key.lowercased() }
            var value = trimmed[trimmed.index(after: equals)...].trimmedBlanks
            continues = dialect == .supervisord || value.hasSuffix("\\")
            if dialect == .supervisord { value = Self.withoutComment(value) }
            if dialect == .systemd, continues { value = value.dropLast().trimmedBlanks }
            sections[sections.count - 1].entries.append(Entry(key: key, value: value, line: index + 1))
        }
    }

    private mutating func append(_ text: String, _ dialect: Dialect) {
        guard let section = sections.indices.last, let entry = sections[section].entries.indices.last else { return }
        var more = dialect == .supervisord ? Self.withoutComment(text) : text
        if dialect == .systemd, more.hasSuffix("\\") { more = more.dropLast().trimmedBlanks }
        let separator = dialect == .supervisord ? "\n" : " "
        sections[section].entries[entry].value += separator + more
    }

    private static func withoutComment(_ value: String) -> String {
        guard let comment = value.firstRange(of: " ;") else { return value }
        return value[..<comment.lowerBound].trimmedBlanks
    }
}
