public import GhostLogs
import GhostModel
import GhostSystem
import Yams

/// Reads a file of rules into a rule set, or says everything that is wrong with it.
///
/// Loading is a value: a file that is refused leaves the set that is in force as it is.
public enum RuleLoader {
    /// The largest file of rules, in bytes.
    public static let largestFile = 1 << 20

    /// Reads and checks the file at `path`.
    ///
    /// - Parameter name: the file as the user named it, for messages.
    /// - Throws: ``ConfigurationFailure``, or a `SystemCallFailure` if the file cannot be read.
    public static func load(path: String, name: String) throws -> RuleSet {
        guard let bytes = try AtomicFile.readBytes(path, limit: largestFile + 1) else {
            throw SystemCallFailure("read the rules", name, code: .missing)
        }
        func failure(_ message: String) -> ConfigurationFailure {
            ConfigurationFailure(file: name, problems: [ConfigurationProblem(message: message)])
        }
        guard bytes.count <= largestFile else { throw failure("the file is larger than \(largestFile >> 20) MiB") }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw failure("the file is not UTF-8 text") }
        return try load(text: text, file: name)
    }

    /// Reads and checks the text of a file of rules, its samples included.
    ///
    /// - Parameter file: its name, for messages.
    public static func load(text: String, file: String) throws(ConfigurationFailure) -> RuleSet {
        var reader = RuleSetReader()
        let set = reader.read(text)
        guard reader.problems.problems.isEmpty else {
            throw ConfigurationFailure(file: file, problems: reader.problems.inFileOrder)
        }
        return set
    }

    /// The five components of Ghost, described by rules.
    public static func builtIn() throws(ConfigurationFailure) -> RuleSet {
        try load(text: BuiltInRules.text, file: "the built-in rules")
    }
}

/// Reads one file of rules.
struct RuleSetReader {
    var problems = ProblemList()
    var names = RuleNames()
    /// How many items each list keeps, by its number.
    var keeps: [Int: Int] = [:]
    private var samples: [RuleSample] = []
    private var ruleCount = 0

    /// A rule that several components share.
    private struct Shared {
        var rule: ReadRule
        var components: [String]?
        var node: Node
    }

    mutating func read(_ text: String) -> RuleSet {
        let empty = RuleSet(components: [], ruleCount: 0, sampleCount: 0)
        let root: Node
        do {
            guard let composed = try Yams.compose(yaml: text), !composed.isNull else {
                problems.add("the file describes no components", at: Mark?.none)
                return empty
            }
            root = composed
        } catch {
            problems.addSyntax(error)
            return empty
        }
        guard var file = MappingReader(root, path: "", problems: &problems) else { return empty }
        for key in file.order where key.hasPrefix("x-") { _ = file.take(key) }

        let common = StateWords(file.take("states"), path: "states", problems: &problems)
        var components: [ReadComponent] = []
        if let section = file.mapping("components", problems: &problems) {
            components = readComponents(section, common)
        } else if file.keyNode("components") == nil {
            problems.add("the file describes no components", at: root)
        }
        let shared = readShared(file.take("rules"), components)
        if let node = file.take("samples") { samples += readSamples(node, path: "samples", component: nil) }
        file.rejectOthers(problems: &problems)

        let finished = components.map { finish($0, shared) }
        checkNeeds(components)
        guard problems.problems.isEmpty else { return empty }
        let set = RuleSet(components: finished, ruleCount: ruleCount, sampleCount: samples.count)
        for sample in samples { problems.add(sample.faults(in: set)) }
        return set
    }

    private mutating func readComponents(_ section: MappingReader, _ common: StateWords) -> [ReadComponent] {
        var section = section
        if section.order.count > RuleLimits.components {
            problems.add("more than \(RuleLimits.components) components", at: section.node)
        }
        if section.order.isEmpty { problems.add("the file describes no components", at: section.node) }
        var components: [ReadComponent] = []
        for name in section.order.prefix(RuleLimits.components) {
            let key = section.keyNode(name)
            guard let node = section.take(name) else {
                problems.add("components.\(name) says nothing; it wants files and rules", at: key)
                continue
            }
            guard isName(name) else {
                problems.add("\"\(name)\" is no name; it has letters, digits and . _ - only", at: key)
                continue
            }
            guard let entry = MappingReader(node, path: "components.\(name)", problems: &problems) else { continue }
            components.append(readComponent(name, entry, common))
        }
        return components
    }

