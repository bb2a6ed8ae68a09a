import GhostStore

/// Which components read their files together.
///
/// A file is read once for all components of a group, from one position. A component that is new reads the files of others
/// from their beginning, and therefore apart from them; groups join again when Ghost starts, where that changes no
/// position. A value: it decides, and opens nothing.
struct ReadingPlan {
    /// Components that read together, and from where.
    struct Group {
        /// Places in the rule set.
        var members: [Int]
        var positions: [SavedPosition]
        /// Under which numbers they were saved.
        var numbers: Set<Int>
    }

    private(set) var groups: [Group] = []
    /// The components that have to give up what they counted, because there would be too many groups.
    private(set) var dissolved: [Int] = []

    /// - Parameters:
    ///   - kept: the components that go on, by the number of their group.
    ///   - positions: how far each group had read.
    ///   - fresh: the components that begin anew.
    init(_ rules: RuleSet, kept: [Int: [Int]], positions: [Int: [SavedPosition]], fresh: [Int]) {
        for (number, members) in kept.sorted(by: { $0.key < $1.key }) where !members.isEmpty {
            let group = Group(members: members, positions: positions[number] ?? [], numbers: [number])
            add(group, rules)
        }
        while groups.count > RuleLimits.readings - (fresh.isEmpty && dissolved.isEmpty ? 0 : 1) {
            dissolved += groups.removeLast().members
        }
        let anew = (fresh + dissolved).sorted()
        if !anew.isEmpty || groups.isEmpty { add(Group(members: anew, positions: [], numbers: []), rules) }
    }

    /// Lets a group join one that has read its files just as far, or stand for itself.
    private mutating func add(_ group: Group, _ rules: RuleSet) {
        guard let place = groups.firstIndex(where: { Self.agree($0, group, rules) }) else {
            groups.append(group)
            return
        }
        groups[place].members = (groups[place].members + group.members).sorted()
        let known = Set(groups[place].positions.map(\.path))
        groups[place].positions += group.positions.filter { !known.contains($0.path) }
        groups[place].numbers.formUnion(group.numbers)
    }

    /// Whether each file that both are about was read equally far.
    private static func agree(_ left: Group, _ right: Group, _ rules: RuleSet) -> Bool {
        isInStep(left, with: right, rules) && isInStep(right, with: left, rules)
    }

    private static func isInStep(_ group: Group, with other: Group, _ rules: RuleSet) -> Bool {
        let bodies = Dictionary(other.positions.map { ($0.path, $0.body) }) { first, _ in first }
        return group.positions.allSatisfy { position in
            bodies[position.path] == position.body
                || !other.members.contains { rules.components[$0].hasFile(position.path) }
        }
    }
}
