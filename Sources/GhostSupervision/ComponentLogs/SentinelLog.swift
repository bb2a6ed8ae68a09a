public import GhostModel

/// The Sentinel Guard's log: which daemon is there, and whether it is ready.
///
/// A line is written when that changes.
public struct SentinelLog: ComponentPolicy {
    public var pulse = Pulse()
    private let watching: String
    private var presence: [DaemonName: Presence] = [:]

    /// What was written about a daemon last.
    private enum Presence: Equatable {
        /// It runs; it is ready or not.
        case up(Readiness)
        /// It is missing.
        case missing
        /// It is not there, and need not be.
        case down
    }

    /// Creates the log of a sentinel that has written nothing.
    ///
    /// - Parameter watching: the declared daemons; readers forget any other.
    public init(watching: [DaemonName]) {
        self.watching = watching.sorted().map(\.text).joined(separator: ",")
    }

    public var heartbeat: ComponentLine { .heartbeat(.init("watching", watching)) }

    public mutating func compose(_ event: SupervisionEvent, at time: Timestamp) -> [ComponentLine] {
        switch event {
        case .started(let run, let pid, _, _, .probe), .started(let run, let pid, _, _, .ending),
            .adopted(let run, let pid, _, .probe), .adopted(let run, let pid, _, .ending),
            .unready(let run, let pid, _):
            return [running(run, pid, ready: false)]
        case .ready(let run, let pid):
            return [running(run, pid, ready: true)]
        // It is ready at the same instant, and one line says both.
        case .started(_, _, _, _, .running), .adopted(_, _, _, .running):
            return []
        case .ended(let end):
            return [line(for: end)]
        case .spawnFailed(let run, _, let reason, _):
            return missing(run.daemon, reason, .init("run", run))
        case .blocked(let name, let need, let because):
            return missing(name, "needs \(need.daemon) \(need.condition.rawValue), but \(because)")
        case .stoodDown(let name):
            return stoodDown(name)
        case .drifted(let run, let pid, let finding, _, let all):
            return [drift(run, pid, all, .init("found", finding.kind.rawValue), .init("evidence", finding.evidence))]
        case .driftOver(let run, let pid, let kind, let all):
            return [drift(run, pid, all, .init("cleared", kind.rawValue))]
        case .clockJumped(let amount):
            var line = heartbeat
            line.fields.append(.init("clock_jump", "\(amount.wholeMilliseconds)ms"))
            return [line]
        case .leftoverHandled(let run, _, let remains?):
            presence[run.daemon] = .missing
            return [ComponentLine("\(Indicator.down) \(run.daemon) ERROR: \(remains)")]
        case .booted, .leftoverFound, .leftoverHandled(_, _, nil), .starting, .recovered, .crashLoopBegan,
            .crashLoopOver, .stopping, .killing, .shutdownBegan, .shutdownCompleted, .trouble, .probeFailed,
            .probePassed,
            .causeFound, .signalled, .stopStuck, .scheduleSkipped, .planChanged, .removed, .left:
            return []
        }
    }

    private mutating func running(_ run: RunID, _ pid: Int32, ready: Bool) -> ComponentLine {
        presence[run.daemon] = .up(ready ? .ready : .unready)
        return ComponentLine(
            "\(Indicator.up) \(run.daemon) is running (PID: \(pid))",
            .init("ready", ready),
            .init("run", run)
        )
    }

    /// The presence of a daemon with everything that its process is not as declared in.
    private func drift(
        _ run: RunID,
        _ pid: Int32,
        _ all: [DriftKind],
        _ fields: ComponentLine.Field...
    ) -> ComponentLine {
        var isReady = true
        if case .up(.unready) = presence[run.daemon] { isReady = false }
        let kinds = all.isEmpty ? "none" : all.map(\.rawValue).joined(separator: ",")
        var line = ComponentLine(
            "\(Indicator.up) \(run.daemon) is running (PID: \(pid))",
            .init("ready", isReady),
            .init("run", run),
            .init("drift", kinds)
        )
        line.fields += fields
        return line
    }

    private mutating func line(for end: RunEnd) -> ComponentLine {
        var line = notRunning(end.run.daemon)
        switch end.next {
        case .asked, .done:
            presence[end.run.daemon] = .down
            line.fields.append(.init("want", Want.down.rawValue))
        case .givenUp, .restart, .paused:
            presence[end.run.daemon] = .missing
        }
        line.fields += [.init("exit", end.exit), .init("run", end.run)]
        if let kills = end.memoryKills { line.fields.append(.init("memory_kills", kills.processes)) }
        return line
    }

    /// Says why a daemon is missing, unless that it is missing has been said.
    private mutating func missing(
        _ name: DaemonName,
        _ reason: String,
        _ fields: ComponentLine.Field...
    ) -> [ComponentLine] {
        guard presence.updateValue(.missing, forKey: name) != .missing else { return [] }
        var line = notRunning(name)
        line.fields = [.init("reason", reason)] + fields
        return [line]
    }

    /// Takes back that a daemon is missing.
    private mutating func stoodDown(_ name: DaemonName) -> [ComponentLine] {
        guard presence[name] == .missing else { return [] }
        presence[name] = .down
        var line = notRunning(name)
        line.fields.append(.init("want", Want.down.rawValue))
        return [line]
    }

    private func notRunning(_ name: DaemonName) -> ComponentLine {
        ComponentLine("\(Indicator.down) \(name) NOT running")
    }
}
