import GhostModel
import Yams

/// Reads when and how fast a daemon is started again.
enum RestartReading {
    /// Reads the whole policy, or the short form `restart: never`.
    static func read(_ node: Node, path: String, problems: inout ProblemList) -> RestartPolicy {
        var policy = RestartPolicy()
        if case .scalar(let word) = node {
            guard let when = RestartPolicy.When(rawValue: word.string) else {
                problems.addChoice(path, RestartPolicy.When.self, at: node)
                return policy
            }
            policy.when = when
            return policy
        }
        guard var section = MappingReader(node, path: path, problems: &problems) else { return policy }
        policy.when = section.choice("when", RestartPolicy.When.self, problems: &problems) ?? policy.when
        if var entry = section.mapping("backoff", problems: &problems) {
            var backoff = Backoff()
            backoff.base = entry.duration("base", problems: &problems) ?? backoff.base
            backoff.factor = entry.number("factor", atLeast: 1, problems: &problems) ?? backoff.factor
            backoff.cap = entry.duration("cap", problems: &problems) ?? backoff.cap
            backoff.jitter = entry.truth("jitter", problems: &problems) ?? backoff.jitter
            backoff.resetAfter = entry.duration("reset_after", problems: &problems) ?? backoff.resetAfter
            entry.rejectOthers(problems: &problems)
            policy.backoff = backoff
        }
        if let node = section.take("crash_loop") {
            policy.crashLoop = crashLoop(node, path: section.path(of: "crash_loop"), problems: &problems)
        }
        section.rejectOthers(problems: &problems)
        return policy
    }

    private static func crashLoop(_ node: Node, path: String, problems: inout ProblemList) -> CrashLoop? {
        if node.scalar?.string == "off" || node.bool == false { return nil }
        guard var entry = MappingReader(node, path: path, problems: &problems) else { return nil }
        var loop = CrashLoop()
        loop.deaths = entry.integer("deaths", in: 1...1000, problems: &problems) ?? loop.deaths
        loop.within = entry.duration("within", problems: &problems) ?? loop.within
        loop.retry = entry.duration("retry", problems: &problems) ?? loop.retry
        entry.rejectOthers(problems: &problems)
        return loop
    }
}
