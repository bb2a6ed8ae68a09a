import GhostModel

extension SupervisionEvent: CustomStringConvertible {
    /// One sentence for the console.
    public var description: String {
        switch self {
        case .booted(let order, _):
            "supervising \(order.isEmpty ? "no daemons" : order.map(\.text).joined(separator: ", "))"
        case .leftoverFound(let run, let pid):
            "\(run) of an earlier Ghost still runs (PID \(pid)): stopping it"
        case .leftoverHandled(let run, let pid, nil):
            "\(run) of an earlier Ghost is gone (PID \(pid))"
        case .leftoverHandled(let run, _, let remains?):
            "\(run) of an earlier Ghost remains: \(remains); \(run.daemon) is not started"
        case .adopted(let run, let pid, _, _):
            "\(run.daemon) is taken over as it runs (\(run), PID \(pid))"
        case .blocked(let name, let need, let because):
            "\(name) waits: it needs \(need.daemon) \(need.condition.rawValue), but \(because)"
        case .starting(let run, let attempt):
            "\(run.daemon) starting (\(run), attempt \(attempt))"
        case .started(let run, let pid, _, _, _):
            "\(run.daemon) started (\(run), PID \(pid))"
        case .ready(let run, _):
            "\(run.daemon) ready"
        case .unready(let run, _, let reason):
            "\(run.daemon) not ready: \(reason)"
        case .recovered(let run, let attempt, _, let downtime):
            "\(run.daemon) recovered after \(downtime.configurationText) (attempt \(attempt))"
        case .spawnFailed(let run, _, let reason, let retryIn?):
            "\(run.daemon) could not be started: \(reason); next attempt in \(retryIn.configurationText)"
        case .spawnFailed(let run, _, let reason, nil):
            "\(run.daemon) could not be started: \(reason)"
        case .probeFailed(let run, let role, let reason, .restart):
            "\(run.daemon) failed its \(role.rawValue) probe: \(reason); restarting it"
        case .probeFailed(let run, let role, let reason, .alert):
            "\(run.daemon) failed its \(role.rawValue) probe: \(reason); it is left running"
        case .probePassed(let run, let role):
            "\(run.daemon) passes its \(role.rawValue) probe again"
        case .ended(let end):
            "\(end.run.daemon) ended\(end.noticed == .later ? " while no Ghost was there" : ""): "
                + "\(end.sentence)\(Self.words(for: end.next))\(Self.words(for: end.survivors))"
        case .causeFound(let name, let because, let affects):
            "\(because): \(affects.map(\.text).joined(separator: ", ")) "
                + "\(affects.count == 1 ? "needs" : "need") \(name) and \(affects.count == 1 ? "is" : "are") started "
                + "again when it is back"
        case .crashLoopBegan(let run, _, let loop):
            "\(run.daemon) is crash-looping: \(loop.sentence); one attempt every \(loop.retry.configurationText)"
        case .crashLoopOver(let run):
            "\(run.daemon) is no longer crash-looping"
        case .stopping(let run, let signal, let grace):
            "\(run.daemon) stopping: \(signal), then KILL after \(grace.configurationText)"
        case .signalled(let run, let signal):
            "\(run.daemon) was sent \(signal)"
        case .stopStuck(let run, let pid, let after, let facts):
            "\(run.daemon) does not end, \(after.configurationText) after it was asked and although it was killed "
                + "(PID \(pid)\(facts.map { ", \($0)" } ?? ""))"
        case .scheduleSkipped(let name):
            "\(name) is due, but its last run has not ended: this time is left out"
        case .planChanged(let change):
            change.isEmpty
                ? "the configuration was read again: nothing has changed"
                : "the configuration was read again: "
                    + change.daemons.filter { $0.fate != .leave }.map(\.description).joined(separator: ", ")
        case .removed(let name):
            "\(name) is gone"
        case .left(let runs):
            runs.isEmpty
                ? "leaving; no daemon runs"
                : "leaving \(runs.map(\.description).joined(separator: ", ")) running"
        case .killing(let run, let after):
            "\(run.daemon) did not end within \(after.configurationText): killing it"
        case .stoodDown(let name):
            "\(name) is no longer wanted"
        case .shutdownBegan:
            "shutting down"
        case .shutdownCompleted(let after):
            "shut down after \(after.configurationText)"
        case .drifted(let run, _, let finding, let action, _):
            "\(run.daemon) is not what was declared (\(finding.kind.rawValue)): \(finding.evidence)"
                + (action == .restart ? "; restarting it" : "")
        case .driftOver(let run, _, let kind, _):
            "\(run.daemon) is again what was declared (\(kind.rawValue))"
        case .clockJumped(let amount):
            "the clock of this machine was set \(amount < .zero ? "back" : "forward") by "
                + "\((amount < .zero ? .zero - amount : amount).configurationText); deadlines are not touched by that"
        case .trouble(let name?, let text):
            "\(name): \(text)"
        case .trouble(nil, let text):
            text
        }
    }

    private static func words(for survivors: RunEnd.Survivors) -> String {
        switch survivors {
        case .none: ""
        case .killed: "; other processes of its group were killed"
        case .lingering: "; other processes of its group were killed and are not gone yet"
        }
    }

    private static func words(for next: RunEnd.Next) -> String {
        switch next {
        case .asked: ", as asked"
        case .done: ", done"
        case .givenUp: "; it is not started again"
        case .restart(.zero): "; starting it again"
        case .restart(let delay): "; starting it again in \(delay.configurationText)"
        case .paused(let need): "; starting it again when \(need.daemon) is \(need.condition.rawValue)"
        }
    }
}

extension CrashLoop {
    /// What makes it one: `5 deaths within 1m`.
    var sentence: String { "\(deaths) deaths within \(within.configurationText)" }
}
