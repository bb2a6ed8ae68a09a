import GhostLogs
import GhostModel
import GhostSystem
import Yams

/// Reads `rules` of a configuration: the language itself, the name of a file, or a list of both.
///
/// All become one set. Every problem is told with the file that it is in.
struct RulesSection {
    /// How many files and mappings one list may have.
    static let mostSources = 100

    /// The absolute path that names of files start from.
    let folder: String
    /// The configuration as the user named it.
    let configuration: String
    let surroundings: RuleSurroundings
    /// Reads a file by its absolute path.
    let readFile: @Sendable (String) throws(SystemCallFailure) -> [UInt8]?

    /// A part of the rules, before it is understood.
    private struct Source {
        /// As the user named it; nil for the configuration itself.
        var file: String?
        var root: Node
        var text: String
    }

    /// The set; nil, and problems, if anything is wrong with it.
    func read(_ node: Node, problems: inout ProblemList) -> RuleSet? {
        let sources = sources(of: node, problems: &problems)
        let before = problems.problems.count
        let names = sources.map { RuleSetReader.componentNames($0.root) }
        var sets: [RuleSet] = []
        for (place, source) in sources.enumerated() {
            var reader = RuleSetReader(surroundings)
            reader.elsewhere = Set(names[..<place].joined())
            reader.later = Set(names[(place + 1)...].joined())
            sets.append(reader.read(source.root, source: source.text))
            problems.add(reader.problems, in: source.file)
        }
        guard problems.problems.count == before, !sets.isEmpty else { return nil }
        let components = sets.flatMap(\.components)
        guard components.count <= RuleLimits.components else {
            problems.add("more than \(RuleLimits.components) components", at: node)
            return nil
        }
        return RuleSet(
            components: components,
            ruleCount: sets.reduce(0) { $0 + $1.ruleCount },
            sampleCount: sets.reduce(0) { $0 + $1.sampleCount },
            hostZone: surroundings.hostZone,
            source: sets.map(\.source).joined(separator: "\u{0}") + "\u{0}\(surroundings.hostZone.name)"
        )
    }

    private func sources(of node: Node, problems: inout ProblemList) -> [Source] {
        let items = node.sequence.map(Array.init) ?? [node]
        if items.isEmpty { problems.add("rules names no file and describes no component", at: node) }
        if items.count > Self.mostSources { problems.add("rules has more than \(Self.mostSources) entries", at: node) }
        var seen: Set<String> = []
        return items.prefix(Self.mostSources).compactMap { item in
            if item.mapping != nil {
                // Written anew, so that a moved line is no change.
                return Source(file: nil, root: item, text: (try? Yams.serialize(node: item)) ?? "")
            }
            guard let name = item.scalar?.string, !name.isEmpty else {
                problems.add("rules must be the name of a file, a mapping with components, or a list of both", at: item)
                return nil
            }
            guard seen.insert(name).inserted else {
                problems.add("the file \(name) is named twice", at: item)
                return nil
            }
            return file(name, at: item, problems: &problems)
        }
    }

    private func file(_ name: String, at node: Node, problems: inout ProblemList) -> Source? {
        let bytes: [UInt8]?
        do throws(SystemCallFailure) {
            bytes = try readFile(name.absolutePath(in: folder))
        } catch {
            problems.add("the rules \(name) cannot be read: \(error.code)", at: node)
            return nil
        }
        guard let bytes else {
            problems.add("there is no file of rules \(name)", at: node)
            return nil
        }
        // Named as the user would name it from where the configuration was named.
        let isBeside = name.hasPrefix("/") || !configuration.contains("/")
        let shown = isBeside ? name : "\(configuration.parentFolder)/\(name)"
        var own = ProblemList()
        defer { problems.add(own, in: shown) }
        switch RuleLoader.text(of: bytes) {
        case .failure(let fault):
            own.add(fault.message, at: Mark?.none)
            return nil
        case .success(let text):
            return RuleSetReader.compose(text, &own).map { Source(file: shown, root: $0, text: text) }
        }
    }
}

extension ProblemList {
    /// Takes over the problems of another file; nil for the configuration itself.
    fileprivate mutating func add(_ others: ProblemList, in file: String?) {
        for problem in others.inFileOrder {
            var problem = problem
            problem.file = file
            add(problem)
        }
    }
}
