import GhostModel
import GhostSystem

/// Reads a systemd service unit; the file's name becomes the daemon's.
enum SystemdImport {
    /// What a stop may take where the unit does not say.
    private static let usualGrace = "90s"

    static func read(
        _ text: String,
        _ draft: inout ImportDraft,
        exists: (String) -> Bool
    ) throws(ImportFailure) {
        let file = try SectionFile(text, .systemd)
        var base = draft.file.lastPathPart
        if base.hasSuffix(".service") { base = String(base.dropLast(8)) }
        var reading = UnitReading(unit: base, daemon: ImportedDaemon(name: ImportedDaemon.cleaned(base)))
        if base.hasSuffix("@") {
            draft.note(
                1,
                "\(base).service is a template; \(reading.daemon.name) stands for one instance without a name"
            )
        }
        guard let service = file.sections.first(where: { $0.name == "Service" }) else {
            throw ImportFailure(1, "there is no [Service]")
        }
        reading.daemon["cwd"] = .text("/")
        reading.daemon["restart"] = .plain("never")
        reading.daemon["stop"] = .mapping([.init("grace", .plain(usualGrace))])
        for section in file.sections where section.name != "Service" && section.name != "Install" {
            for entry in section.entries { reading.unitOption(entry, &draft) }
        }
        for entry in service.entries { reading.serviceOption(entry, &draft, exists: exists) }
        guard reading.hasCommand else { throw ImportFailure(service.line, "[Service] has no ExecStart") }
        reading.finish(&draft)
        draft.daemons.append(reading.daemon)
    }

    /// Takes away the needs of units that were not imported with it.
    static func dropUnknownNeeds(_ daemons: inout [ImportedDaemon]) {
        let known = Set(daemons.map(\.name))
        for place in daemons.indices {
            guard case .mapping(let needs)? = daemons[place]["needs"] else { continue }
            let kept = needs.filter { known.contains($0.key) && $0.key != daemons[place].name }
            daemons[place]["needs"] = kept.isEmpty ? nil : .mapping(kept)
        }
    }
}

/// One unit that is being read.
private struct UnitReading {
    let unit: String
    var daemon: ImportedDaemon
    private(set) var hasCommand = false
    private var isNotify = false
    private var startLimit: (burst: String?, interval: String?) = (nil, nil)
    private var restartPause: String?
    private var when = "never"

    init(unit: String, daemon: ImportedDaemon) {
        self.unit = unit
        self.daemon = daemon
    }

    mutating func unitOption(_ entry: SectionFile.Entry, _ draft: inout ImportDraft) {
        switch entry.key {
        case "Description", "Documentation", "DefaultDependencies", "Before", "WantedBy", "AssertPathExists": break
        case "Requires", "BindsTo", "Requisite", "Wants", "After":
            let isHard = entry.key != "Wants" && entry.key != "After"
            for word in entry.value.split(separator: " ") where word.hasSuffix(".service") {
                let name = ImportedDaemon.cleaned(word.dropLast(8))
                if case .mapping(let known)? = daemon["needs"], known.contains(where: { $0.key == name }), !isHard {
                    continue
                }
                let need: ImportedValue =
                    isHard
                    ? .plain("ready")
                    : .mapping([.init("when", .plain("ready")), .init("soft", .plain("true"))])
                daemon.set(name, in: "needs", need)
            }
            let others = entry.value.split(separator: " ").filter { !$0.hasSuffix(".service") }
            let names = others.filter { !$0.hasSuffix(".target") }
            if !names.isEmpty {
                draft.drop(
                    "\(entry.key)=\(names.joined(separator: " "))",
                    of: daemon.name,
                    entry.line,
                    "only services are"
                )
            }
        case "StartLimitBurst": startLimit.burst = entry.value
        case "StartLimitIntervalSec", "StartLimitInterval": startLimit.interval = Self.duration(entry.value)
        default: draft.drop(entry.key, of: daemon.name, entry.line, "Ghost has nothing of that kind")
        }
    }

