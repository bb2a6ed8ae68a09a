import GhostModel
import GhostStore

/// Files that are followed together, and the components that their lines go into.
struct RuledReading {
    /// What follows the files; nil while it reads.
    var follower: SourceFollower?
    let patterns: Set<String>
    /// The components, by their place in the rule set.
    private(set) var members: [Int]
    /// Which of them may have a file of a name.
    private var index: NameIndex
    /// The files that lines came from.
    private var files: [SourceID: File] = [:]

    /// A file that lines came from.
    struct File {
        /// The number that the folds know it under.
        var number: Int
        /// Which components its lines go into.
        var members: [Int]
    }

    /// Follows the files of `members`; nothing is opened yet.
    init(_ members: [Int], _ rules: RuleSet, folder: String, resuming positions: [SavedPosition] = []) {
        self.members = members
        index = Self.index(of: members, rules)
        patterns = Self.patterns(of: members, rules)
        follower = SourceFollower(SourceSet(patterns: patterns.sorted(), in: folder, resuming: positions))
    }

    /// Goes on following the same files for these components of other rules; nil if they want further files.
    func going(on members: [Int], _ rules: RuleSet) -> RuledReading? {
        guard Self.patterns(of: members, rules).isSubset(of: patterns) else { return nil }
        var next = self
        next.members = members
        next.index = Self.index(of: members, rules)
        next.files = [:]
        return next
    }

    private static func patterns(of members: [Int], _ rules: RuleSet) -> Set<String> {
        Set(members.flatMap { rules.components[$0].files })
    }

    private static func index(of members: [Int], _ rules: RuleSet) -> NameIndex {
        NameIndex(
            members.flatMap { member in
                rules.components[member].files.map { (place: member, beginning: beginning(ofNamesFor: $0)) }
            }
        )
    }

    /// What the last name of every path begins with that fits a pattern; empty if that is not known.
    static func beginning(ofNamesFor pattern: String) -> String {
        // Sets and braces may hold slashes, and backslashes change what follows.
        guard !pattern.contains(where: { "[]{}\\!".contains($0) }) else { return "" }
        let name = pattern[(pattern.lastIndex(of: "/").map(pattern.index(after:)) ?? pattern.startIndex)...]
        return name.contains("**") ? "" : String(name.prefix { $0 != "*" && $0 != "?" })
    }

    /// The components that are read from the file at `path`.
    func members(ofFile path: String, _ rules: RuleSet) -> [Int] {
        index.candidates(for: SourceSet.name(of: path)).filter { rules.components[$0].hasFile(path) }
    }

    /// The file of a line.
    mutating func file(of line: SourceLine, _ rules: RuleSet, _ names: inout FileNumbers) -> File {
        if let file = files[line.source] { return file }
        let file = File(
            number: names.number(of: line.path),
            members: members(ofFile: line.path, rules)
        )
        files[line.source] = file
        return file
    }
}

/// The files that were ever read, by the number that the folds know them under.
struct FileNumbers {
    private(set) var paths: [String] = []
    private var numbers: [String: Int] = [:]

    mutating func number(of path: String) -> Int {
        if let number = numbers[path] { return number }
        numbers[path] = paths.count
        paths.append(path)
        return paths.count - 1
    }
}
