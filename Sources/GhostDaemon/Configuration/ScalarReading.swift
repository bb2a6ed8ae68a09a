import GhostModel
import Yams

/// The values that keys take; each reports what it expected and returns nil if the node is something else.
extension MappingReader {
    mutating func text(_ key: String, problems: inout ProblemList) -> String? {
        guard let node = take(key) else { return nil }
        guard let text = node.scalar?.string, !text.isEmpty else {
            problems.add("\(path(of: key)) must be a text", at: node)
            return nil
        }
        return text
    }

    mutating func integer(_ key: String, in range: ClosedRange<Int>, problems: inout ProblemList) -> Int? {
        guard let node = take(key) else { return nil }
        guard let value = node.int, range.contains(value) else {
            let bounds = range == .min ... .max ? "" : " from \(range.lowerBound) to \(range.upperBound)"
            problems.add("\(path(of: key)) must be a whole number\(bounds)", at: node)
            return nil
        }
        return value
    }

    mutating func number(_ key: String, atLeast lowest: Double, problems: inout ProblemList) -> Double? {
        guard let node = take(key) else { return nil }
        guard let value = node.float, value.isFinite, value >= lowest else {
            problems.add("\(path(of: key)) must be a number of at least \(lowest)", at: node)
            return nil
        }
        return value
    }

    mutating func truth(_ key: String, problems: inout ProblemList) -> Bool? {
        guard let node = take(key) else { return nil }
        guard let value = node.bool else {
            problems.add("\(path(of: key)) must be true or false", at: node)
            return nil
        }
        return value
    }

    mutating func duration(_ key: String, problems: inout ProblemList) -> Duration? {
        guard let node = take(key) else { return nil }
        guard let text = node.scalar?.string, let value = Duration(configurationText: text) else {
            problems.add("\(path(of: key)) must be a duration such as 500ms, 2s, 5m or 1h30m", at: node)
            return nil
        }
        return value
    }

    /// A share of a whole: `80%` or `0.8`.
    mutating func share(_ key: String, problems: inout ProblemList) -> Double? {
        guard let node = take(key) else { return nil }
        let text = node.scalar?.string ?? ""
        let value = text.hasSuffix("%") ? Double(text.dropLast()).map { $0 / 100 } : Double(text)
        guard let value, (0...1).contains(value) else {
            problems.add("\(path(of: key)) must be a share such as 80%", at: node)
            return nil
        }
        return value
    }

    /// One of a few words.
    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String,
        _: Choice.Type,
        problems: inout ProblemList
    ) -> Choice? where Choice.RawValue == String {
        guard let node = take(key) else { return nil }
        guard let value = Choice(rawValue: node.scalar?.string ?? "") else {
            problems.addChoice(path(of: key), Choice.self, at: node)
            return nil
        }
        return value
    }

    mutating func mapping(_ key: String, problems: inout ProblemList) -> MappingReader? {
        guard let node = take(key) else { return nil }
        return MappingReader(node, path: path(of: key), problems: &problems)
    }
}

extension ProblemList {
    /// Reports a word that is none of those allowed.
    mutating func addChoice<Choice: RawRepresentable & CaseIterable>(
        _ path: String,
        _: Choice.Type,
        at node: Node
    ) where Choice.RawValue == String {
        let words = Choice.allCases.map(\.rawValue)
        let suggestion = node.scalar.flatMap { NearestWord.to($0.string, among: words) }
        add("\(path) must be one of \(words.joined(separator: ", "))", at: node, suggestion: suggestion)
    }
}
