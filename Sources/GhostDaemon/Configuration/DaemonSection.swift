import GhostModel
import GhostSupervision
import GhostSystem
import Yams

/// Reads the section `daemons`.
enum DaemonSection {
    /// The most daemons of one project.
    static let most = 10_000

    static func read(_ section: MappingReader, folder: String, problems: inout ProblemList) -> [DaemonPlan] {
        var section = section
        var daemons: [DaemonPlan] = []
        var needNodes: [DaemonName: Node] = [:]
        if section.order.count > most {
            problems.add("more than \(most) daemons", at: section.node)
        }
        for key in section.order.prefix(most) {
            let keyNode = section.keyNode(key)
            guard let name = DaemonName(key) else {
                _ = section.take(key)
                problems.add(
                    "\"\(key)\" is not a daemon name: letters, digits, _ . - and at most \(DaemonName.longest) of them",
                    at: keyNode
                )
                continue
            }
            guard let node = section.take(key) else {
                problems.add("daemon \"\(name)\" has no command", at: keyNode)
                continue
            }
            guard case .mapping = node else {
                // The short form: `web: ./server --port 80`.
                if let command = CommandReading.read(
                    node,
                    path: "daemons.\(name)",
                    usesShell: false,
                    problems: &problems
                ) {
                    daemons.append(DaemonPlan(name: name, command: command, workingDirectory: folder))
                }
                continue
            }
            guard let entry = MappingReader(node, path: "daemons.\(name)", problems: &problems) else { continue }
            needNodes[name] = entry.keyNode("needs")
            if let daemon = read(entry, name: name, folder: folder, problems: &problems) { daemons.append(daemon) }
        }
        checkNeeds(of: daemons, at: needNodes, declared: section.order, problems: &problems)
        return daemons
    }

    private static func read(
        _ entry: MappingReader,
        name: DaemonName,
        folder: String,
        problems: inout ProblemList
    ) -> DaemonPlan? {
        var entry = entry
        let shell = entry.truth("shell", problems: &problems) ?? false
        let commandNode = entry.take("command")
        if commandNode == nil { problems.add("daemon \"\(name)\" has no command", at: entry.node) }
        let command = commandNode.flatMap {
            CommandReading.read($0, path: entry.path(of: "command"), usesShell: shell, problems: &problems)
        }
        var daemon = DaemonPlan(
            name: name,
            command: command ?? Command(program: ""),
            workingDirectory: entry.text("cwd", problems: &problems)?.absolutePath(in: folder) ?? folder
        )
        daemon.kind = entry.truth("oneshot", problems: &problems) == true ? .oneshot : .service
        daemon.environment = environment(&entry, problems: &problems)
        daemon.needs = needs(&entry, problems: &problems)
        daemon.priority = entry.integer("priority", in: .min ... .max, problems: &problems) ?? 0
        if let probe = entry.mapping("ready", problems: &problems) {
            daemon.ready = ProbeReading.read(probe, problems: &problems)
        }
        if let node = entry.take("restart") {
            daemon.restart = restart(node, path: entry.path(of: "restart"), problems: &problems)
        }
        if let node = entry.take("stop") {
            daemon.stop = StopReading.read(node, path: entry.path(of: "stop"), problems: &problems)
        }
        entry.rejectOthers(later: keysOfLaterVersions, problems: &problems)
        return command == nil ? nil : daemon
    }

    private static let keysOfLaterVersions: Set<String> = [
        "env_file", "user", "group", "umask", "nice", "replicas", "schedule", "start", "alive", "limits", "log",
    ]

    private static func environment(_ entry: inout MappingReader, problems: inout ProblemList) -> [String: String] {
        guard var section = entry.mapping("env", problems: &problems) else { return [:] }
        var variables: [String: String] = [:]
        for key in section.order {
            guard !key.isEmpty, !key.contains("="), !key.contains("\0") else {
                problems.add("\"\(key)\" cannot be the name of a variable", at: section.keyNode(key))
                continue
            }
            switch section.take(key) {
            case nil:
                variables[key] = ""
            case .scalar(let value):
                variables[key] = value.string
            case let other:
                problems.add("\(section.path(of: key)) must be a text", at: other)
            }
        }
        return variables
    }

    private static func needs(_ entry: inout MappingReader, problems: inout ProblemList) -> [Dependency] {
        guard let node = entry.take("needs") else { return [] }
        let path = entry.path(of: "needs")
        switch node {
        case .sequence(let names):
            return names.compactMap { node in
                guard let name = node.scalar.flatMap({ DaemonName($0.string) }) else {
                    problems.add("\(path) must hold names of daemons", at: node)
                    return nil
                }
                return Dependency(daemon: name)
            }
        case .mapping:
            guard var section = MappingReader(node, path: path, problems: &problems) else { return [] }
            return section.order.compactMap { key in need(key, in: &section, problems: &problems) }
        default:
            problems.add("\(path) must be a list such as [db], or a mapping such as {db: ready}", at: node)
            return []
        }
    }

