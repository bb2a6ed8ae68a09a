/// What becomes of each component when other rules take the place of those in force.
public struct RulesChange: Sendable, Equatable {
    /// Those that go on with what they counted.
    public var kept: [String] = []
    /// Those that are described for the first time.
    public var added: [String] = []
    /// Those that begin anew from the oldest bytes that are left, and why.
    public var countedAnew: [String: RuleStateRefusal] = [:]
    /// Those that are described no more.
    public var removed: [String] = []

    /// Creates a change that changes nothing.
    public init() {}

    /// Whether the rules are the same.
    public var isEmpty: Bool { kept.isEmpty && added.isEmpty && countedAnew.isEmpty && removed.isEmpty }

    /// A line for each component that does not simply go on, and one for those that do; empty if the rules are the same.
    public var lines: [String] {
        guard !isEmpty else { return [] }
        var lines = added.map { "rules of \($0): new, folded from the beginning of its files" }
        lines += countedAnew.sorted { $0.key < $1.key }.map { "rules of \($0.key): \($0.value)" }
        lines += removed.map { "rules of \($0): gone, and what it counted with them" }
        if kept.count == 1 { lines.append("rules taken over; \(kept[0]) goes on with what it counted") }
        if kept.count > 1 {
            lines.append("rules taken over; \(kept.joined(separator: ", ")) go on with what they counted")
        }
        return lines
    }
}
