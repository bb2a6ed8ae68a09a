package import GhostModel

/// Components and the rules that fold their lines, checked and ready to use.
///
/// A value: whoever has a new one takes it in place of the old one, and a file that was refused changes nothing.
public struct RuleSet: Sendable {
    public let components: [ComponentRules]
    /// How many rules were written; one that is shared by several components counts once.
    public let ruleCount: Int
    /// How many samples hold.
    public let sampleCount: Int

    package init(components: [ComponentRules], ruleCount: Int, sampleCount: Int) {
        self.components = components
        self.ruleCount = ruleCount
        self.sampleCount = sampleCount
    }

    /// The component with this name.
    public func component(_ name: String) -> ComponentRules? { components.first { $0.name == name } }

    /// The components whose file patterns fit a path: all of it, or its end.
    public func components(forFile path: String) -> [ComponentRules] {
        components.filter { component in component.files.contains { FilePattern.matches($0, path) } }
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
    /// Patterns of file names: absolute, or relative to the log folder.
    public var files: [String]
    /// Its share in the health.
    public var weight: Int
    /// The components that it cannot do without.
    public var needs: [String]
    /// How often a line is due; nil if silence says nothing.
    public var every: Duration?
    /// After which silence it is unknown; nil for three times ``every``.
    public var staleAfter: Duration?
    /// Minutes east of UTC of times that name no zone; nil for the host's.
    public var timezoneMinutes: Int?
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
        files = []
        weight = 1
        needs = []
        self.names = names
        self.meanings = meanings
        self.start = start
        self.rules = rules
    }

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

/// Compares file names with patterns: `*` stands for any text without a slash, `?` for one character.
enum FilePattern {
    static func matches(_ pattern: String, _ path: String) -> Bool {
        let wanted = Array(pattern.utf8)
        let path = Array(path.utf8)
        if fits(wanted[...], path[...]) { return true }
        guard !pattern.hasPrefix("/") else { return false }
        // A relative pattern is about the end of a path.
        return path.indices.contains { path[$0] == UInt8(ascii: "/") && fits(wanted[...], path[($0 + 1)...]) }
    }

    private static func fits(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
        var (at, index) = (pattern.startIndex, text.startIndex)
        var retry: (at: Int, index: Int)?
        while index < text.endIndex {
            if at < pattern.endIndex, pattern[at] == UInt8(ascii: "*") {
                retry = (at + 1, index)
                at += 1
            } else if at < pattern.endIndex, pattern[at] == text[index] || pattern[at] == UInt8(ascii: "?") {
                (at, index) = (at + 1, index + 1)
            } else if let last = retry, text[last.index] != UInt8(ascii: "/") {
                retry = (last.at, last.index + 1)
                (at, index) = (last.at, last.index + 1)
            } else {
                return false
            }
        }
        while at < pattern.endIndex, pattern[at] == UInt8(ascii: "*") { at += 1 }
        return at == pattern.endIndex
    }
}