    private static func need(_ key: String, in section: inout MappingReader, problems: inout ProblemList) -> Dependency?
    {
        guard let name = DaemonName(key) else {
            problems.add("\"\(key)\" is not a daemon name", at: section.keyNode(key))
            return nil
        }
        var dependency = Dependency(daemon: name)
        guard let node = section.take(key) else { return dependency }
        guard case .mapping = node else {
            guard let condition = Dependency.Condition(rawValue: node.scalar?.string ?? "") else {
                problems.addChoice(section.path(of: key), Dependency.Condition.self, at: node)
                return nil
            }
            dependency.condition = condition
            return dependency
        }
        guard var entry = MappingReader(node, path: section.path(of: key), problems: &problems) else { return nil }
        dependency.condition = entry.choice("when", Dependency.Condition.self, problems: &problems) ?? .ready
        dependency.strength = entry.truth("soft", problems: &problems) == true ? .soft : .hard
        entry.rejectOthers(problems: &problems)
        return dependency
    }

    /// Reads the whole policy, or the short form `restart: never`.
    private static func restart(_ node: Node, path: String, problems: inout ProblemList) -> RestartPolicy {
        var policy = RestartPolicy()
        if case .scalar(let word) = node {
            guard let when = RestartPolicy.When(rawValue: word.string) else {
                problems.addChoice(path, RestartPolicy.When.self, at: node)
                return policy
            }
            policy.when = when
            return policy
        }
        guard var section = MappingReader(node, path: path, problems: &problems) else { return policy }
        policy.when = section.choice("when", RestartPolicy.When.self, problems: &problems) ?? policy.when
        if var entry = section.mapping("backoff", problems: &problems) {
            var backoff = Backoff()
            backoff.base = entry.duration("base", problems: &problems) ?? backoff.base
            backoff.factor = entry.number("factor", atLeast: 1, problems: &problems) ?? backoff.factor
            backoff.cap = entry.duration("cap", problems: &problems) ?? backoff.cap
            backoff.jitter = entry.truth("jitter", problems: &problems) ?? backoff.jitter
            backoff.resetAfter = entry.duration("reset_after", problems: &problems) ?? backoff.resetAfter
            entry.rejectOthers(problems: &problems)
            policy.backoff = backoff
        }
        if let node = section.take("crash_loop") {
            policy.crashLoop = crashLoop(node, path: section.path(of: "crash_loop"), problems: &problems)
        }
        section.rejectOthers(problems: &problems)
        return policy
    }

    private static func crashLoop(_ node: Node, path: String, problems: inout ProblemList) -> CrashLoop? {
        if node.scalar?.string == "off" || node.bool == false { return nil }
        guard var entry = MappingReader(node, path: path, problems: &problems) else { return nil }
        var loop = CrashLoop()
        loop.deaths = entry.integer("deaths", in: 1...1000, problems: &problems) ?? loop.deaths
        loop.within = entry.duration("within", problems: &problems) ?? loop.within
        loop.retry = entry.duration("retry", problems: &problems) ?? loop.retry
        entry.rejectOthers(problems: &problems)
        return loop
    }

    /// Every daemon that is needed exists and can meet its condition, and the needs form no cycle.
    private static func checkNeeds(
        of daemons: [DaemonPlan],
        at nodes: [DaemonName: Node],
        declared: [String],
        problems: inout ProblemList
    ) {
        let known = Dictionary(daemons.map { ($0.name, $0) }) { first, _ in first }
        for daemon in daemons {
            for need in daemon.needs {
                let node = nodes[daemon.name]
                guard declared.contains(need.daemon.text) else {
                    let suggestion = NearestWord.to(need.daemon.text, among: declared)
                    problems.add(
                        "daemon \"\(daemon.name)\" needs \"\(need.daemon)\", which is not declared",
                        at: node,
                        suggestion: suggestion
                    )
                    continue
                }
                let waitsForEnd = need.condition == .completed || need.condition == .succeeded
                if waitsForEnd, let target = known[need.daemon], target.kind != .oneshot {
                    problems.add(
                        "daemon \"\(daemon.name)\" waits for \"\(need.daemon)\" to be \(need.condition.rawValue), but that "
                            + "one runs for ever; give it \"oneshot: true\"",
                        at: node
                    )
                }
            }
        }
        do {
            _ = try StartOrder(daemons)
        } catch .cycle(let members) {
            let circle = (members + members.prefix(1)).map(\.text).joined(separator: " → ")
            problems.add(
                "the daemons need each other in a circle: \(circle); remove one of these needs",
                at: members.first.flatMap { nodes[$0] }
            )
        } catch {
            // Names that are not declared are reported above, each where it stands.
        }
    }
}
