import Yams

/// Reads one mapping of the file key by key, and knows in the end which keys nobody asked for.
///
/// Problems are collected, not thrown: a user sees everything that is wrong with a file at once.
struct MappingReader {
    /// Where the mapping is, for messages: `daemons.api.ready`; empty for the file itself.
    let path: String
    let node: Node
    private var entries: [String: (key: Node, value: Node)] = [:]
    private(set) var order: [String] = []
    private var taken: Set<String> = []

    /// Reads the node as a mapping; reports and returns nil if it is something else.
    init?(_ node: Node, path: String, problems: inout ProblemList) {
        guard case .mapping(let mapping) = node else {
            problems.add("\(path.isEmpty ? "the file" : path) must be a mapping of keys to values", at: node)
            return nil
        }
        self.path = path
        self.node = node
        add(mapping, problems: &problems)
    }

    /// Takes the keys of a mapping; a merge key `<<` brings in those of another that are not there already.
    private mutating func add(_ mapping: Node.Mapping, problems: inout ProblemList) {
        var merged: [Node.Mapping] = []
        for (key, value) in mapping {
            guard let name = key.scalar?.string else {
                problems.add("a key in \(path.isEmpty ? "the file" : path) must be a word", at: key)
                continue
            }
            if name == "<<" {
                merged += value.sequence.map { $0.compactMap(\.mapping) } ?? value.mapping.map { [$0] } ?? []
            } else if entries[name] == nil {
                entries[name] = (key, value)
                order.append(name)
            }
        }
        for mapping in merged { add(mapping, problems: &problems) }
    }

    /// The value of a key, which from now on counts as known; nil if it is absent or written without a value.
    mutating func take(_ key: String) -> Node? {
        taken.insert(key)
        guard let value = entries[key]?.value, !value.isNull else { return nil }
        return value
    }

    /// The node of a key that is there, for pointing at it.
    func keyNode(_ key: String) -> Node? { entries[key]?.key }

    /// The path of a key of this mapping.
    func path(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// Reports every key that was not taken.
    ///
    /// - Parameter later: keys of the format that this version does not carry out; ignoring them silently would be a lie.
    func rejectOthers(later: Set<String> = [], problems: inout ProblemList) {
        for name in order where !taken.contains(name) {
            guard let key = entries[name]?.key else { continue }
            let place = path.isEmpty ? "" : " in \(path)"
            if later.contains(name) {
                problems.add("\"\(name)\"\(place) is not supported by this version of Ghost; remove it", at: key)
            } else {
                let suggestion = NearestWord.to(name, among: taken.sorted())
                problems.add("unknown key \"\(name)\"\(place)", at: key, suggestion: suggestion)
            }
        }
    }
}

/// The problems found so far.
struct ProblemList {
    private(set) var problems: [ConfigurationProblem] = []

    mutating func add(_ message: String, at node: Node?, suggestion: String? = nil) {
        add(message, at: node?.mark, suggestion: suggestion)
    }

    mutating func add(_ message: String, at mark: Mark?, suggestion: String? = nil) {
        let position = mark.map { ConfigurationProblem.Position(line: $0.line, column: $0.column) }
        problems.append(ConfigurationProblem(position: position, message: message, suggestion: suggestion))
    }

    mutating func add(_ problem: ConfigurationProblem) { problems.append(problem) }

    /// In the order of the file; those of the file as a whole come first, those of other files last.
    var inFileOrder: [ConfigurationProblem] {
        problems.enumerated().sorted { left, right in
            let start = ConfigurationProblem.Position(line: 0, column: 0)
            guard left.element.file == right.element.file else {
                return left.element.file == nil || right.element.file != nil && left.offset < right.offset
            }
            let (a, b) = (left.element.position ?? start, right.element.position ?? start)
            return a == b ? left.offset < right.offset : a < b
        }.map(\.element)
    }
}

extension Node {
    /// Whether the value is absent: `key:` or `key: null`.
    var isNull: Bool { null != nil }
}
