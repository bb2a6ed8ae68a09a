import GhostModel

/// What `ghost status` shows to people.
struct StatusPage {
    var data: OrchestrationData
    var daemons: [DaemonStatus]

    func rendered(color: Bool) -> String {
        var parts = [headline(color: color)]
        if !daemons.isEmpty { parts.append(daemonTable(color: color)) }
        parts.append(componentTable(color: color))
        return parts.joined(separator: "\n\n")
    }

    private func headline(color: Bool) -> String {
        let word = data.overallHealth.rawValue
        let style: Style =
            switch data.overallHealth {
            case .healthy: .good
            case .warning: .warning
            case .critical: .bad
            }
        let health = color ? style.applied(to: word) : word
        var lines = [
            "\(health): \(data.activeComponents) of \(data.totalComponents) components work, "
                + daemonCount
        ]
        // The checks do not enter the health, which is about the components; whoever looks wants to know all the same.
        if let last = data.selfcheck.last, last.status != .healthy {
            lines.append("  selfcheck: the last health check was \(last.status.rawValue); see \"failing=\" in its log")
        }
        for reason in data.reasons.prefix(5) { lines.append("  \(reason.component): \(reason.message)") }
        if data.reasons.count > 5 { lines.append("  and \(data.reasons.count - 5) more") }
        if let losses = lossLine { lines.append("  lost: \(losses)") }
        if data.persistence.state == .saved, let message = data.persistence.message { lines.append("  \(message)") }
        return lines.joined(separator: "\n")
    }

    /// How many daemons are up: as the supervisor knows them where there is one, otherwise as the sentinel's log says.
    private var daemonCount: String {
        guard !daemons.isEmpty else { return "\(data.daemons.up) of \(data.daemons.total) daemons up" }
        let completed = daemons.count { $0.phase == .completed }
        let scheduled = daemons.count { $0.phase == .scheduled }
        let up = daemons.count { $0.phase == .up }
        return "\(up) of \(daemons.count - completed - scheduled) daemons up"
            + (completed > 0 ? ", \(completed) completed" : "") + (scheduled > 0 ? ", \(scheduled) scheduled" : "")
    }

    /// How often bytes were gone before they could be read, and what happened last; nil if never.
    private var lossLine: String? {
        guard data.lossesTotal > 0 else { return nil }
        let times = data.lossesTotal == 1 ? "once" : "\(data.lossesTotal) times"
        guard let newest = data.losses.last else { return times }
        let amount = newest.bytes.map { "\($0) bytes" } ?? "an unknown number of bytes"
        let what =
            switch newest.reason {
            case .truncatedUnread: "emptied before they were read"
            case .deletedUnread: "deleted before they were read"
            case .rotatedAway: "rotated away before they were read"
            case .damagedArchive: "in a damaged archive"
            case .unreadable: "put away in a file that may not be read"
            }
        return "\(times), the newest \(amount) of \(newest.file), \(what), noticed \(newest.noticed)"
    }

    private func daemonTable(color: Bool) -> String {
        var table = Table("DAEMON", "PHASE", "READY", "PID", "FOR", "RESTARTS", "LAST EXIT", "")
        for daemon in daemons {
            table.add(
                .init(daemon.name.text, .accent),
                .init(daemon.phase.rawValue, Self.style(of: daemon)),
                .init(Self.readiness(of: daemon)),
                .init(daemon.pid.map { "\($0)" } ?? "-"),
                .init(age(of: daemon)),
                .init("\(daemon.restarts)"),
                .init(daemon.lastExit ?? "-"),
                .init(note(of: daemon), .dim)
            )
        }
        return table.rendered(color: color)
    }

    /// Why it is as it is, when it is due, and in what it is not as declared.
    private func note(of daemon: DaemonStatus) -> String {
        let due = daemon.nextDueAt.map { "due \(RelativeTime.ahead($0, of: data.timestamp))" }
        let drift = daemon.drift.map { "\($0.kind.rawValue): \($0.evidence)" }
        let told = daemon.statusText.map { "says \"\($0)\"" }
        return Printable.line(([daemon.reason, due, told].compactMap(\.self) + drift).joined(separator: "; "))
    }

    static func readiness(of daemon: DaemonStatus) -> String {
        switch daemon.readiness {
        case .ready: "yes"
        case .unready: "no"
        case .unknown: "-"
        }
    }

    private func componentTable(color: Bool) -> String {
        var table = Table("COMPONENT", "STATUS", "FACTS", "")
        for kind in ComponentKind.allCases {
            let component = data.component(kind)
            // Who describes components of his own need not have these.
            if !data.rules.isEmpty, component.status == .unknown, component.facts.records == 0 { continue }
            let style: Style? =
                switch component.status {
                case .active: .good
                case .idle: nil
                case .unknown: .warning
                case .error: .bad
                }
            table.add(
                .init(kind.rawValue, .accent),
                .init(component.status.rawValue, style),
                .init(facts(of: kind)),
                .init(component.error ?? "", .dim)
            )
        }
        for (name, component) in data.rules.sorted(by: { $0.key < $1.key }) {
            let style: Style? =
                switch component.meaning {
                case .active: .good
                case .idle: nil
                case .warning, .unknown: .warning
                case .error: .bad
                }
            table.add(
                .init(name, .accent),
                .init(component.state, style),
                .init(facts(of: component)),
                .init(component.error ?? component.reasons.first?.message ?? "", .dim)
            )
        }
        return table.rendered(color: color)
    }

    /// The counters of a component that rules describe, the largest first.
    private func facts(of component: RuleSnapshot) -> String {
        let counters = component.counters.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let shown = counters.prefix(4).map { "\($0.key): \($0.value)" }
        return shown.isEmpty ? "lines: \(component.records)" : shown.joined(separator: ", ")
    }

    private func facts(of kind: ComponentKind) -> String {
        switch kind {
        case .sentinel: "daemons up: \(data.daemons.up), down: \(data.daemons.down)"
        case .watchdog: "restarts: \(data.watchdog.restartCount), failed: \(data.watchdog.failedCount)"
        case .executor: "tasks completed: \(data.executor.completedTasks), failed: \(data.executor.failedTasks)"
        case .selfcheck: "health checks: \(data.selfcheck.healthChecks)"
        case .lifecycle: "daemons managed: \(data.lifecycle.managedDaemons)"
        }
    }

    private func age(of daemon: DaemonStatus) -> String {
        let seconds = max(0, data.timestamp.since(daemon.since).wholeMilliseconds / 1000)
        return Duration.seconds(seconds).configurationText
    }

    static func style(of daemon: DaemonStatus) -> Style? {
        switch daemon.phase {
        case .up: daemon.readiness == .unready ? .warning : .good
        case .completed: .good
        case .starting, .waiting, .stopping, .backoff: .warning
        case .failed, .crashLooping: .bad
        case .down, .scheduled: nil
        }
    }
}
