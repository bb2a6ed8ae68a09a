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
        lines += chain(color: color)
        lines += earlierDeaths()
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

    // MARK: The chain

    private func chain(color: Bool) -> [String] {
        let told = ToldChain(report.chain).steps
        guard let first = told.first else { return ["Nothing is known of what led to this."] }
        let width = DayTime(first.event.at, now: report.at).text.count
        var lines: [String] = []
        for (index, step) in told.enumerated() {
            let time = DayTime(step.event.at, now: report.at).text
            let padded = time + String(repeating: " ", count: max(0, width - time.count))
            let mark = index == 0 ? "  " : "← "
            let text = Printable.line(step.text)
            let shown = color ? Self.style(of: step.event.kind)?.applied(to: text) ?? text : text
            lines.append("\(color ? Style.dim.applied(to: padded) : padded)  \(mark)\(shown)")
            lines += output(of: step.event, indent: width + 6)
        }
        return lines
    }

    private func output(of event: JournalEvent, indent: Int) -> [String] {
        guard event.kind == .ended, event.detail["next"] != "asked", let position = event.position else { return [] }
        let space = String(repeating: " ", count: indent)
        let place = "\(position.file), up to byte \(position.offset)"
        guard !event.lines.isEmpty else { return ["\(space)It wrote nothing (\(place))."] }
        return ["\(space)Its last lines (\(place)):"] + event.lines.map { "\(space)  | \(Printable.line($0))" }
    }

    /// Deaths that the chain does not tell.
    private func earlierDeaths() -> [String] {
        let told = Set(ToldChain(report.chain).steps.map(\.event.sequence))
        let others = report.deaths.filter { !told.contains($0.sequence) }
        guard !others.isEmpty else { return [] }
        return ["", "Earlier deaths:"]
            + others.map { "  \(DayTime($0.at, now: report.at).text)  \(Printable.line($0.text))" }
    }

    private static func style(of kind: JournalKind) -> Style? {
        switch kind {
        case .ended, .crashLoop, .notStarted, .killing, .gap, .stuck, .probeFailed, .rootCause: .bad
        case .blocked, .unready, .stopping, .trouble, .leftover, .skipped, .drift: .warning
        case .ready, .recovered, .crashLoopOver, .probePassed, .driftOver: .good
        case .adopted, .signalled, .reloaded, .removed, .left: nil
        case .boot, .command, .request, .starting, .started, .restart, .stoodDown, .shutdown, .shutdownCompleted: nil
        }
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