    private func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 63
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
    }

    private mutating func readComponent(
        _ name: String,
        _ entry: MappingReader,
        _ common: StateWords
    ) -> ReadComponent {
        var entry = entry
        var component = ReadComponent(name: name, node: entry.node)
        component.files = texts(&entry, "files").map(\.text)
        component.weight = entry.integer("weight", in: 1...1000, problems: &problems) ?? 1
        component.needs = texts(&entry, "needs")
        component.every = entry.duration("every", problems: &problems)
        component.staleAfter = entry.duration("stale_after", problems: &problems)
        component.timezone = timezone(&entry)
        let style = entry.choice("records", ComponentRules.RecordStyle.self, problems: &problems)
        component.records = style ?? .any
        component.states = StateWords(entry.take("states"), path: "\(entry.path).states", problems: &problems)
            .over(common)
        if let node = entry.take("start"), let word = node.scalar?.string {
            component.start = state(word, at: node, &component.stateUses)
        } else {
            component.start = intern(\.states, "unknown", at: entry.node) ?? 0
        }
        if let node = entry.take("rules") {
            component.declaresNoRules = node.sequence?.isEmpty ?? false
            component.rules = readRules(node, path: "\(entry.path).rules").map(\.rule)
        }
        if let node = entry.take("samples") {
            samples += readSamples(node, path: "\(entry.path).samples", component: name)
        }
        entry.rejectOthers(problems: &problems)
        return component
    }

    private mutating func timezone(_ entry: inout MappingReader) -> Int? {
        guard let node = entry.take("timezone") else { return nil }
        let text = node.scalar?.string ?? ""
        if ["utc", "z"].contains(text.lowercased()) { return 0 }
        let parts = text.dropFirst().split(separator: ":").compactMap { Int($0) }
        guard let sign = text.first, "+-".contains(sign), text.count == 6, parts.count == 2, parts[0] < 24,
            parts[1] < 60
        else {
            problems.add("\(entry.path(of: "timezone")) must be utc or an offset such as +02:00", at: node)
            return nil
        }
        return (parts[0] * 60 + parts[1]) * (sign == "-" ? -1 : 1)
    }

    /// A list of rules, each with its mapping for keys that only some lists have.
    private mutating func readRules(_ node: Node, path: String) -> [(rule: ReadRule, entry: MappingReader)] {
        guard let items = node.sequence else {
            problems.add("\(path) must be a list of rules", at: node)
            return []
        }
        if items.count > RuleLimits.rules { problems.add("more than \(RuleLimits.rules) rules", at: node) }
        return items.prefix(RuleLimits.rules).enumerated().compactMap { number, item in
            guard let entry = MappingReader(item, path: "\(path)[\(number + 1)]", problems: &problems) else {
                return nil
            }
            ruleCount += 1
            var mapping = entry
            let rule = readRule(&mapping, usualName: "rule \(number + 1)")
            return (rule, mapping)
        }
    }

    private mutating func readShared(_ node: Node?, _ components: [ReadComponent]) -> [Shared] {
        guard let node else { return [] }
        let known = components.map(\.name)
        var shared: [Shared] = []
        guard let items = node.sequence else {
            problems.add("rules must be a list of rules", at: node)
            return []
        }
        for (number, item) in items.prefix(RuleLimits.rules).enumerated() {
            guard var entry = MappingReader(item, path: "rules[\(number + 1)]", problems: &problems) else { continue }
            ruleCount += 1
            let names = entry.keyNode("for") == nil ? nil : texts(&entry, "for")
            for name in names ?? [] where !known.contains(name.text) {
                problems.add(
                    "there is no component \"\(name.text)\"",
                    at: name.node,
                    suggestion: NearestWord.to(name.text, among: known)
                )
            }
            let rule = readRule(&entry, usualName: "shared rule \(number + 1)")
            shared.append(Shared(rule: rule, components: names?.map(\.text), node: item))
        }
        return shared
    }

    /// A component with all its rules, its own before the shared ones.
    private mutating func finish(_ component: ReadComponent, _ shared: [Shared]) -> ComponentRules {
        let others = shared.filter { $0.components?.contains(component.name) ?? true }.map(\.rule)
        let rules = component.rules + others
        if rules.isEmpty, component.declaresNoRules {
            problems.add("components.\(component.name) has no rules", at: component.node)
        }
        if rules.count > RuleLimits.rules {
            problems.add("components.\(component.name) has more than \(RuleLimits.rules) rules", at: component.node)
        }
        var seen: Set<String> = []
        for rule in rules where !seen.insert(rule.rule.name).inserted {
            problems.add("two rules of \(component.name) are named \"\(rule.rule.name)\"", at: rule.node)
        }
        let uses = component.stateUses + rules.flatMap(\.stateUses)
        for use in uses where component.states.meaning(of: use.word) == nil {
            let known = component.states.all + StateWords.usual.keys
            problems.add(
                "what the state \"\(use.word)\" means is not known; name it under states, such as \(use.word): warning",
                at: use.node,
                suggestion: NearestWord.to(use.word, among: known.sorted())
            )
        }
        var result = ComponentRules(
            name: component.name,
            names: names,
            meanings: names.states.map { component.states.meaning(of: $0) ?? .unknown },
            start: component.start,
            rules: rules.map(\.rule)
        )
        result.files = component.files
        result.weight = component.weight
        result.needs = component.needs.map(\.text)
        result.every = component.every
        result.staleAfter = component.staleAfter
        result.timezoneMinutes = component.timezone
        result.records = component.records
        result.prepare()
        return result
    }

    private mutating func checkNeeds(_ components: [ReadComponent]) {
        let known = components.map(\.name)
        for component in components {
            for need in component.needs where !known.contains(need.text) || need.text == component.name {
                let isOwn = need.text == component.name
                problems.add(
                    isOwn ? "\(component.name) needs itself" : "there is no component \"\(need.text)\"",
                    at: need.node,
                    suggestion: isOwn ? nil : NearestWord.to(need.text, among: known)
                )
            }
        }
    }
}

/// A component as its section says, without the shared rules.
struct ReadComponent {
    var name: String
    var node: Node
    var files: [String] = []
    var weight = 1
    var needs: [PlacedText] = []
    var every: Duration?
    var staleAfter: Duration?
    var timezone: Int?
    var records = ComponentRules.RecordStyle.any
    var states = StateWords()
    var start = 0
    var rules: [ReadRule] = []
    /// Whether its own list of rules is absent or empty, rather than wrong.
    var declaresNoRules = true
    var stateUses: [StateUse] = []

    init(name: String, node: Node) {
        self.name = name
        self.node = node
    }
}

/// A rule, and the states that it names.
struct ReadRule {
    var rule: Rule
    var node: Node
    var stateUses: [StateUse] = []
}

/// A text and where it stands.
struct PlacedText {
    var text: String
    var node: Node
}

/// A state that a rule names, and where.
struct StateUse {
    var word: String
    var node: Node
}
