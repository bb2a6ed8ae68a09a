/// What becomes of each daemon when one plan takes the place of another.
///
/// Every field of ``DaemonPlan`` has an effect of its own, so a change of a probe does not restart a database; see
/// ``effects``.
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
        var key: String
        var effect: Effect
        var detail: @Sendable (DaemonPlan, DaemonPlan) -> String?
    }

    /// The rule of each field of ``DaemonPlan`` but its name, which is what tells daemons apart.
    static let rules: [String: Rule] = [
        "command": rule("command", .restart, \.command) { $0.description },
        "kind": rule("oneshot", .restart, \.kind) { $0 == .oneshot ? "true" : "false" },
        "workingDirectory": rule("cwd", .restart, \.workingDirectory) { $0 },
        "environment": Rule(key: "env", effect: .restart) { environmentDetail($0.environment, $1.environment) },
        "process": rule("user, group, umask, nice, limits", .restart, \.process),
        "needs": rule("needs", .live, \.needs) { $0.map(\.daemon.text).joined(separator: ", ") },
        "priority": rule("priority", .live, \.priority) { "\($0)" },
        "start": rule("start", .live, \.start) { $0?.probe.description ?? "none" },
        "ready": rule("ready", .live, \.ready) { $0?.probe.description ?? "none" },
        "alive": rule("alive", .live, \.alive) { $0?.probe.description ?? "none" },
        "restart": rule("restart", .live, \.restart) { $0.when.rawValue },
        "stop": rule("stop", .live, \.stop) { $0.sentence },
        // How it is written changes at once; the pipes of a process are what they are.
        "output": Rule(key: "log", effect: .live) { before, after in
            guard before.output != after.output else { return nil }
            return before.output.streams == after.output.streams ? "changed" : "changed (split from its next start on)"
        },
        "schedule": rule("schedule", .live, \.schedule),
    ]

    /// The names of the fields whose change is known, each with its effect.
    public static var effects: [String: Effect] { rules.mapValues(\.effect) }

    /// Compares the daemons of two plans.
    public init(from old: [DaemonPlan], to new: [DaemonPlan]) {
        let before = Dictionary(old.map { ($0.name, $0) }) { first, _ in first }
        let after = Set(new.map(\.name))
        daemons = new.map { plan in
            guard let known = before[plan.name] else { return Daemon(name: plan.name, fate: .add, fields: []) }
            let fields = Self.rules.values.compactMap { rule in
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
    }

    /// Whether no daemon is touched.
    public var isEmpty: Bool { daemons.allSatisfy { $0.fate == .leave } }

    private static func rule<Value: Equatable & Sendable>(
        _ key: String,
        _ effect: Effect,
        _ field: @escaping @Sendable (DaemonPlan) -> Value,
        _ words: (@Sendable (Value) -> String)? = nil
    ) -> Rule {
        Rule(key: key, effect: effect) { old, new in
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