    mutating func serviceOption(_ entry: SectionFile.Entry, _ draft: inout ImportDraft, exists: (String) -> Bool) {
        let value = entry.value
        let (name, line) = (daemon.name, entry.line)
        func drop(_ why: String) { draft.drop(entry.key, of: name, line, why) }
        switch entry.key {
        case "ExecStart": command(entry, &draft)
        case "Type":
            switch value {
            case "simple", "exec", "idle": break
            case "oneshot": daemon["oneshot"] = .plain("true")
            case "notify", "notify-reload":
                isNotify = true
                daemon["ready"] = .mapping([.init("notify", .plain("true"))])
            case "forking": drop("a daemon must stay in the foreground for Ghost; see its own options")
            default: drop("Ghost does not know \(value); it counts as up once it runs")
            }
        case "WorkingDirectory":
            let path = value.hasPrefix("-") ? String(value.dropFirst()) : value
            if path.hasPrefix("/") {
                daemon["cwd"] = .text(expanded(path, entry, &draft))
            } else {
                drop("it is no plain path")
            }
        case "User", "Group", "UMask", "Nice":
            let plain = entry.key == "Nice"
            daemon[entry.key.lowercased()] = plain ? .plain(value) : .text(expanded(value, entry, &draft))
        case "Environment":
            if value.isEmpty { daemon["env"] = nil }
            for word in (try? ShellWords.splitLiterally(value)) ?? [] {
                guard let equals = word.firstIndex(of: "=") else { continue }
                let text = expanded(String(word[word.index(after: equals)...]), entry, &draft)
                daemon.setVariable(String(word[..<equals]), text)
            }
        case "EnvironmentFile":
            let isOptional = value.hasPrefix("-")
            let path = expanded(isOptional ? String(value.dropFirst()) : value, entry, &draft)
            if isOptional, !exists(path) { return drop("\(path) is not there") }
            var files: [ImportedValue] = []
            if case .list(let known)? = daemon["env_file"] { files = known }
            daemon["env_file"] = .list(files + [.text(path)])
        case "Restart":
            when = ["always": "always", "no": "never"][value] ?? "on-failure"
            if !["always", "no", "on-failure"].contains(value) {
                drop("it is restarted after every failure, as on-failure")
            }
        case "RestartSec": restartPause = Self.duration(value)
        case "KillSignal":
            guard let signal = Signal(configurationText: value) else { return drop("Ghost does not send it") }
            daemon.set("signal", in: "stop", .plain(signal.rawValue))
        case "TimeoutStopSec", "TimeoutSec":
            if let time = Self.duration(value) {
                daemon.set("grace", in: "stop", .plain(time))
            } else {
                drop("it has no end")
            }
        case "WatchdogSec":
            if let time = Self.duration(value), time != "0s" {
                daemon["alive"] = .mapping([.init("silent_for", .plain(time))])
            }
        case "LimitNOFILE", "LimitNPROC":
            let soft = value.split(separator: ":").first.map(String.init) ?? value
            if Int(soft) != nil {
                daemon.set(entry.key == "LimitNOFILE" ? "files" : "processes", in: "limits", .plain(soft))
            } else {
                drop("it is not a number")
            }
        case "MemoryMax", "MemoryLimit":
            if let size = ImportedSize(letters: value) {
                daemon.set("memory", in: "limits", .plain(size.text))
            } else if value != "infinity" {
                drop("it is not a size")
            }
        case "CPUQuota":
            if value.hasSuffix("%"), let percent = Double(value.dropLast()) {
                daemon.set("cpu", in: "limits", .plain("\(percent / 100)"))
            }
        case "StandardOutput", "StandardError", "SyslogIdentifier":
            if value != "journal", value != "inherit", entry.key != "SyslogIdentifier" {
                drop("output goes to .ghost/logs/daemons/\(name).log; \"ghost logs\" shows it")
            }
        case "ExecReload": drop("\"ghost signal \(name) HUP\" sends a signal; other commands are run by hand")
        case "ExecStartPre", "ExecStartPost", "ExecStop", "ExecStopPost", "ExecCondition":
            drop("make it a oneshot of its own, or a part of the command")
        case "KillMode": if value != "control-group" && value != "mixed" { drop("Ghost ends everything of a daemon") }
        case "PIDFile", "RemainAfterExit", "NotifyAccess": break
        default: drop("Ghost has nothing of that kind")
        }
    }

