public import GhostModel

/// Components and the rules that fold their lines, checked and ready to use.
///
/// A value: whoever has a new one takes it in place of the old one, and a file that was refused changes nothing.
public struct RuleSet: Sendable {
    public let components: [ComponentRules]
    /// How many rules were written; one that is shared by several components counts once.
    public let ruleCount: Int
    /// How many samples hold.
    public let sampleCount: Int
    /// The zone of times without one, where a component names none either.
    public let hostZone: ZoneTable
    /// All that the rules were made from: equal texts mean equal rules.
    package let source: String

    package init(
        components: [ComponentRules],
        ruleCount: Int,
        sampleCount: Int,
        hostZone: ZoneTable = .utc,
        source: String = ""
    ) {
        self.components = components
        self.ruleCount = ruleCount
        self.sampleCount = sampleCount
        self.hostZone = hostZone
        self.source = source
    }

    /// The component with this name.
    public func component(_ name: String) -> ComponentRules? { components.first { $0.name == name } }

    /// The components whose file patterns fit a path: all of it, or its end.
    public func components(forFile path: String) -> [ComponentRules] {
        components.filter { $0.hasFile(path) }
    }
}

/// The names that rules give to what they keep; a number stands for each.
package struct RuleNames: Sendable {
    package var states: [String] = []
    package var counters: [String] = []
    package var values: [String] = []
    package var lasts: [String] = []
    package var lists: [String] = []
    package var alerts: [AlertRule] = []

    package init() {}
}

/// One component of a rule set.
public struct ComponentRules: Sendable {
    public var name: String
    /// Which files it is read from.
    package var patterns: [FilePattern] = []
    /// The daemons whose logs it is read from; of those that are known, ``patterns`` has the logs.
    public var daemons: [String] = []
    /// Its share in the health.
    public var weight: Int
    /// The components that it cannot do without.
    public var needs: [String]
    /// How often a line is due; nil if silence says nothing.
    public var every: Duration?
    /// After which silence it is unknown; nil for three times ``every``.
    public var staleAfter: Duration?
    /// The zone of times that name none; nil for the host's.
    public var zone: ZoneTable?
    package var records = RecordStyle.any
    /// The state before the first line that says something.
    package var start: Int
    package var names: RuleNames
    /// By the number of the state.
    package var meanings: [StateMeaning]
    package var rules: [Rule]
    /// The rules as lines are compared with them.
    private(set) var program = RuleProgram()
    /// Which parts of ``names`` this component's rules use, for itself and for its entities.
    package var uses = RuleUses()
    /// A number that changes when saved totals would mean something else.
    package var fingerprint: UInt64 = 0

    /// What begins a record.
    package enum RecordStyle: String, Sendable, CaseIterable {
        /// Every line is one.
        case any
        /// A line that begins with a time in brackets; others belong to the one above.
        case stamped
    }

    package init(name: String, names: RuleNames, meanings: [StateMeaning], start: Int, rules: [Rule]) {
        self.name = name
        weight = 1
        needs = []
        self.names = names
        self.meanings = meanings
        self.start = start
        self.rules = rules
    }

    /// Patterns of file names: absolute, or relative to the log folder.
    public var files: [String] { patterns.map(\.text) }

    /// Whether it is read from the file at `path`.
    package func hasFile(_ path: String) -> Bool { patterns.contains { $0.matches(path) } }

    /// The names of the rules, in the order in which they are tried.
    public var ruleNames: [String] { rules.map(\.name) }

    /// Prepares what is computed from the rules; called once they are complete.
    package mutating func prepare() {
        program = RuleProgram(rules)
        uses = RuleUses(rules)
        fingerprint = computedFingerprint
    }

    /// The names of what is kept decide what saved totals mean; phrases may change without making them wrong.
    private var computedFingerprint: UInt64 {
        var words = [name, records.rawValue]
        words += uses.counters.sorted().map { "c:" + names.counters[$0] }
        words += uses.entityCounters.sorted().map { "e:" + names.counters[$0] }
        words += uses.values.union(uses.entityValues).sorted().map { "v:" + names.values[$0] }
        words += uses.lasts.union(uses.entityLasts).sorted().map { "t:" + names.lasts[$0] }
        words += uses.lists.sorted().map { "l:" + names.lists[$0] }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in words.sorted().joined(separator: "\u{0}").utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        }
        return hash
    }
}

/// What the rules of one component keep, so that a snapshot shows nothing of others.
package struct RuleUses: Sendable {
    package var counters: Set<Int> = []
    package var values: Set<Int> = []
    package var lasts: Set<Int> = []
    package var lists: Set<Int> = []
    package var entityCounters: Set<Int> = []
    package var entityValues: Set<Int> = []
    package var entityLasts: Set<Int> = []

    package init() {}

    init(_ rules: [Rule]) {
        for rule in rules {
            counters.formUnion(rule.effects.counts.map(\.counter))
            values.formUnion(rule.effects.sets.map(\.value))
            lasts.formUnion(rule.effects.lasts)
            lists.formUnion(rule.effects.lists.map(\.list))
            guard let each = rule.each else { continue }
            entityCounters.formUnion(each.effects.counts.map(\.counter))
            entityValues.formUnion(each.effects.sets.map(\.value))
            entityLasts.formUnion(each.effects.lasts)
        }
    }
}
