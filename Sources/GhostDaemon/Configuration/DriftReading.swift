import GhostModel
import Yams

/// Reads how processes are compared with what was declared, and what follows.
enum DriftReading {
    /// The most ports of one daemon.
    private static let mostPorts = 100

    /// `ports`: one number, or a list of them.
    static func ports(_ entry: inout MappingReader, problems: inout ProblemList) -> [Int]? {
        guard let node = entry.take("ports") else { return nil }
        let nodes = node.sequence.map(Array.init) ?? [node]
        let numbers = nodes.compactMap { $0.int.flatMap { (1...65_535).contains($0) ? $0 : nil } }
        guard numbers.count == nodes.count, numbers.count <= mostPorts else {
            let path = entry.path(of: "ports")
            problems.add("\(path) must be a port from 1 to 65535, or a list of at most \(mostPorts)", at: node)
            return nil
        }
        return numbers
    }

    /// `drift`: what follows from each kind of finding.
    static func policy(_ entry: inout MappingReader, problems: inout ProblemList) -> DriftPolicy {
        var policy = DriftPolicy()
        guard var section = entry.mapping("drift", problems: &problems) else { return policy }
        for kind in DriftKind.allCases {
            guard let action = section.choice(kind.rawValue, DriftAction.self, problems: &problems) else { continue }
            if action == .restart, kind == .configuration || kind == .environment {
                problems.add(
                    "\(section.path(of: kind.rawValue)) can be alert or ignore: a restart would not take the change over, "
                        + "but \"ghost reload\" does",
                    at: section.keyNode(kind.rawValue)
                )
            }
            policy.actions[kind] = action
        }
        section.rejectOthers(problems: &problems)
        return policy
    }

    /// The section `sentinel`.
    static func section(_ section: inout MappingReader, problems: inout ProblemList) -> SentinelPlan {
        var plan = SentinelPlan()
        plan.every = section.duration("every", problems: &problems) ?? plan.every
        if plan.every < SentinelPlan.shortestInterval {
            problems.add("\(section.path(of: "every")) must be at least 1s", at: section.keyNode("every"))
        }
        section.rejectOthers(problems: &problems)
        return plan
    }
}
