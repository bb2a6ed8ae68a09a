import GhostModel
import Yams

/// Reads how a daemon is stopped: one step `{signal, grace}`, or a list of such steps; KILL always comes last.
enum StopReading {
    static func read(_ node: Node, path: String, problems: inout ProblemList) -> StopSequence {
        guard case .sequence(let nodes) = node else {
            return StopSequence(steps: step(node, path: path, problems: &problems).map { [$0] } ?? [])
        }
        if nodes.isEmpty || nodes.count > StopSequence.mostSteps {
            problems.add("\(path) must have from 1 to \(StopSequence.mostSteps) steps", at: node)
        }
        return StopSequence(
            steps: nodes.prefix(StopSequence.mostSteps).enumerated().compactMap { place, node in
                step(node, path: "\(path)[\(place)]", problems: &problems)
            }
        )
    }

    private static func step(_ node: Node, path: String, problems: inout ProblemList) -> StopSequence.Step? {
        guard var section = MappingReader(node, path: path, problems: &problems) else { return nil }
        let standard = StopSequence()
        var step = StopSequence.Step(signal: standard.signal, grace: standard.grace)
        if let node = section.take("signal") {
            if let signal = Signal(configurationText: node.scalar?.string ?? "") {
                step.signal = signal
            } else {
                problems.addChoice(section.path(of: "signal"), Signal.self, at: node)
            }
        }
        step.grace = section.duration("grace", problems: &problems) ?? step.grace
        if let node = section.take("then"), Signal(configurationText: node.scalar?.string ?? "") != .kill {
            problems.add("\(section.path(of: "then")) must be KILL: what ends a stop must not be ignorable", at: node)
        }
        section.rejectOthers(problems: &problems)
        return step
    }
}
