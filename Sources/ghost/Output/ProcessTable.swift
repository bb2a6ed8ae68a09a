import GhostModel

/// The daemons with their processes, for people.
struct ProcessTable {
    var daemons: [DaemonStatus]
    var usage: [DaemonUsage] = []
    var now: Timestamp
    var width = Width.usual

    /// How much is shown of each.
    enum Width {
        case usual
        /// With the run, its readiness, how the last one ended, and what the process says of itself.
        case wide
    }

    func rendered(color: Bool) -> String {
        guard !daemons.isEmpty else { return "there are no daemons in the configuration" }
        let further = width == .wide ? ["RUN", "READY", "LAST EXIT", "SAYS"] : []
        var table = Table(["NAME", "STATE", "PID", "UPTIME", "RESTARTS", "CPU", "MEMORY"] + further + ["REASON"])
        for daemon in daemons {
            let used = usage.first { $0.name == daemon.name }
            var cells: [Table.Cell] = [
                .init(daemon.name.text, .accent),
                .init(Self.state(of: daemon), StatusPage.style(of: daemon)),
                .init(daemon.pid.map { "\($0)" } ?? "-"),
                .init(daemon.startedAt.map { age(since: $0) } ?? "-"),
                .init("\(daemon.restarts)"),
                .init(used?.cpuPercent.map { "\($0)%" } ?? "-"),
                .init(used.map { Self.size($0.memoryBytes) } ?? "-"),
            ]
            if width == .wide {
                cells += [
                    .init(daemon.run ?? "-"),
                    .init(StatusPage.readiness(of: daemon)),
                    .init(daemon.lastExit ?? "-"),
                    .init(Printable.line(daemon.statusText ?? "-")),
                ]
            }
            table.add(cells + [.init(Printable.line(reason(of: daemon)), .dim)])
        }
        return table.rendered(color: color)
    }

    /// The phase, and whether a daemon that runs can do its work.
    private static func state(of daemon: DaemonStatus) -> String {
        daemon.phase == .up && daemon.readiness == .unready ? "unready" : daemon.phase.rawValue
    }

    private func reason(of daemon: DaemonStatus) -> String {
        let next = daemon.nextAttemptAt.map { "next attempt in \(RelativeTime.short($0.since(now)))" }
        let due = daemon.nextDueAt.map { "due \(RelativeTime.ahead($0, of: now))" }
        let drift = daemon.drift.isEmpty ? nil : "drift: \(daemon.drift.map(\.kind.rawValue).joined(separator: ", "))"
        return [daemon.reason, next, due, drift].compactMap(\.self).joined(separator: "; ")
    }

    private func age(since start: Timestamp) -> String { RelativeTime.short(now.since(start)) }

    /// A number of bytes with three digits: `812 KiB`, `1.5 GiB`.
    static func size(_ bytes: Int64) -> String {
        var value = Double(bytes)
        for unit in ["B", "KiB", "MiB", "GiB"] {
            if value < 1000 || unit == "GiB" {
                let tenths = (value * 10).rounded() / 10
                return value < 10 && unit != "B" ? "\(tenths) \(unit)" : "\(Int(value.rounded())) \(unit)"
            }
            value /= 1024
        }
        return "\(bytes) B"
    }
}

/// Times as people say them.
enum RelativeTime {
    /// `in 3m12s`, `at once` if it is not ahead.
    static func ahead(_ time: Timestamp, of now: Timestamp) -> String {
        let wait = time.since(now)
        if wait <= .zero { return "at once" }
        return wait < .seconds(1) ? "in less than a second" : "in \(short(wait))"
    }

    /// The two largest units: `3d4h`, `12m5s`, `0s`.
    static func short(_ duration: Duration) -> String {
        let seconds = max(0, duration.wholeMilliseconds / 1000)
        let parts = [
            (seconds / 86_400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s"),
        ]
        guard let first = parts.firstIndex(where: { $0.0 > 0 }) else { return "0s" }
        return parts[first...].prefix(2).filter { $0.0 > 0 }.map { "\($0.0)\($0.1)" }.joined()
    }
}
