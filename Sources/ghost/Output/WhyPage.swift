import GhostModel

/// What `ghost why` shows to people.
struct WhyPage {
    var report: WhyReport

    func rendered(color: Bool) -> String {
        var lines = [headline(color: color)]
        if let next = report.daemon.nextAttemptAt {
            let wait = next.since(report.at)
            let when = wait < .seconds(1) ? "in less than a second" : "in \(RelativeTime.short(wait))"
            lines.append("The next attempt is due \(when); \"ghost start \(report.daemon.name)\" tries at once.")
        }
        if let due = report.daemon.nextDueAt { lines.append("It is due \(RelativeTime.ahead(due, of: report.at)).") }
        for finding in report.daemon.drift {
            lines.append("Not as declared (\(finding.kind.rawValue)): \(Printable.line(finding.evidence)).")
        }
        if let advice = advice { lines.append(advice) }
        lines.append("")
        let causes = CausesPage(chain: report.chain, deaths: report.deaths, now: report.at)
        lines += causes.lines(color: color)
        if let trouble = report.trouble { lines += ["", "The journal is incomplete: \(Printable.line(trouble))"] }
        return lines.joined(separator: "\n")
    }

    // MARK: The first lines

    private func headline(color: Bool) -> String {
        let daemon = report.daemon
        let name = color ? Style.accent.applied(to: daemon.name.text) : daemon.name.text
        let age = RelativeTime.short(report.at.since(daemon.since))
        let reason = daemon.reason.map { ": \(Printable.line($0))" } ?? ""
        let sentence: String
        switch daemon.phase {
        case .up:
            let ready = daemon.readiness == .unready ? "up but not ready" : "up and ready"
            sentence = "is \(ready), for \(age)\(daemon.pid.map { " (PID \($0))" } ?? "")\(reason)"
        case .down: sentence = daemon.want == .down ? "is stopped, for \(age)" : "is not started yet"
        case .waiting: sentence = "waits, for \(age)\(reason)"
        case .starting: sentence = "is starting, for \(age)\(reason)"
        case .stopping: sentence = "is stopping, for \(age)\(reason)"
        case .backoff: sentence = "is down and will be started again\(reason)"
        case .crashLooping: sentence = "is crash-looping, for \(age)\(reason)"
        case .completed: sentence = "has done its work, \(age) ago"
        case .failed: sentence = "is down and will not be started again\(reason)"
        case .scheduled: sentence = "waits until it is due\(reason)"
        }
        let restarts =
            switch daemon.restarts {
            case 0: ""
            case 1: " It was brought back once since Ghost started."
            case let count: " It was brought back \(count) times since Ghost started."
            }
        return "\(name) \(sentence).\(restarts)"
    }

    /// What to think of the end that the chain begins with; nil when there was none, or nothing is to be added.
    private var advice: String? {
        guard report.daemon.phase != .up || report.chain.contains(where: { $0.kind == .restart }) else { return nil }
        // An end that somebody asked for needs no advice, nor does one by a signal that was sent on purpose.
        guard let end = report.chain.first(where: { $0.kind == .ended }), end.detail["next"] != "asked",
            !report.chain.contains(where: { $0.sequence == end.cause && $0.kind == .command })
        else { return nil }
        if let kills = MemoryKills(detail: end.detail) { return kills.advice }
        return end.detail["exit"].flatMap { ExitStatus($0) }?.advice
    }
}

/// A time as short as it can be: the time of day, with the date if it is another one.
struct DayTime {
    let text: String

    init(_ time: Timestamp, now: Timestamp) {
        let full = time.description
        let clock = full.dropFirst(11).prefix(12) + "Z"
        text = full.prefix(10) == now.description.prefix(10) ? String(clock) : "\(full.prefix(10)) \(clock)"
    }
}
