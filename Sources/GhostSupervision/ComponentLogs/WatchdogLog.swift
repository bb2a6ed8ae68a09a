public import GhostModel

/// The Watchdog Loop's log: every restart that was tried, and how it went.
///
/// Success is written when the replacement is ready, not when it was started: only then the daemon is back.
public struct WatchdogLog: ComponentPolicy {
    public var pulse = Pulse()

    /// Creates the log of a watchdog that has written nothing.
    public init() {}

    public var heartbeat: ComponentLine { .heartbeat() }

    public mutating func compose(_ event: SupervisionEvent, at time: Timestamp) -> [ComponentLine] {
        switch event {
        case .recovered(let run, let attempt, let lastExit, let downtime):
            var line = ComponentLine("\(Indicator.success) \(run.daemon) restart attempt \(attempt)")
            if let lastExit { line.fields.append(.init("exit", lastExit)) }
            line.fields += [.init("downtime", downtime.configurationText), .init("run", run)]
            return [line]
        case .ended(let end):
            return end.restart.map { [failure(end.run.daemon, $0, end.sentence, .init("run", end.run))] } ?? []
        case .spawnFailed(let run, let restart, let reason, _):
            return restart.map { [failure(run.daemon, $0, reason, .init("run", run))] } ?? []
        case .crashLoopBegan(let run, let attempt, let loop):
            return [
                failure(
                    run.daemon,
                    attempt,
                    "crash loop: \(loop.sentence)",
                    .init("crash_loop", true),
                    .init("retry", loop.retry.configurationText),
                    .init("run", run)
                )
            ]
        case .booted, .leftoverFound, .leftoverHandled, .blocked, .starting, .started, .ready, .unready, .crashLoopOver,
            .stopping, .killing, .stoodDown, .shutdownBegan, .shutdownCompleted, .trouble, .adopted, .probeFailed,
            .probePassed, .causeFound, .signalled, .stopStuck, .scheduleSkipped, .planChanged, .removed, .left,
            .drifted, .driftOver, .clockJumped:
            return []
        }
    }

    private func failure(
        _ name: DaemonName,
        _ attempt: Int,
        _ reason: String,
        _ fields: ComponentLine.Field...
    ) -> ComponentLine {
        var line = ComponentLine("\(Indicator.failure) \(name) restart attempt \(attempt) - \(reason)")
        line.fields = fields
        return line
    }
}
