/// What becomes of each daemon when one plan takes the place of another.
///
/// Every field of ``DaemonPlan`` has an effect of its own, so a change of a probe does not restart a database.
public struct PlanChange: Sendable, Hashable {
    /// What becomes of each daemon, in the order of the new plan; those that are gone come last.
    public var daemons: [Daemon]
    /// The daemons of the new plan.
    public var next: [DaemonPlan]
    /// The sections besides `daemons` that differ, which a running Ghost does not take up.
    public var otherSections: [String]

    /// What becomes of one daemon.
    public struct Daemon: Sendable, Hashable {
        /// Its name.
        public var name: DaemonName
        /// What becomes of it.
        public var fate: Fate
        /// The fields that differ.
        public var fields: [Field]
    }

    /// What becomes of a daemon.
    public enum Fate: String, Sendable, Hashable, Codable, CaseIterable {
        /// It is new and is started.
        case add
        /// It is not declared any more and is stopped.
        case remove
        /// It is stopped and started again.
        case restart
        /// It goes on, and the changes hold from now on.
        case live
        /// Nothing has changed.
        case leave
    }

    /// A field that differs.
    public struct Field: Sendable, Hashable {
        /// The key in `ghost.yaml`.
        public var key: String
        /// What its change leads to.
        public var effect: Effect
        /// What differs, in a few words; never a value of the environment, because that may be secret.
        public var detail: String
    }

    /// What the change of a field leads to.
    public enum Effect: String, Sendable, Hashable, Codable, CaseIterable {
        /// It is part of the process: the daemon must be started again.
        case restart
        /// It holds at once.
        case live
        /// It holds from the next start on, and is no reason for one.
        case nextStart = "next-start"
    }

    /// What is known about a field of ``DaemonPlan``.
    struct Rule: Sendable {
        /// The field of the plan.
        var field: String
        var key: String
        var effect: Effect
        var detail: @Sendable (DaemonPlan, DaemonPlan) -> String?
    }

    /// The rules of each field of ``DaemonPlan`` but its name, which is what tells daemons apart.
    static let rules: [Rule] = [
        rule("command", "command", .restart, \.command) { $0.description },
        rule("kind", "oneshot", .restart, \.kind) { $0 == .oneshot ? "true" : "false" },
        rule("workingDirectory", "cwd", .restart, \.workingDirectory) { $0 },
        Rule(field: "environment", key: "env", effect: .restart) { environmentDetail($0.environment, $1.environment) },
        rule("process", "user", .restart, \.process.user) { $0 ?? "Ghost's own" },
        rule("process", "group", .restart, \.process.group) { $0 ?? "its user's" },
        rule("process", "umask", .restart, \.process.umask) { $0.map { String($0, radix: 8) } ?? "Ghost's own" },
        rule("process", "nice", .restart, \.process.nice) { $0.map { "\($0)" } ?? "Ghost's own" },
        rule("process", "limits.files", .restart, \.process.limits.files) { $0.map { "\($0)" } ?? "none" },
        rule("process", "limits.processes", .restart, \.process.limits.processes) { $0.map { "\($0)" } ?? "none" },
        rule("process", "limits.memory", .live, \.process.limits.memory) { $0.map { "\($0) B" } ?? "none" },
        rule("process", "limits.cpu", .live, \.process.limits.cpu) { $0.map { "\($0)" } ?? "none" },
        rule("needs", "needs", .live, \.needs) { $0.isEmpty ? "none" : $0.map(\.words).joined(separator: ", ") },
        rule("priority", "priority", .live, \.priority) { "\($0)" },
        rule("start", "start", .live, \.start) { $0?.probe.description ?? "none" },
        rule("ready", "ready", .live, \.ready) { $0?.probe.description ?? "none" },
        rule("alive", "alive", .live, \.alive) { $0?.probe.description ?? "none" },
        rule("restart", "restart", .live, \.restart) { $0.when.rawValue },
        rule("stop", "stop", .live, \.stop) { $0.sentence },
        // How it is written changes at once; the pipes of a process are what they are.
        Rule(field: "output", key: "log", effect: .live) { before, after in
            guard before.output != after.output else { return nil }
            return before.output.streams == after.output.streams ? "changed" : "changed (split from its next start on)"
        },
        rule("schedule", "schedule", .live, \.schedule),
        rule("ports", "ports", .live, \.ports) { $0.map { $0.map { "\($0)" }.joined(separator: ", ") } ?? "not said" },
        rule("environmentFiles", "env_file", .live, \.environmentFiles) { $0.joined(separator: ", ") },
        rule("drift", "drift", .live, \.drift),
    ]

