public import GhostLogs
import GhostModel
import GhostPatterns
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
    public static func load(
        path: String,
        name: String,
        surroundings: RuleSurroundings = .system()
    ) throws -> RuleSet {
        guard let bytes = try AtomicFile.readBytes(path, limit: largestFile + 1) else {
            throw SystemCallFailure("read the rules", name, code: .missing)
        }
        switch text(of: bytes) {
        case .success(let text): return try load(text: text, file: name, surroundings: surroundings)
        case .failure(let fault):
            throw ConfigurationFailure(file: name, problems: [ConfigurationProblem(message: fault.message)])
        }
    }

    /// Why the bytes of a file are no rules.
    struct Fault: Error {
        var message: String
    }

    /// The text of a file of rules.
    static func text(of bytes: [UInt8]) -> Result<String, Fault> {
        guard bytes.count <= largestFile else {
            return .failure(Fault(message: "the file is larger than \(largestFile >> 20) MiB"))
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return .failure(Fault(message: "the file is not UTF-8 text"))
        }
        return .success(text)
    }

    /// Reads and checks the text of a file of rules, its samples included.
    ///
    /// - Parameter file: its name, for messages.
    public static func load(
        text: String,
        file: String,
        surroundings: RuleSurroundings = .system()
    ) throws(ConfigurationFailure) -> RuleSet {
        var reader = RuleSetReader(surroundings)
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
    /// The components that a file read before describes, and those of files that come after.
    var elsewhere: Set<String> = []
    var later: Set<String> = []
    private let surroundings: RuleSurroundings
    private var samples: [RuleSample] = []
    private var ruleCount = 0

    init(_ surroundings: RuleSurroundings) {
        self.surroundings = surroundings
    }

    /// A rule that several components share.
    private struct Shared {
        var rule: ReadRule
        var components: [String]?
        var node: Node
    }

    mutating func read(_ text: String) -> RuleSet {
        guard let root = Self.compose(text, &problems) else {
            return RuleSet(components: [], ruleCount: 0, sampleCount: 0)
        }
        return read(root, source: text)
    }

    /// The text as YAML; nil, and a problem, if it is none or empty.
    static func compose(_ text: String, _ problems: inout ProblemList) -> Node? {
        do {
            if let composed = try Yams.compose(yaml: text), !composed.isNull { return composed }
            problems.add("the file describes no components", at: Mark?.none)
        } catch {
            var own = ProblemList()
            own.addSyntax(error)
            for problem in own.problems { problems.add(problem.hinting(at: text)) }
        }
        return nil
    }

    /// The names that a file gives to its components, whatever else it says.
    static func componentNames(_ root: Node) -> [String] {
        let section = root.mapping?.first { $0.key.scalar?.string == "components" }?.value
        return section?.mapping?.compactMap { $0.key.scalar?.string } ?? []
    }

    /// - Parameter source: the text that the node was made from.
    mutating func read(_ root: Node, source: String) -> RuleSet {
        let empty = RuleSet(components: [], ruleCount: 0, sampleCount: 0)
        guard var file = MappingReader(root, path: "", problems: &problems) else { return empty }
        for key in file.order where key.hasPrefix("x-") { _ = file.take(key) }

        let common = StateWords(file.take("states"), path: "states", problems: &problems)
        var components: [ReadComponent] = []
        if let section = file.mapping("components", problems: &problems) {
            components = readComponents(section, common)
        } else if file.keyNode("components") == nil {
            problems.add("the file describes no components; write them under the key components", at: root)
        }
        let shared = readShared(file.take("rules"), components)
        if let node = file.take("samples") { samples += readSamples(node, path: "samples", component: nil) }
        file.rejectOthers(problems: &problems)

        let finished = components.map { finish($0, shared) }
        checkNeeds(components)
        guard problems.problems.isEmpty else { return empty }
        let set = RuleSet(
            components: finished,
            ruleCount: ruleCount,
            sampleCount: samples.count,
            hostZone: surroundings.hostZone,
            source: source
        )
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
            if elsewhere.contains(name) { problems.add("the component \(name) is described twice", at: key) }
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
        readFiles(&entry, &component)
        component.weight = entry.integer("weight", in: 1...1000, problems: &problems) ?? 1
        component.needs = texts(&entry, "needs")
        component.every = entry.duration("every", problems: &problems)
        component.staleAfter = entry.duration("stale_after", problems: &problems)
        component.zone = zone(&entry)
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

    private mutating func zone(_ entry: inout MappingReader) -> ZoneTable? {
        guard let node = entry.take("timezone") else { return nil }
        return surroundings.zone(at: node, path: entry.path(of: "timezone"), problems: &problems)
    }

    /// `files`, and the logs of those that `daemon` names.
    private mutating func readFiles(_ entry: inout MappingReader, _ component: inout ReadComponent) {
        for text in texts(&entry, "files") {
            if FilePattern.hasChoice(text.text) {
                problems.add(
                    "\(entry.path(of: "files")): write a list of patterns in place of {a,b}; a brace that stands for "
                        + "itself is \\{",
                    at: text.node
                )
                continue
            }
            do throws(GlobFailure) {
                component.patterns.append(try FilePattern(text.text))
            } catch {
                problems.add("\(entry.path(of: "files")): \(error)", at: text.node)
            }
        }
        for name in texts(&entry, "daemon") {
            component.daemons.append(name.text)
            guard let logs = surroundings.daemonLogs else { continue }
            let paths = logs.paths(of: name.text)
            if paths.isEmpty {
                problems.add(
                    "there is no daemon \"\(name.text)\"",
                    at: name.node,
                    suggestion: NearestWord.to(name.text, among: logs.names)
                )
            }
            component.patterns += paths.compactMap { try? FilePattern(FilePattern.escaped($0)) }
        }
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
        result.patterns = component.patterns
        result.daemons = component.daemons
        result.weight = component.weight
        result.needs = component.needs.map(\.text)
        result.every = component.every
        result.staleAfter = component.staleAfter
        result.zone = component.zone
        result.records = component.records
        result.prepare()
        return result
    }

    private mutating func checkNeeds(_ components: [ReadComponent]) {
        let known = components.map(\.name) + elsewhere.union(later).sorted()
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

extension ConfigurationProblem {
    /// The same, with the usual reason where a phrase makes no YAML.
    fileprivate func hinting(at text: String) -> ConfigurationProblem {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let position, lines.indices.contains(position.line - 1) else { return self }
        let line = lines[position.line - 1]
        guard line.contains(": {") || line.contains("- {") else { return self }
        var problem = self
        problem.message += "; a phrase that begins with { must be quoted"
        return problem
    }
}
