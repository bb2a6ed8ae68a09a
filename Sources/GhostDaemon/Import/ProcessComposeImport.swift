import Yams

/// Reads the processes of a process-compose.yaml.
enum ProcessComposeImport {
    static func read(_ text: String, _ draft: inout ImportDraft) throws(ImportFailure) {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            var problems = ProblemList()
            problems.addSyntax(error)
            let problem = problems.problems.first
            throw ImportFailure(problem?.position?.line ?? 1, problem?.message ?? "not valid YAML")
        }
        guard let file = root?.mapping else { throw ImportFailure(1, "the file is not a mapping of keys to values") }
        guard let processes = file["processes"]?.mapping else { throw ImportFailure(1, "there is no \"processes\"") }
        let shared = variables(file["environment"])
        for (key, value) in file {
            let known = ["processes", "environment", "version", "log_level", "log_location", "is_tui_disabled"]
            guard let name = key.scalar?.string, !known.contains(name), !name.hasPrefix("x-") else { continue }
            draft.note(value.importLine(key), "\"\(name)\" is not carried over: Ghost has nothing of that kind")
        }
        var ends: Set<String> = []
        for (key, value) in processes {
            guard let name = key.scalar?.string, let section = value.mapping else { continue }
            process(name, key, section, shared, &draft, &ends)
        }
        // Whoever is waited for to end runs to an end.
        for place in draft.daemons.indices where ends.contains(draft.daemons[place].name) {
            draft.daemons[place]["oneshot"] = .plain("true")
        }
        dropNeedsOfDisabled(processes, &draft)
    }

    /// Nothing that is declared needs what is not.
    private static func dropNeedsOfDisabled(_ processes: Node.Mapping, _ draft: inout ImportDraft) {
        let disabled = Set(draft.daemons.filter { $0.start == .onDemand }.map(\.name))
        for (key, value) in processes where !disabled.isEmpty {
            guard let name = key.scalar.map({ ImportedDaemon.cleaned($0.string) }), !disabled.contains(name),
                let place = draft.daemons.firstIndex(where: { $0.name == name }),
                case .mapping(let needs)? = draft.daemons[place]["needs"]
            else { continue }
            let kept = needs.filter { !disabled.contains($0.key) }
            draft.daemons[place]["needs"] = kept.isEmpty ? nil : .mapping(kept)
            for (need, _) in value.mapping?["depends_on"]?.mapping ?? [:] {
                guard let other = need.scalar.map({ ImportedDaemon.cleaned($0.string) }), disabled.contains(other)
                else {
                    continue
                }
                draft.note(need.importLine(need), "\(name) does not wait for \(other), which is written as a comment")
            }
        }
    }

    private static func process(
        _ name: String,
        _ key: Node,
        _ section: Node.Mapping,
        _ shared: [(String, String)],
        _ draft: inout ImportDraft,
        _ ends: inout Set<String>
    ) {
        var daemon = ImportedDaemon(name: ImportedDaemon.cleaned(name))
        if let words = section["entrypoint"]?.sequence {
            daemon.setWords(words.compactMap { $0.scalar?.string } + extraWords(section["command"]))
        } else if let command = section["command"]?.scalar?.string {
            // A doubled dollar sign is a single one for the shell.
            daemon.setShellCommand(command.replacing("$$", with: "$"))
        } else {
            draft.note(key.importLine(key), "\(daemon.name) has no command and is passed over")
            return
        }
        if let folder = draft.ownFolder, section["working_dir"] == nil { daemon["cwd"] = .text(folder) }
        for (variable, value) in shared + variables(section["environment"]) { daemon.setVariable(variable, value) }
        daemon["restart"] = .plain("never")
        for (key, value) in section {
            guard let name = key.scalar?.string else { continue }
            option(name, key, value, &daemon, &draft, &ends)
        }
        if let line = section["ready_log_line"]?.scalar?.string {
            let question = ImportedValue.mapping([.init("log", .text(line))])
            if case .mapping(let known)? = daemon["ready"] {
                let kinds = ["http", "tcp", "command"]
                let asked = known.filter { kinds.contains($0.key) }
                let rest = known.filter { !kinds.contains($0.key) }
                daemon["ready"] = .mapping([.init("all", .list([.mapping(asked), question]))] + rest)
            } else {
                daemon["ready"] = question
            }
        }
        draft.daemons.append(daemon)
    }

    private static func option(
        _ name: String,
        _ key: Node,
        _ value: Node,
        _ daemon: inout ImportedDaemon,
        _ draft: inout ImportDraft,
        _ ends: inout Set<String>
    ) {
        func drop(_ why: String) { draft.drop(name, of: daemon.name, key.importLine(key), why) }
        let text = value.scalar?.string ?? ""
        switch name {
        case "command", "entrypoint", "environment", "ready_log_line", "description": break
        case "working_dir": daemon["cwd"] = .text(draft.path(text))
        case "env_file": daemon["env_file"] = .text(draft.path(text))
        case "replicas": if let count = value.int, count > 1 { daemon["replicas"] = .plain("\(count)") }
        case "depends_on": needs(value, &daemon, &draft, &ends)
        case "readiness_probe": probe("ready", value, &daemon, &draft)
        case "liveness_probe": probe("alive", value, &daemon, &draft)
        case "availability": availability(value, &daemon, &draft)
        case "shutdown": shutdown(value, &daemon, &draft)
        case "schedule":
            if let cron = value.mapping?["cron"]?.scalar?.string {
                daemon["schedule"] = .mapping([.init("cron", .text(cron))])
            } else if let interval = value.mapping?["interval"]?.scalar?.string {
                daemon["schedule"] = .mapping([.init("every", .plain(interval))])
            }
        case "log_location":
            drop("output goes to .ghost/logs/daemons/\(daemon.name).log; \"ghost logs\" shows it")
        case "disabled":
            if value.bool == true { draft.leaveOut(&daemon, key.importLine(key), "disabled: true") }
        case "is_daemon":
            if value.bool == true { drop("a daemon must stay in the foreground for Ghost; see its own options") }
        case "is_foreground", "is_tty", "is_interactive":
            if value.bool == true { drop("daemons have no terminal") }
        case "namespace": drop("Ghost has no namespaces")
        default: drop("Ghost has nothing of that kind")
        }
    }

    private static func extraWords(_ node: Node?) -> [String] {
        node?.sequence?.compactMap { $0.scalar?.string } ?? []
    }

    /// `[NAME=VALUE]`, or a mapping.
    private static func variables(_ node: Node?) -> [(String, String)] {
        if let list = node?.sequence {
            return list.compactMap { item in
                guard let text = item.scalar?.string, let equals = text.firstIndex(of: "=") else { return nil }
                var value = text[text.index(after: equals)...]
                if value.count > 1, value.first == "'" || value.first == "\"", value.first == value.last {
                    value = value.dropFirst().dropLast()
                }
                return (String(text[..<equals]), String(value))
            }
        }
        return node?.mapping?.compactMap { key, value in
            guard let name = key.scalar?.string, let text = value.scalar?.string else { return nil }
            return (name, text)
        } ?? []
    }

    private static func needs(
        _ node: Node,
        _ daemon: inout ImportedDaemon,
        _ draft: inout ImportDraft,
        _ ends: inout Set<String>
    ) {
        for (key, value) in node.mapping ?? [:] {
            guard let name = key.scalar.map({ ImportedDaemon.cleaned($0.string) }) else { continue }
            let condition = value.mapping?["condition"]?.scalar?.string ?? "process_started"
            let word: String
            switch condition {
            case "process_completed": word = "completed"
            case "process_completed_successfully": word = "succeeded"
            case "process_healthy", "process_log_ready": word = "ready"
            case "process_started": word = "started"
            default:
                word = "ready"
                draft.note(
                    key.importLine(key),
                    "\(daemon.name) waits for \(name) to be \(condition), which Ghost does not know; \"ready\" is taken"
                )
            }
            if word == "completed" || word == "succeeded" { ends.insert(name) }
            daemon.set(name, in: "needs", .plain(word))
        }
    }

    private static func probe(
        _ role: String,
        _ node: Node,
        _ daemon: inout ImportedDaemon,
        _ draft: inout ImportDraft
    ) {
        guard let section = node.mapping else { return }
        if let get = section["http_get"]?.mapping {
            func text(_ key: String, _ usual: String) -> String {
                get[key]?.scalar?.string.nonEmpty ?? usual
            }
            let host = text("host", "127.0.0.1")
            let scheme = text("scheme", "http").lowercased()
            let path = text("path", "/")
            let port = get["port"]?.scalar.map { $0.string.isEmpty ? "" : ":\($0.string)" } ?? ""
            let slash = path.hasPrefix("/") ? "" : "/"
            daemon.set("http", in: role, .text("\(scheme)://\(host)\(port)\(slash)\(path)"))
            if get["headers"] != nil || get["status_code"] != nil {
                draft.note(
                    node.importLine(node),
                    "headers and status_code of a probe of \(daemon.name) are not carried over"
                )
            }
        } else if let command = section["exec"]?.mapping?["command"]?.scalar?.string {
            let words = ["sh", "-c", command].map(ImportedValue.text)
            daemon.set("command", in: role, .list(words))
        } else {
            draft.note(
                node.importLine(node),
                "a probe of \(daemon.name) asks nothing that Ghost knows and is passed over"
            )
            return
        }
        for (key, value) in section {
            guard let name = key.scalar?.string else { continue }
            switch (name, value.int) {
            case ("http_get", _), ("exec", _): break
            case ("period_seconds", let seconds?): daemon.set("every", in: role, .plain("\(max(1, seconds))s"))
            case ("timeout_seconds", let seconds?): daemon.set("timeout", in: role, .plain("\(max(1, seconds))s"))
            case ("failure_threshold", let count?): daemon.set("failures", in: role, .plain("\(max(1, count))"))
            case ("success_threshold", 1), ("initial_delay_seconds", 0): break
            default:
                let why =
                    name == "initial_delay_seconds"
                    ? "Ghost asks at once and often; see \"start\"" : "Ghost has no such key"
                draft.drop(name, of: daemon.name, key.importLine(key), why)
            }
        }
        // A readiness probe that fails restarts there.
        if role == "ready" { daemon.set("action", in: role, .plain("restart")) }
    }

    private static func availability(_ node: Node, _ daemon: inout ImportedDaemon, _ draft: inout ImportDraft) {
        guard let section = node.mapping else { return }
        switch section["restart"]?.scalar?.string ?? "no" {
        case "always": daemon["restart"] = .mapping([.init("when", .plain("always"))])
        case "on_failure": daemon["restart"] = .mapping([.init("when", .plain("on-failure"))])
        case "exit_on_failure":
            daemon["restart"] = .mapping([.init("when", .plain("never"))])
            draft.drop(
                "restart: exit_on_failure",
                of: daemon.name,
                node.importLine(node),
                "Ghost goes on with the others"
            )
        default: daemon["restart"] = .mapping([.init("when", .plain("never"))])
        }
        for (key, value) in section {
            switch key.scalar?.string ?? "" {
            case "restart": break
            case "backoff_seconds":
                guard let seconds = value.int else { continue }
                let pause = ImportedValue.plain("\(max(1, seconds))s")
                daemon.set(
                    "backoff",
                    in: "restart",
                    .mapping([.init("base", pause), .init("factor", .plain("1")), .init("cap", pause)])
                )
            case let name:
                let why =
                    name == "max_restarts" ? "Ghost goes on trying, see restart.crash_loop" : "Ghost has no such key"
                if value.int != 0, value.bool != false { draft.drop(name, of: daemon.name, key.importLine(key), why) }
            }
        }
    }

    private static func shutdown(_ node: Node, _ daemon: inout ImportedDaemon, _ draft: inout ImportDraft) {
        let names = [1: "HUP", 2: "INT", 3: "QUIT", 9: "KILL", 10: "USR1", 12: "USR2", 15: "TERM"]
        for (key, value) in node.mapping ?? [:] {
            switch (key.scalar?.string ?? "", value.int) {
            case ("signal", let number?):
                if let name = names[number] {
                    daemon.set("signal", in: "stop", .plain(name))
                } else {
                    draft.drop("signal", of: daemon.name, key.importLine(key), "Ghost does not send number \(number)")
                }
            case ("timeout_seconds", let seconds?): daemon.set("grace", in: "stop", .plain("\(seconds)s"))
            case ("parent_only", _):
                if value.bool == true {
                    draft.drop("parent_only", of: daemon.name, key.importLine(key), "Ghost signals the whole group")
                }
            case (let name, _):
                draft.drop(name, of: daemon.name, key.importLine(key), "a daemon is stopped by signals here")
            }
        }
    }
}

extension Node {
    /// The line of this node, or of another one where it has none.
    func importLine(_ other: Node) -> Int { mark?.line ?? other.mark?.line ?? 1 }
}

extension String {
    var nonEmpty: String? { isEmpty ? nil : self }
}
