/// A value of the configuration that is being written.
indirect enum ImportedValue: Sendable, Hashable {
    /// A text, quoted where it would be read as something else.
    case text(String)
    /// A number, a duration or a word of Ghost's that is written as it is.
    case plain(String)
    case list([ImportedValue])
    case mapping([Entry])

    /// A key and its value.
    struct Entry: Sendable, Hashable {
        var key: String
        var value: ImportedValue

        init(_ key: String, _ value: ImportedValue) {
            self.key = key
            self.value = value
        }
    }

    /// The value in the flow style of YAML, on one line.
    var flow: String {
        switch self {
        case .text(let text): Self.scalar(text)
        case .plain(let text): text
        case .list(let values): "[\(values.map(\.flow).joined(separator: ", "))]"
        case .mapping(let entries):
            "{\(entries.map { "\(Self.scalar($0.key)): \($0.value.flow)" }.joined(separator: ", "))}"
        }
    }

    /// A text as YAML reads it back: bare if it is one that nothing else could be meant by, otherwise in double quotes.
    static func scalar(_ text: String) -> String {
        let words = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
        let isBare =
            text.unicodeScalars.first.map { ("a"..."z").contains($0) || ("A"..."Z").contains($0) || $0 == "_" } ?? false
        let isPlain =
            isBare && !words.contains(text.lowercased()) && text.last != " " && !text.contains("  ")
            && text.unicodeScalars.allSatisfy { scalar in
                ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
                    || "_./@- ".unicodeScalars.contains(scalar)
            } && !text.contains(" -")
        guard !isPlain else { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "\r": quoted += "\\r"
            case _
            where scalar.value < 0x20 || scalar.value == 0x7F || (0x80...0x9F).contains(scalar.value)
                || scalar.value == 0x2028 || scalar.value == 0x2029 || scalar.value == 0xFEFF:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

/// A daemon of another tool, in Ghost's keys.
struct ImportedDaemon: Sendable, Hashable {
    var name: String
    var start = Start.byItself
    private(set) var entries: [ImportedValue.Entry] = []

    /// Whether the other tool starts it.
    enum Start: Sendable, Hashable {
        case byItself
        /// Only when somebody asks for it; Ghost starts what is declared, so it is written as a comment.
        case onDemand
    }

    init(name: String) {
        self.name = name
    }

    /// Sets a key, replacing what it was; nil takes it away.
    subscript(_ key: String) -> ImportedValue? {
        get { entries.first { $0.key == key }?.value }
        set {
            guard let newValue else {
                entries.removeAll { $0.key == key }
                return
            }
            if let place = entries.firstIndex(where: { $0.key == key }) {
                entries[place].value = newValue
            } else {
                entries.append(.init(key, newValue))
            }
        }
    }

    /// Sets a key in a mapping, such as `stop.grace`.
    mutating func set(_ key: String, in mapping: String, _ value: ImportedValue) {
        var inner: [ImportedValue.Entry] = []
        if case .mapping(let known)? = self[mapping] { inner = known.filter { $0.key != key } }
        self[mapping] = .mapping(inner + [.init(key, value)])
    }

    /// Sets a variable; what looks like one of Ghost's references is taken literally unless `refers`.
    mutating func setVariable(_ name: String, _ value: String, refers: VariableReferences = .none) {
        let text = refers == .none ? value.replacing("${", with: "$${") : value
        set(name, in: "env", .text(text))
    }

    /// Whether a value holds references to variables in Ghost's form.
    enum VariableReferences: Sendable, Hashable {
        case none
        case some
    }

    /// Sets a command that a shell would run: by a shell if it needs one, otherwise as its words.
    mutating func setShellCommand(_ text: String) {
        let needsShell =
            text.contains { "$`*?~(){}[]#!\\\n;&|<>".contains($0) }
            || text.split(separator: " ").first?.contains("=") == true
        if needsShell {
            self["command"] = .text(text)
            self["shell"] = .plain("true")
        } else {
            self["command"] = .text(text)
        }
    }

    /// Sets a command of words; nothing in them is a reference unless it is said.
    mutating func setWords(_ words: [String], refers: VariableReferences = .none) {
        let words = refers == .none ? words.map { $0.replacing("${", with: "$${") } : words
        self["command"] = .list(words.map(ImportedValue.text))
    }

    /// The daemon in the block style of YAML.
    var yaml: String {
        let lines = ["\(ImportedValue.scalar(name)):"] + entries.map { "  \($0.key): \($0.value.flow)" }
        guard start == .onDemand else { return lines.map { "  \($0)\n" }.joined() }
        let why = "  # \(name) was not started by itself; take the # away in front of its lines to have Ghost run it.\n"
        return why + lines.map { "  #\($0)\n" }.joined()
    }

    /// A name as Ghost takes it: what it does not know becomes `-`.
    static func cleaned(_ text: some StringProtocol) -> String {
        let allowed = text.unicodeScalars.map { scalar -> Character in
            let isKnown =
                ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
                || "_.-".unicodeScalars.contains(scalar)
            return isKnown ? Character(scalar) : "-"
        }
        let trimmed = String(allowed.prefix(63).drop { $0 == "." || $0 == "-" })
        return trimmed.isEmpty ? "daemon" : trimmed
    }
}

/// Something of the source that Ghost does not do, or does otherwise.
public struct ImportNote: Sendable, Hashable, CustomStringConvertible {
    /// The file as the user named it.
    public var file: String
    /// Counted from 1.
    public var line: Int
    /// One sentence without its full stop.
    public var text: String

    public var description: String { "\(file):\(line): \(text)" }
}

/// What is read from the files of another tool.
struct ImportDraft: Sendable {
    /// The file that is being read, as the user named it.
    var file: String
    /// The absolute path of its folder.
    var folder: String
    /// Where the configuration will stand.
    var target: String
    var daemons: [ImportedDaemon] = []
    var notes: [ImportNote] = []

    /// The most daemons of one import.
    static let most = 10_000

    mutating func note(_ line: Int, _ text: String) { notes.append(ImportNote(file: file, line: line, text: text)) }

    /// Says that a key is not carried over.
    mutating func drop(_ key: String, of daemon: String, _ line: Int, _ why: String) {
        note(line, "\"\(key)\" of \(daemon) is not carried over: \(why)")
    }

    /// Says that a daemon is written as a comment.
    mutating func leaveOut(_ daemon: inout ImportedDaemon, _ line: Int, _ key: String) {
        daemon.start = .onDemand
        note(
            line,
            "\(daemon.name) is written as a comment: \"\(key)\" keeps it from starting, and Ghost starts what is declared"
        )
    }

    /// A path of the source as it must stand in the configuration.
    func path(_ text: String) -> String {
        if text.hasPrefix("/") || folder == target { return text }
        return text == "." ? folder : "\(folder)/\(text)"
    }

    /// The working directory of a daemon for which the source says none.
    var ownFolder: String? { folder == target ? nil : folder }
}
