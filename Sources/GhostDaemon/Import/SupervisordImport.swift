import GhostModel

/// Reads the programs of a supervisord.conf.
enum SupervisordImport {
    /// The priority of a program that says none; smaller ones start earlier.
    private static let usualPriority = 999

    static func read(_ text: String, _ draft: inout ImportDraft) throws(ImportFailure) {
        let file = try SectionFile(text, .supervisord)
        let shared = file.sections.first { $0.name == "supervisord" }?.value("environment")
        for section in file.sections {
            let parts = section.name.split(separator: ":", maxSplits: 1)
            switch parts.first ?? "" {
            case "program": try program(section, String(parts.last ?? ""), shared, &draft)
            case "eventlistener", "fcgi-program":
                draft.note(section.line, "[\(section.name)] is not carried over: Ghost has nothing of that kind")
            case "group":
                draft.note(section.line, "[\(section.name)] is not carried over: Ghost has no groups; use needs")
            case "include":
                let files = section.value("files")?.value ?? ""
                draft.note(section.line, "included files are not read; name them as well: \(files)")
            case "inet_http_server":
                draft.note(section.line, "[inet_http_server] is not carried over: Ghost's API is under \"server\"")
            default: break
            }
        }
    }

    private static func program(
        _ section: SectionFile.Section,
        _ name: String,
        _ shared: SectionFile.Entry?,
        _ draft: inout ImportDraft
    ) throws(ImportFailure) {
        var daemon = ImportedDaemon(name: ImportedDaemon.cleaned(name))
        guard let command = section.value("command") else {
            throw ImportFailure(section.line, "[\(section.name)] has no command")
        }
        let reading = Expansion(program: name, folder: draft.folder)
        do {
            let words = try ShellWords.splitLiterally(command.value).map { reading.expand($0) }
            daemon.setWords(words.map(\.text), refers: .some)
            if words.contains(where: \.isUnknown) {
                draft.note(command.line, "the command of \(daemon.name) holds a %(…) that Ghost does not know")
            }
            if command.value.contains("%(process_num") {
                draft.note(command.line, "the number of a replica counts from 1 here, and is not padded")
            }
        } catch {
            throw ImportFailure(command.line, "the command of \(daemon.name) has an open quote")
        }
        if let folder = draft.ownFolder, section.value("directory") == nil { daemon["cwd"] = .text(folder) }
        for entry in (shared.map { [$0] } ?? []) + section.entries { option(entry, &daemon, reading, &draft) }
        if section.value("autorestart") == nil { daemon["restart"] = .plain("on-failure") }
        draft.daemons.append(daemon)
    }

    private static func option(
        _ entry: SectionFile.Entry,
        _ daemon: inout ImportedDaemon,
        _ reading: Expansion,
        _ draft: inout ImportDraft
    ) {
        let value = entry.value
        if value.isEmpty { return }
        func drop(_ why: String) { draft.drop(entry.key, of: daemon.name, entry.line, why) }
        switch entry.key {
        case "command", "process_name", "stopasgroup", "killasgroup", "stdout_logfile_backups",
            "stderr_logfile_backups",
            "stderr_logfile_maxbytes", "stdout_syslog", "stderr_syslog":
            if entry.key == "stdout_logfile_backups", let count = Int(value) {
                daemon.setRotation("keep", .plain("\(count)"))
            }
        case "numprocs": if let count = Int(value), count > 1 { daemon["replicas"] = .plain("\(count)") }
        case "directory": daemon["cwd"] = .text(draft.path(reading.expand(value).text))
        case "umask": daemon["umask"] = .text(value)
        case "user": daemon["user"] = .text(value)
        case "priority":
            guard let priority = Int(value) else { return drop("it is not a number") }
            if priority != usualPriority { daemon["priority"] = .plain("\(usualPriority - priority)") }
        case "autostart":
            if ["false", "no", "off", "0"].contains(value.lowercased()) {
                draft.leaveOut(&daemon, entry.line, "autostart=\(value)")
            }
        case "autorestart":
            switch value.lowercased() {
            case "true", "yes", "on", "1": daemon["restart"] = .plain("always")
            case "false", "no", "off", "0": daemon["restart"] = .plain("never")
            default: daemon["restart"] = .plain("on-failure")
            }
        case "exitcodes": if value != "0" { drop("only 0 is success") }
        case "startsecs": if value != "1" { drop("say with \"ready\" when it is up") }
        case "startretries": if value != "3" { drop("Ghost goes on trying, see restart.crash_loop") }
        case "stopsignal":
            guard let signal = Signal(configurationText: value) else { return drop("Ghost does not send it") }
            daemon.set("signal", in: "stop", .plain(signal.rawValue))
        case "stopwaitsecs": daemon.set("grace", in: "stop", .plain("\(value)s"))
        case "redirect_stderr":
            if ["false", "no", "off", "0"].contains(value.lowercased()) {
                daemon.set("split", in: "log", .plain("true"))
            }
        case "stderr_logfile", "stdout_logfile":
            if entry.key == "stderr_logfile", value.uppercased() != "NONE" {
                daemon.set("split", in: "log", .plain("true"))
            }
            if !["AUTO", "NONE"].contains(value.uppercased()) {
                drop("output goes to .ghost/logs/daemons/\(daemon.name).log; \"ghost logs\" shows it")
            }
        case "stdout_logfile_maxbytes":
            guard let size = ImportedSize(supervisord: value) else { return drop("it is not a size") }
            if size.bytes == 0 {
                daemon.set("rotate", in: "log", .plain("off"))
            } else {
                daemon.setRotation("size", .plain(size.text))
            }
        case "environment":
            for (name, value) in assignments(value) {
                daemon.setVariable(name, reading.expand(value).text, refers: .some)
            }
        default: drop("Ghost has nothing of that kind")
        }
    }

