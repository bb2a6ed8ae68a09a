import GhostSystem

/// Reads the apps of a pm2 ecosystem file, as JSON or as a module that is plain data.
enum PM2Import {
    /// What runs a script, by the end of its name.
    private static let interpreters = [
        "js": "node", "cjs": "node", "mjs": "node", "py": "python3", "rb": "ruby", "php": "php", "pl": "perl",
        "sh": "bash", "ts": "ts-node",
    ]

    static func read(_ text: String, _ draft: inout ImportDraft) throws(ImportFailure) {
        let root = try LooseJSON.read(text)
        let apps: [LooseJSON.Located]
        switch (root, root["apps"]) {
        case (.list(let list), _), (_, .list(let list)?): apps = list
        case (.object, let app?): apps = [.init(value: app, line: 1)]
        case (.object, nil) where root["script"] != nil: apps = [.init(value: root, line: 1)]
        default: throw ImportFailure(1, "there is no \"apps\"")
        }
        if root["deploy"] != nil { draft.note(1, "\"deploy\" is not carried over: Ghost does not deploy") }
        for app in apps { try self.app(app, &draft) }
    }

    private static func app(_ app: LooseJSON.Located, _ draft: inout ImportDraft) throws(ImportFailure) {
        guard case .object(let entries) = app.value else { throw ImportFailure(app.line, "an app is not an object") }
        guard let script = (app.value["script"] ?? app.value["cmd"])?.scalar else {
            throw ImportFailure(app.line, "an app has no script")
        }
        let own = script.split(separator: " ").first.map(String.init) ?? script
        let usualName = own.lastPathPart.split(separator: ".").first.map(String.init) ?? own
        var daemon = ImportedDaemon(name: ImportedDaemon.cleaned(app.value["name"]?.scalar ?? usualName))
        daemon.setWords(words(script, app.value))
        if let folder = draft.ownFolder, app.value["cwd"] == nil { daemon["cwd"] = .text(folder) }
        // What pm2 does unless something else is said.
        daemon["stop"] = .mapping([.init("signal", .plain("INT")), .init("grace", .plain("1600ms"))])
        for entry in entries { option(entry, &daemon, &draft) }
        draft.daemons.append(daemon)
    }

    private static func words(_ script: String, _ app: LooseJSON) -> [String] {
        func list(_ key: String) -> [String] {
            switch app[key] {
            case .list(let values)?: values.compactMap(\.value.scalar)
            case let value?: value.scalar.flatMap { try? ShellWords.splitLiterally($0) } ?? []
            case nil: []
            }
        }
        let scriptWords = (try? ShellWords.splitLiterally(script)) ?? [script]
        let program = scriptWords.first ?? script
        let interpreter: String?
        switch (app["interpreter"] ?? app["exec_interpreter"])?.scalar {
        case "none"?: interpreter = nil
        case let named? where !named.isEmpty: interpreter = named
        default:
            let end = program.lastPathPart.split(separator: ".").dropFirst().last.map { $0.lowercased() }
            interpreter = end.flatMap { interpreters[$0] }
        }
        let own = list("interpreter_args") + list("node_args") + list("interpreterArgs")
        guard let interpreter else {
            // A name with a folder in it is a file, also without `./`.
            return scriptWords + list("args")
        }
        return [interpreter] + own + scriptWords + list("args")
    }

    private static func option(_ entry: LooseJSON.Entry, _ daemon: inout ImportedDaemon, _ draft: inout ImportDraft) {
        let text = entry.value.scalar ?? ""
        // Samples list every key, many of them without a value.
        if text.isEmpty, entry.value.scalar != nil { return }
        func drop(_ why: String) { draft.drop(entry.key, of: daemon.name, entry.line, why) }
        switch entry.key {
        case "name", "script", "cmd", "args", "interpreter", "exec_interpreter", "interpreter_args", "node_args",
            "interpreterArgs", "vizion", "pmx", "automation", "source_map_support", "disable_source_map_support",
            "merge_logs", "combine_logs", "time", "instance_var", "force", "treekill", "windowsHide":
            break
        case "cwd": daemon["cwd"] = .text(draft.path(text))
        case "instances":
            if let count = Int(text), count > 0 {
                if count > 1 { daemon["replicas"] = .plain("\(count)") }
            } else {
                drop("\"\(text)\" means one for each processor; say a number with replicas")
            }
        case "exec_mode":
            if text.hasPrefix("cluster") { drop("replicas do not share a port by themselves") }
        case "env":
            guard case .object(let variables) = entry.value else { return drop("it is not an object") }
            for variable in variables { daemon.setVariable(variable.key, variable.value.scalar ?? "") }
        case "env_file": daemon["env_file"] = .text(draft.path(text))
        case "autorestart": if entry.value == .truth(false) { daemon.set("when", in: "restart", .plain("never")) }
        case "restart_delay":
            if let pause = Int(text), pause > 0 {
                let time = ImportedValue.plain("\(pause)ms")
                daemon.set(
                    "backoff",
                    in: "restart",
                    .mapping([.init("base", time), .init("factor", .plain("1")), .init("cap", time)])
                )
            }
        case "exp_backoff_restart_delay":
            if let pause = Int(text), pause > 0 {
                daemon.set(
                    "backoff",
                    in: "restart",
                    .mapping([
                        .init("base", .plain("\(pause)ms")), .init("factor", .plain("1.5")),
                        .init("cap", .plain("15s")),
                    ])
                )
            }
        case "max_memory_restart":
            guard let size = ImportedSize(letters: text) else { return drop("it is not a size") }
            daemon.set("memory", in: "limits", .plain(size.text))
            daemon.set("memory", in: "drift", .plain("restart"))
        case "kill_timeout": if let time = Int(text) { daemon.set("grace", in: "stop", .plain("\(time)ms")) }
        case "uid", "user": daemon["user"] = .text(text)
        case "gid": daemon["group"] = .text(text)
        case "out_file", "error_file", "log_file", "output", "error", "log", "out", "err_file", "err",
            "log_date_format",
            "log_type", "pid_file", "pid":
            drop("output goes to .ghost/logs/daemons/\(daemon.name).log; \"ghost logs\" shows it")
        case "max_restarts", "min_uptime": drop("Ghost goes on trying, see restart.crash_loop")
        case "watch", "ignore_watch", "watch_options", "watch_delay":
            if entry.value != .truth(false) {
                drop("files are not watched; drift: {program: restart} sees a new program")
            }
        case "wait_ready", "listen_timeout": drop("say with \"ready\" when it is up")
        case "cron_restart", "cron": drop("a schedule starts what runs to an end; it does not restart services")
        case "stop_exit_codes": drop("only 0 is success; restart: on-failure restarts after others")
        case _ where entry.key.hasPrefix("env_"):
            drop("one environment is carried over; this one goes into an env_file")
        default: drop("Ghost has nothing of that kind")
        }
    }
}
