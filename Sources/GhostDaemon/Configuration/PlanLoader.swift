import GhostLogs
public import GhostModel
import GhostSupervision
import GhostSystem
import Yams

/// Reads `ghost.yaml` into a plan, or says everything that is wrong with it.
public enum PlanLoader {
    /// The largest configuration file, in bytes.
    public static let largestFile = 4 << 20

    /// Reads and validates the file at `path`.
    ///
    /// - Parameters:
    ///   - path: absolute; its folder becomes the plan's.
    ///   - name: the file as the user named it, for messages.
    /// - Throws: ``ConfigurationFailure``, or a `SystemCallFailure` if the file cannot be read.
    public static func load(path: String, name: String) throws -> Plan {
        try loadConfiguration(path: path, name: name).plan
    }

    /// Reads and validates the file at `path` with everything in it, the rules and their samples included.
    ///
    /// - Parameter daemonLogs: the absolute path of the folder of the daemons' logs, which rules may name.
    public static func loadConfiguration(
        path: String,
        name: String,
        daemonLogs: String? = nil
    ) throws -> Configuration {
        guard let bytes = try AtomicFile.readBytes(path, limit: largestFile + 1) else {
            throw SystemCallFailure("read the configuration", name, code: .missing)
        }
        func failure(_ message: String) -> ConfigurationFailure {
            ConfigurationFailure(file: name, problems: [ConfigurationProblem(message: message)])
        }
        guard bytes.count <= largestFile else { throw failure("the file is larger than \(largestFile >> 20) MiB") }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw failure("the file is not UTF-8 text") }
        let surroundings = Surroundings(
            environment: HostEnvironment.all(),
            readFile: { file in
                // A file that cannot be read is told with the line that names it.
                let limit = EnvironmentFile.largest
                guard let bytes = try? AtomicFile.readBytes(file, limit: limit + 1), bytes.count <= limit else {
                    return nil
                }
                return String(validating: bytes, as: UTF8.self)
            },
            readRules: { path throws(SystemCallFailure) in
                try AtomicFile.readBytes(path, limit: RuleLoader.largestFile + 1)
            },
            daemonLogs: daemonLogs
        )
        return try parseConfiguration(text, folder: path.parentFolder, name: name, surroundings: surroundings)
    }

    /// Reads and validates the text of a configuration.
    ///
    /// - Parameters:
    ///   - folder: the absolute path that relative paths in the text start from.
    ///   - name: the file, for messages.
    ///   - surroundings: the variables and files that the text refers to.
    public static func parse(
        _ text: String,
        folder: String,
        name: String,
        surroundings: Surroundings = Surroundings()
    ) throws(ConfigurationFailure) -> Plan {
        try parseConfiguration(text, folder: folder, name: name, surroundings: surroundings).plan
    }

    /// Reads and validates the text of a configuration with everything in it.
    ///
    /// Takes what ``parse(_:folder:name:surroundings:)`` takes.
    public static func parseConfiguration(
        _ text: String,
        folder: String,
        name: String,
        surroundings: Surroundings = Surroundings()
    ) throws(ConfigurationFailure) -> Configuration {
        var problems = ProblemList()
        let found = read(text, folder: folder, name: name, surroundings: surroundings, problems: &problems)
        guard problems.problems.isEmpty else {
            throw ConfigurationFailure(file: name, problems: problems.inFileOrder)
        }
        return found
    }

    /// Why a folder cannot be the inbox: whatever is in an inbox is run and moved away.
    private static func fault(ofInbox inbox: String, _ plan: Plan) -> String? {
        func contains(_ inner: String) -> Bool { inner == inbox || inner.hasPrefix(inbox == "/" ? "/" : inbox + "/") }
        if contains(plan.directory) { return "holds the configuration itself" }
        if let daemon = plan.daemons.first(where: { contains($0.workingDirectory) }) {
            return "holds the working directory of daemon \"\(daemon.name)\""
        }
        let state = plan.directory + "/.ghost"
        return inbox == state || inbox.hasPrefix(state + "/") ? "is inside the state folder" : nil
    }

    private static func read(
        _ text: String,
        folder: String,
        name: String,
        surroundings: Surroundings,
        problems: inout ProblemList
    ) -> Configuration {
        var plan = Plan(directory: folder, checks: CheckSection.defaults(folder: folder))
        let root: Node
        do {
            guard let composed = try Yams.compose(yaml: text), !composed.isNull else {
                return Configuration(plan: plan)
            }
            root = composed
        } catch {
            problems.addSyntax(error)
            return Configuration(plan: plan)
        }
        guard var file = MappingReader(root, path: "", problems: &problems) else { return Configuration(plan: plan) }

        for key in file.order where key.hasPrefix("x-") { _ = file.take(key) }
        if let section = file.mapping("daemons", problems: &problems) {
            plan.daemons = DaemonSection.read(
                section,
                folder: folder,
                surroundings: surroundings,
                problems: &problems
            )
        }
        if let section = file.mapping("checks", problems: &problems) {
            plan.checks = CheckSection.read(section, folder: folder, problems: &problems)
        }
        if var section = file.mapping("tasks", problems: &problems) {
            plan.tasks.inbox = section.text("inbox", problems: &problems)?.absolutePath(in: folder)
            if let inbox = plan.tasks.inbox, let fault = Self.fault(ofInbox: inbox, plan) {
                problems.add("tasks.inbox \(fault); give it a folder of its own", at: section.keyNode("inbox"))
            }
            section.rejectOthers(later: ["concurrency"], problems: &problems)
        }
        if let section = file.mapping("server", problems: &problems) {
            plan.server = ServerSection.read(section, folder: folder, problems: &problems)
        }
        if var section = file.mapping("monitor", problems: &problems) {
            let working = section.share("warning_share_working", problems: &problems)
            plan.monitor.warningShareWorking = working ?? plan.monitor.warningShareWorking
            let down = section.share("critical_share_down", problems: &problems)
            plan.monitor.criticalShareDown = down ?? plan.monitor.criticalShareDown
            section.rejectOthers(problems: &problems)
        }
        if var section = file.mapping("sentinel", problems: &problems) {
            plan.sentinel = DriftReading.section(&section, problems: &problems)
        }
        var found = Configuration(plan: plan)
        var rules = surroundings.rules
        if let node = file.take("timezone") {
            found.zone = rules.zone(at: node, path: "timezone", problems: &problems)
            rules.hostZone = found.zone ?? rules.hostZone
        }
        rules.daemonLogs = DaemonLogs(
            names: plan.daemons.map(\.name.text),
            folder: surroundings.daemonLogs ?? "\(folder)/.ghost/logs/daemons"
        )
        if let node = file.take("rules") {
            let section = RulesSection(
                folder: folder,
                configuration: name,
                surroundings: rules,
                readFile: surroundings.readRules
            )
            found.rules = section.read(node, problems: &problems)
        }
        file.rejectOthers(later: ["include"], problems: &problems)
        return found
    }
}

extension ProblemList {
    /// Reports what the YAML parser refused.
    mutating func addSyntax(_ error: any Error) {
        switch error as? YamlError {
        case .scanner(_, let text, let mark, _), .parser(_, let text, let mark, _), .composer(_, let text, let mark, _):
            add("not valid YAML: \(text)", at: mark)
        case .duplicatedKeysInMapping(let duplicates, let context):
            let names = duplicates.map { "\"\($0)\"" }.joined(separator: ", ")
            add("the key \(names) stands twice in this mapping", at: context.mark)
        case .reader(let text, _, _, _):
            add("not valid YAML: \(text)", at: Mark?.none)
        default:
            add("not valid YAML", at: Mark?.none)
        }
    }
}
