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
        case .ended(let end):
            "\(end.run.daemon) ended: \(end.sentence)\(Self.words(for: end.next))"
        case .crashLoopBegan(let name, _, let loop):
            "\(name) is crash-looping: \(loop.sentence); one attempt every \(loop.retry.configurationText)"
        case .crashLoopOver(let run):
            "\(run.daemon) is no longer crash-looping"
        case .stopping(let run, let signal, let grace):
            "\(run.daemon) stopping: \(signal), then KILL after \(grace.configurationText)"
        case .killing(let run, let after):
            "\(run.daemon) did not end within \(after.configurationText): killing it"
        case .stoodDown(let name):
            "\(name) is no longer wanted"
        case .shutdownBegan:
            "shutting down"
        case .shutdownCompleted(let after):
            "shut down after \(after.configurationText)"
        case .trouble(let name?, let text):
            "\(name): \(text)"
        case .trouble(nil, let text):
            text
        }
    }

    private static func words(for next: RunEnd.Next) -> String {
        switch next {
        case .asked: ", as asked"
        case .done: ", done"
        case .givenUp: "; it is not started again"
        case .restart(.zero): "; starting it again"
        case .restart(let delay): "; starting it again in \(delay.configurationText)"
        }
    }
}

extension CrashLoop {
    /// What makes it one: `5 deaths within 1m`.
    var sentence: String { "\(deaths) deaths within \(within.configurationText)" }
}
