import GhostModel

/// A chain of causes as it is told: the steps of one run are one line, and a death that began by itself is the end.
///
/// That a daemon had been started before it died is no reason for its death; what came before is among the earlier deaths.
struct ToldChain {
    struct Step {
        var event: JournalEvent
        var text: String
    }

    private(set) var steps: [Step] = []

    init(_ chain: [JournalEvent]) {
        var rest = chain[...]
        while let event = rest.popFirst() {
            guard Self.isOfRun(event.kind) else {
                steps.append(Step(event: event, text: event.text))
                if event.kind == .notStarted { steps += Self.dropAlike(event, from: &rest) }
                if event.kind == .ended, event.detail["next"] != "asked", let before = rest.first,
                    Self.isOfRun(before.kind),
                    before.kind != .unready
                {
                    return
                }
                continue
            }
            var run = [event]
            while let next = rest.first, Self.isOfRun(next.kind), next.run == event.run, event.kind != .unready {
                run.append(next)
                rest.removeFirst()
            }
            steps.append(Step(event: event, text: Self.sentence(for: run)))
        }
    }

    /// Takes the earlier attempts that failed for the same reason away; what is told of them is one step.
    private static func dropAlike(_ event: JournalEvent, from rest: inout ArraySlice<JournalEvent>) -> [Step] {
        let attempts = rest.prefix {
            switch $0.kind {
            case .starting, .restart: true
            case .notStarted: $0.text == event.text
            default: false
            }
        }
        guard let last = attempts.lastIndex(where: { $0.kind == .notStarted }) else { return [] }
        let count = attempts.count { $0.kind == .notStarted }
        let first = rest[last]
        rest = rest[(last + 1)...]
        let times = count == 1 ? "once before, here" : "\(count) times before, first here"
        return [Step(event: first, text: "the same \(times)")]
    }

    private static func isOfRun(_ kind: JournalKind) -> Bool {
        switch kind {
        case .starting, .started, .ready, .recovered, .crashLoopOver, .unready: true
        case .boot, .command, .request, .leftover, .blocked, .notStarted, .ended, .restart, .crashLoop, .stopping,
            .killing,
            .stoodDown, .shutdown, .shutdownCompleted, .trouble, .gap, .adopted, .rootCause, .probeFailed, .probePassed,
            .signalled, .stuck, .skipped, .drift, .driftOver, .reloaded, .removed, .left:
            false
        }
    }

    /// One sentence for the steps of a run, newest first: `api#2 started (PID 7) and became ready after 200ms`.
    private static func sentence(for run: [JournalEvent]) -> String {
        guard run.count > 1, let newest = run.first, let oldest = run.last, let name = newest.run else {
            return run.first?.text ?? ""
        }
        let pid = run.compactMap { $0.detail["pid"] }.first.map { " (PID \($0))" } ?? ""
        guard run.contains(where: { $0.kind == .ready }) else { return "\(name) started\(pid) and is not ready yet" }
        let took = Duration.nanoseconds(newest.monotonic - oldest.monotonic).wholeMilliseconds
        let ready = "\(name) started\(pid) and became ready after \(Duration.milliseconds(took).configurationText)"
        guard let downtime = run.compactMap({ $0.detail["downtimeMs"] }).first.flatMap({ Int64($0) }) else {
            return ready
        }
        return "\(ready); it had been down for \(Duration.milliseconds(downtime).configurationText)"
    }
}