    /// What several keys say together.
    mutating func finish(_ draft: inout ImportDraft) {
        var restart: [ImportedValue.Entry] = [.init("when", .plain(when))]
        if let restartPause {
            let pause = ImportedValue.plain(restartPause)
            restart.append(
                .init("backoff", .mapping([.init("base", pause), .init("factor", .plain("1")), .init("cap", pause)]))
            )
        }
        if let burst = startLimit.burst.flatMap({ Int($0) }), burst > 0 {
            let within = startLimit.interval ?? "10s"
            restart.append(
                .init("crash_loop", .mapping([.init("deaths", .plain("\(burst)")), .init("within", .plain(within))]))
            )
        }
        daemon["restart"] = .mapping(restart)
    }

    private mutating func command(_ entry: SectionFile.Entry, _ draft: inout ImportDraft) {
        guard !entry.value.isEmpty else {
            hasCommand = false
            return
        }
        guard !hasCommand else {
            return draft.drop(
                "ExecStart",
                of: daemon.name,
                entry.line,
                "only the first command is; join them with a shell"
            )
        }
        var line = entry.value[...]
        while let first = line.first, "-@:+!|".contains(first) {
            if first == "-" || first == "@" || first == "+" || first == "!" {
                draft.note(entry.line, "the \"\(first)\" before the command of \(daemon.name) is not carried over")
            }
            line = line.dropFirst()
        }
        guard let words = try? ShellWords.splitLiterally(String(line)), !words.isEmpty else {
            return draft.note(entry.line, "the command of \(daemon.name) has an open quote and is passed over")
        }
        let texts = words.map { variables(expanded($0, entry, &draft)) }
        if words.contains(where: { $0.hasPrefix("$") && !$0.hasPrefix("${") && !$0.hasPrefix("$$") }) {
            draft.note(entry.line, "a variable stays one word in the command of \(daemon.name)")
        }
        daemon.setWords(texts, refers: .some)
        hasCommand = true
    }

    /// `%` and a letter.
    private func expanded(_ text: String, _ entry: SectionFile.Entry, _ draft: inout ImportDraft) -> String {
        guard text.contains("%") else { return text }
        var result = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            guard character == "%", let letter = rest.popFirst() else {
                result.append(character)
                continue
            }
            switch letter {
            case "%": result.append("%")
            case "n": result += "\(unit).service"
            case "N", "p": result += unit
            default:
                draft.note(
                    entry.line,
                    "%\(letter) in \(entry.key) of \(daemon.name) is not known here and is left as it is"
                )
                result += "%\(letter)"
            }
        }
        return result
    }

    /// `$NAME` and `${NAME}` as references of Ghost's, empty where they are not set; `$$` is a dollar sign.
    private func variables(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            guard character == "$" else {
                result.append(character)
                continue
            }
            if rest.first == "$" {
                rest = rest.dropFirst()
                result += rest.first == "{" ? "$$" : "$"
            } else if rest.first == "{", let end = rest.firstIndex(of: "}") {
                result += "${\(rest[rest.index(after: rest.startIndex)..<end]):-}"
                rest = rest[rest.index(after: end)...]
            } else {
                let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                result += name.isEmpty ? "$" : "${\(name):-}"
                rest = rest.dropFirst(name.count)
            }
        }
        return result
    }

    /// A time span as Ghost writes it; nil for one without an end.
    private static func duration(_ text: String) -> String? {
        let units = [
            "": 1000, "s": 1000, "sec": 1000, "second": 1000, "seconds": 1000, "ms": 1, "msec": 1, "m": 60_000,
            "min": 60_000, "minute": 60_000, "minutes": 60_000, "h": 3_600_000, "hr": 3_600_000, "hour": 3_600_000,
            "hours": 3_600_000, "d": 86_400_000, "day": 86_400_000, "days": 86_400_000,
        ]
        var total = 0.0
        var rest = text.filter { !$0.isWhitespace }[...]
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let number = rest.prefix { $0.isNumber || $0 == "." }
            rest = rest.dropFirst(number.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let value = Double(number), let factor = units[String(unit)] else { return nil }
            total += value * Double(factor)
        }
        return Duration.milliseconds(Int64(total)).configurationText
    }
}
