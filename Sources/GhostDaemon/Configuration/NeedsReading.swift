import GhostModel
import Yams

/// Reads what a daemon needs: a list of names, or a mapping of names to conditions.
enum NeedsReading {
    static func read(_ entry: inout MappingReader, problems: inout ProblemList) -> [Dependency] {
        guard let node = entry.take("needs") else { return [] }
        let path = entry.path(of: "needs")
        switch node {
        case .sequence(let names):
            return names.compactMap { node in
                guard let name = node.scalar.flatMap({ DaemonName($0.string) }) else {
                    problems.add("\(path) must hold names of daemons", at: node)
                    return nil
                }
                return Dependency(daemon: name)
            }
        case .mapping:
            guard var section = MappingReader(node, path: path, problems: &problems) else { return [] }
            return section.order.compactMap { key in need(key, in: &section, problems: &problems) }
        default:
            problems.add("\(path) must be a list such as [db], or a mapping such as {db: ready}", at: node)
            return []
        }
    }

    private static func need(_ key: String, in section: inout MappingReader, problems: inout ProblemList) -> Dependency?
    {
        guard let name = DaemonName(key) else {
            problems.add("\"\(key)\" is not a daemon name", at: section.keyNode(key))
            return nil
        }
        var dependency = Dependency(daemon: name)
        guard let node = section.take(key) else { return dependency }
        guard case .mapping = node else {
            guard let condition = Dependency.Condition(rawValue: node.scalar?.string ?? "") else {
                problems.addChoice(section.path(of: key), Dependency.Condition.self, at: node)
                return nil
            }
            dependency.condition = condition
            return dependency
        }
        guard var entry = MappingReader(node, path: section.path(of: key), problems: &problems) else { return nil }
        dependency.condition = entry.choice("when", Dependency.Condition.self, problems: &problems) ?? .ready
        dependency.strength = entry.truth("soft", problems: &problems) == true ? .soft : .hard
        entry.rejectOthers(problems: &problems)
        return dependency
    }
}