    /// `KEY="value",KEY2=value2`.
    private static func assignments(_ text: String) -> [(String, String)] {
        var result: [(String, String)] = []
        var rest = text[...]
        while !rest.isEmpty {
            rest = rest.drop { $0 == "," || $0.isWhitespace }
            guard let equals = rest.firstIndex(of: "=") else { break }
            let name = rest[..<equals].trimmedBlanks
            rest = rest[rest.index(after: equals)...].drop { $0 == " " }
            var value = ""
            if let quote = rest.first, quote == "\"" || quote == "'" {
                rest = rest.dropFirst()
                while let character = rest.popFirst(), character != quote {
                    value.append(character == "\\" ? rest.popFirst() ?? "\\" : character)
                }
            } else {
                value = rest.prefix { $0 != "," && !$0.isNewline }.trimmedBlanks
                rest = rest.drop { $0 != "," && !$0.isNewline }
            }
            if !name.isEmpty { result.append((name, value)) }
        }
        return result
    }

    /// What `%(name)s` stands for.
    struct Expansion {
        var program: String
        var folder: String

        func expand(_ text: String) -> (text: String, isUnknown: Bool) {
            var result = ""
            var isUnknown = false
            var rest = text.replacing("${", with: "$${")[...]
            while let percent = rest.firstIndex(of: "%") {
                result += rest[..<percent]
                rest = rest[rest.index(after: percent)...]
                if rest.first == "%" {
                    result += "%"
                    rest = rest.dropFirst()
                    continue
                }
                guard rest.first == "(", let close = rest.firstIndex(of: ")") else {
                    result += "%"
                    continue
                }
                let name = rest[rest.index(after: rest.startIndex)..<close]
                // Behind it stands a format such as `s` or `02d`.
                rest = rest[rest.index(after: close)...].drop { $0.isNumber }.dropFirst()
                switch name {
                case "program_name", "group_name": result += program
                case "here": result += folder
                case "process_num": result += "${GHOST_REPLICA:-1}"
                case "host_node_name": result += "${HOSTNAME:-localhost}"
                case _ where name.hasPrefix("ENV_"): result += "${\(name.dropFirst(4)):-}"
                default:
                    isUnknown = true
                    result += "%(\(name))s"
                }
            }
            return (result + rest, isUnknown)
        }
    }
}

/// A number of bytes as other tools write it: their K, M and G are powers of 1024.
struct ImportedSize: Sendable, Hashable {
    var bytes: Int64
    var text: String

    init?(supervisord value: String) {
        self.init(value, ["": "", "KB": "KiB", "MB": "MiB", "GB": "GiB"])
    }

    init?(letters value: String) {
        self.init(value, ["": "", "B": "", "K": "KiB", "M": "MiB", "G": "GiB", "T": "TiB"])
    }

    private init?(_ value: String, _ units: [String: String]) {
        let digits = value.prefix { $0.isNumber }
        let suffix = value.dropFirst(digits.count).trimmedBlanks.uppercased()
        guard let number = Int64(digits), let unit = units[suffix] else { return nil }
        bytes = number
        text = "\(number)\(unit)"
    }
}

extension ImportedDaemon {
    /// Sets a key of `log.rotate`.
    mutating func setRotation(_ key: String, _ value: ImportedValue) {
        var inner: [ImportedValue.Entry] = []
        if case .mapping(let log)? = self["log"],
            case .mapping(let known)? = log.first(where: { $0.key == "rotate" })?.value
        {
            inner = known.filter { $0.key != key }
        }
        set("rotate", in: "log", .mapping(inner + [.init(key, value)]))
    }
}

extension ShellWords {
    /// Splits words by quotes and backslashes only: what is an operator in a shell is a character here.
    static func splitLiterally(_ line: String) throws(Failure) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var rest = line[...]
        while let character = rest.popFirst() {
            switch (quote, character) {
            case ("'", "'"), ("\"", "\""): quote = nil
            case ("'", _): word = (word ?? "") + String(character)
            case (nil, "'"), (nil, "\""):
                quote = character
                word = word ?? ""
            case (_, "\\"):
                guard let escaped = rest.popFirst() else { throw .endsWithBackslash }
                let keepsBackslash = quote == "\"" && !"\"\\$`".contains(escaped)
                word = (word ?? "") + (keepsBackslash ? "\\" : "") + String(escaped)
            case (nil, " "), (nil, "\t"), (nil, "\n"):
                if let finished = word { words.append(finished) }
                word = nil
            default: word = (word ?? "") + String(character)
            }
        }
        if let quote { throw .unclosedQuote(quote) }
        if let word { words.append(word) }
        return words
    }
}
