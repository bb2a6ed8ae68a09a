public import GhostModel

/// The Lifecycle Governor's log: what is started, managed and released, and in which order.
public struct GovernorLog: ComponentPolicy {
    public var pulse = Pulse()

    /// Creates the log of a governor that has written nothing.
    public init() {}

    public var heartbeat: ComponentLine { .heartbeat() }

    public mutating func compose(_ event: SupervisionEvent, at time: Timestamp) -> [ComponentLine] {
        switch event {
        case .booted(let order, let pid):
            let names = order.map(\.text).joined(separator: ", ")
            return [ComponentLine("Startup order: [\(names)]", .init("at", time), .init("pid", pid), stamp: .none)]
        case .blocked(let name, let need, _):
            return [
                ComponentLine(
                    "Cannot start \(name): dependency \(need.daemon) not running",
                    .init("needs", need.condition.rawValue)
                )
            ]
        case .starting(let run, let attempt):
            return [ComponentLine("Starting daemon: \(run.daemon) (attempt \(attempt))", .init("run", run))]
        case .started(let run, let pid, let attempt, let needs, _):
            var line = ComponentLine(
                "managing \(run.daemon) (attempt \(attempt))",
                .init("pid", pid),
                .init("run", run)
            )
            if !needs.isEmpty { line.fields.append(.init("needs", needs.map(\.text).joined(separator: ","))) }
            return [line]
        case .adopted(let run, let pid, let needs, _):
            var line = ComponentLine(
                "managing \(run.daemon) (attempt 1)",
                .init("pid", pid),
                .init("run", run),
                .init("adopted", true)
            )
            if !needs.isEmpty { line.fields.append(.init("needs", needs.map(\.text).joined(separator: ","))) }
            return [line]
        case .spawnFailed(let run, _, let reason, _):
            return [failed(run, reason)]
        case .ended(let end):
            return [line(for: end)]
        case .leftoverFound(let run, _), .stopping(let run, _, _):
            return [ComponentLine("Stopping daemon: \(run.daemon)", .init("run", run))]
        case .leftoverHandled(let run, _, nil):
            return [released(run, .unknown)]
        case .leftoverHandled(let run, _, let remains?):
            return [failed(run, remains)]
        case .shutdownBegan:
            return [ComponentLine("\(Indicator.shutdown) Initiating shutdown sequence...")]
        case .shutdownCompleted(let after):
            return [
                ComponentLine(
                    "\(Indicator.success) Shutdown sequence completed",
                    .init("duration", after.configurationText)
                )
            ]
        case .ready, .unready, .recovered, .crashLoopBegan, .crashLoopOver, .killing, .stoodDown, .trouble,
            .probeFailed,
            .probePassed, .causeFound, .signalled, .stopStuck, .scheduleSkipped, .planChanged, .removed, .left,
            .drifted, .driftOver, .clockJumped:
            return []
        }
    }

    private func line(for end: RunEnd) -> ComponentLine {
        switch (end.next, end.reached) {
        case (.asked, _), (.done, _), (.givenUp, .ready):
            released(end.run, end.exit)
        case (.givenUp, .started), (.restart, .started), (.paused, _):
            failed(end.run, end.sentence)
        case (.restart, .ready):
            ComponentLine(
                "\(Indicator.retry) Daemon health check failed: \(end.run.daemon), attempting restart",
                .init("exit", end.exit),
                .init("run", end.run)
            )
        }
    }

    private func released(_ run: RunID, _ exit: ExitStatus) -> ComponentLine {
        ComponentLine("released \(run.daemon)", .init("exit", exit), .init("run", run))
    }

    private func failed(_ run: RunID, _ reason: String) -> ComponentLine {
        ComponentLine(
            "\(Indicator.failure) \(run.daemon) failed",
            .init("reason", reason),
            .init("run", run)
        )
    }
}
