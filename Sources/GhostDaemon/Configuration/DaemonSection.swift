import GhostModel
import GhostSupervision
import GhostSystem
import Yams

/// Reads the section `daemons`.
enum DaemonSection {
    /// The most daemons of one project.
    static let most = 10_000

    static func read(
        _ section: MappingReader,
        folder: String,
        surroundings: Surroundings,
        problems: inout ProblemList
    ) -> [DaemonPlan] {
        var section = section
        var daemons: [DaemonPlan] = []
        var replicas = Replicas()
        var needNodes: [DaemonName: Node] = [:]
        for key in section.order.prefix(most) {
            let keyNode = section.keyNode(key)
            guard let name = DaemonName(key), name.replicaNumber == nil else {
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
            // The short form: `web: ./server --port 80`.
            guard case .mapping = node else {
                let variables = Variables(path: "daemons.\(name)", surroundings: surroundings)
                if let command = CommandReading.read(
                    node,
                    path: variables.path,
                    usesShell: false,
                    variables: variables,
                    problems: &problems
                ) {
                    daemons.append(DaemonPlan(name: name, command: command, workingDirectory: folder))
                }
                continue
            }
            guard var entry = MappingReader(node, path: "daemons.\(name)", problems: &problems) else { continue }
            let count = entry.integer("replicas", in: 1...Replicas.most, problems: &problems) ?? 1
            let names = count == 1 ? [name] : (1...count).compactMap { name.replica($0) }
            if names.count < count {
                problems.add("\"\(name)\" is too long for \(count) replicas", at: keyNode)
            }
            if count > 1 { replicas.add(name, names) }
            for (place, name) in names.enumerated() {
                needNodes[name] = entry.keyNode("needs")
                // Whatever is wrong is wrong with each; it is said once.
                var others = ProblemList()
                if place == 0 { others = problems }
                let daemon = read(
                    entry,
                    name: name,
                    folder: folder,
                    surroundings: surroundings,
                    problems: &others
                )
                if place == 0 { problems = others }
                if let daemon { daemons.append(daemon) }
            }
        }
        if section.order.count > most || daemons.count > most {
            problems.add("more than \(most) daemons", at: section.node)
        }
        daemons = replicas.resolvingNeeds(of: daemons)
        let declared = section.order + replicas.names.values.joined().map(\.text)
        checkNeeds(of: daemons, at: needNodes, declared: declared, problems: &problems)
        return daemons
    }

    private static func read(
        _ entry: MappingReader,
        name: DaemonName,
        folder: String,
        surroundings: Surroundings,
        problems: inout ProblemList
    ) -> DaemonPlan? {
        var entry = entry
        entry.refuse(surroundings.refused, problems: &problems)
        var variables = Variables(path: entry.path, surroundings: surroundings)
        if let number = name.replicaNumber { variables.set(Replicas.variable, "\(number)") }
        variables.readFiles(&entry, folder: folder, problems: &problems)
        variables.readValues(&entry, problems: &problems)
        let shell = entry.truth("shell", problems: &problems) ?? false
        let commandNode = entry.take("command")
        if commandNode == nil { problems.add("daemon \"\(name)\" has no command", at: entry.node) }
        let command = commandNode.flatMap {
            CommandReading.read(
                $0,
                path: entry.path(of: "command"),
                usesShell: shell,
                variables: variables,
                problems: &problems
            )
        }
        var daemon = DaemonPlan(
            name: name,
            command: command ?? Command(program: ""),
            workingDirectory: entry.text("cwd", problems: &problems)?.absolutePath(in: folder) ?? folder
        )
        daemon.kind = entry.truth("oneshot", problems: &problems) == true ? .oneshot : .service
        daemon.environment = variables.own
        daemon.needs = NeedsReading.read(&entry, problems: &problems)
        daemon.priority = entry.integer("priority", in: .min ... .max, problems: &problems) ?? 0
        func probe(_ role: ProbeRole) -> ProbePlan? {
            entry.mapping(role.rawValue, problems: &problems).flatMap {
                ProbeReading.read($0, for: role, refused: surroundings.refused, problems: &problems)
            }
        }
        (daemon.start, daemon.ready, daemon.alive) = (probe(.start), probe(.ready), probe(.alive))
        daemon.process = ProcessReading.process(&entry, refused: surroundings.refused, problems: &problems)
        daemon.output = ProcessReading.output(&entry, problems: &problems)
        daemon.schedule = ProcessReading.schedule(&entry, problems: &problems)
        daemon.ports = DriftReading.ports(&entry, problems: &problems)
        daemon.drift = DriftReading.policy(&entry, problems: &problems)
        daemon.environmentFiles = variables.files
        // What is started by the clock runs to an end.
        if daemon.schedule != nil { daemon.kind = .oneshot }
        if let node = entry.take("restart") {
            daemon.restart = RestartReading.read(node, path: entry.path(of: "restart"), problems: &problems)
        }
        if let node = entry.take("stop") {
            daemon.stop = StopReading.read(node, path: entry.path(of: "stop"), problems: &problems)
        }
        _ = entry.take("replicas")
        entry.rejectOthers(problems: &problems)
        return command == nil ? nil : daemon
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