    /// The names of the fields whose change is known.
    public static var knownFields: Set<String> { Set(rules.map(\.field)) }

    /// The keys of ``ProcessPlan`` whose change is known.
    public static var processKeys: [String] { rules.filter { $0.field == "process" }.map(\.key) }

    /// Compares the daemons of two plans.
    public init(from old: [DaemonPlan], to new: [DaemonPlan]) {
        let before = Dictionary(old.map { ($0.name, $0) }) { first, _ in first }
        let after = Set(new.map(\.name))
        daemons = new.map { plan in
            guard let known = before[plan.name] else { return Daemon(name: plan.name, fate: .add, fields: []) }
            let fields = Self.rules.compactMap { rule in
                rule.detail(known, plan).map { Field(key: rule.key, effect: rule.effect, detail: $0) }
            }.sorted { $0.key < $1.key }
            let fate: Fate =
                fields.contains { $0.effect == .restart } ? .restart : fields.isEmpty ? .leave : .live
            return Daemon(name: plan.name, fate: fate, fields: fields)
        }
        daemons += old.filter { !after.contains($0.name) }.map { Daemon(name: $0.name, fate: .remove, fields: []) }
        next = new
        otherSections = []
    }

    /// Compares two plans.
    public init(from old: Plan, to new: Plan) {
        self.init(from: old.daemons, to: new.daemons)
        if old.checks != new.checks { otherSections.append("checks") }
        if old.tasks != new.tasks { otherSections.append("tasks") }
        if old.server != new.server { otherSections.append("server") }
        if old.monitor != new.monitor { otherSections.append("monitor") }
        if old.sentinel != new.sentinel { otherSections.append("sentinel") }
    }

    /// Whether no daemon is touched.
    public var isEmpty: Bool { daemons.allSatisfy { $0.fate == .leave } }

    private static func rule<Value: Equatable & Sendable>(
        _ name: String,
        _ key: String,
        _ effect: Effect,
        _ field: @escaping @Sendable (DaemonPlan) -> Value,
        _ words: (@Sendable (Value) -> String)? = nil
    ) -> Rule {
        Rule(field: name, key: key, effect: effect) { old, new in
            let (before, after) = (field(old), field(new))
            guard before != after else { return nil }
            guard let words, words(before) != words(after) else { return "changed" }
            return "\(words(before)) → \(words(after))"
        }
    }

    /// `+ADDED -REMOVED ~CHANGED`, names only.
    private static func environmentDetail(_ old: [String: String], _ new: [String: String]) -> String? {
        guard old != new else { return nil }
        return Set(old.keys).union(new.keys).sorted().compactMap { name in
            switch (old[name], new[name]) {
            case (nil, _): "+\(name)"
            case (_, nil): "-\(name)"
            case (let before, let after): before == after ? nil : "~\(name)"
            }
        }.joined(separator: " ")
    }
}

extension PlanChange.Daemon: CustomStringConvertible {
    /// One line for people: `restart api: command: ./a → ./b; env: +MODE`.
    public var description: String {
        guard !fields.isEmpty else { return "\(fate.rawValue) \(name)" }
        let words = fields.map { field in
            "\(field.key): \(field.detail)" + (field.effect == .nextStart ? " (from its next start on)" : "")
        }
        return "\(fate.rawValue) \(name): " + words.joined(separator: "; ")
    }
}

extension Dependency {
    /// `db`, `db healthy`, `db (soft)`.
    fileprivate var words: String {
        (condition == .ready ? daemon.text : "\(daemon) \(condition.rawValue)") + (strength == .soft ? " (soft)" : "")
    }
}
