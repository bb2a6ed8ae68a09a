import GhostModel

/// The steps that take more than a line or that several events share.
extension JournalRecorder {
    mutating func starting(
        _ run: RunID,
        attempt: Int,
        _ event: SupervisionEvent,
        _ moment: Moment
    ) -> JournalEvent {
        let traces = daemons[run.daemon]
        // What it waited for came last, so that is what let it start.
        let opened = traces?.waitsFor.flatMap { daemons[$0]?.ready }
        let cause = [opened, traces?.start].compactMap(\.self).max() ?? whole[.boot]
        let made = make(.starting, moment, event.description, run: run, cause: cause, ["attempt": "\(attempt)"])
        note(run.daemon) {
            $0.run = made.sequence
            $0.start = nil
            $0.stop = nil
            $0.waitsFor = nil
            $0.startedAt = moment.monotonic
        }
        return made
    }

    mutating func spawnFailed(
        _ run: RunID,
        _ reason: String,
        _ retry: Duration?,
        _ moment: Moment
    ) -> [JournalEvent] {
        let text = "\(run.daemon) could not be started: \(reason)"
        let made = make(.notStarted, moment, text, run: run, cause: daemons[run.daemon]?.run, ["reason": reason])
        note(run.daemon) { $0.trouble = made.sequence }
        guard let retry else { return [made] }
        return [made, restart(run, in: retry, after: made, moment)]
    }

    mutating func ended(_ end: RunEnd, _ moment: Moment, _ output: OutputTrace) -> [JournalEvent] {
        let name = end.run.daemon
        let traces = daemons[name]
        let life = traces?.startedAt.map { moment.monotonic - $0 }
        var text = "\(name) ended: \(end.exit.words)"
        // One that is being stopped is not asked any more whether it is ready.
        if end.reached == .started, end.next != .done, end.next != .asked { text += " before it was ready" }
        if let life { text += ", after \(Self.rounded(life))" }
        switch end.next {
        case .asked: text += ", as asked"
        case .done: text += ", done"
        case .givenUp: text += "; its restart policy says not to start it again"
        case .paused(let need): text += "; it waits for \(need.daemon), which is why it ended"
        case .restart: break
        }
        if let kills = end.memoryKills { text += "; \(kills.words)" }
        if end.noticed == .later { text += ", while no Ghost was there" }
        var detail = ["exit": end.exit.description, "reached": end.reached == .ready ? "ready" : "started"]
        if let life { detail["livedMs"] = "\(life.wholeMilliseconds)" }
        detail["next"] = end.next.word
        if let kills = end.memoryKills { detail.merge(kills.detail) { $1 } }
        let made = make(
            .ended,
            moment,
            text,
            run: end.run,
            cause: end.next == .asked ? stopCause(name) : deathCause(end, moment),
            detail,
            output
        )
        note(name) {
            $0.trouble = made.sequence
            $0.run = nil
            $0.sent = nil
        }
        switch end.next {
        case .restart(let pause): return [made, restart(end.run, in: pause, after: made, moment)]
        case .paused(let need):
            note(name) { $0.waitsFor = need.daemon }
            return [made]
        case .asked, .done, .givenUp: return [made]
        }
    }

    mutating func restart(
        _ run: RunID,
        in pause: Duration,
        after end: JournalEvent,
        _ moment: Moment
    ) -> JournalEvent {
        let name = run.daemon
        let when = pause > .zero ? "in \(Self.rounded(pause))" : "at once"
        let made = make(
            .restart,
            moment,
            "the watchdog starts \(name) again \(when)",
            run: run,
            cause: end.sequence,
            [
                "inMs": "\(pause.wholeMilliseconds)"
            ]
        )
        note(name) { $0.start = made.sequence }
        return made
    }

    /// What a death that nobody asked Ghost for follows from: a signal that somebody had sent, or a failing probe.
    func deathCause(_ end: RunEnd, _ moment: Moment) -> UInt64? {
        let traces = daemons[end.run.daemon]
        if case .paused(let need) = end.next, let trouble = daemons[need.daemon]?.trouble { return trouble }
        if let sent = traces?.sent, moment.monotonic - sent.at <= Self.longestSignalEffect,
            end.exit == .signaled(sent.signal) || end.exit == .exited(128 + sent.signal)
        {
            return sent.sequence
        }
        // Otherwise it is a beginning; what it follows in time is that it was started.
        return traces?.stop ?? traces?.run
    }

    func stopCause(_ name: DaemonName) -> UInt64? {
        [daemons[name]?.stop, whole[.shutdown]].compactMap(\.self).max()
    }

    /// A duration as precise as people want it: milliseconds below a minute, then seconds.
    static func rounded(_ duration: Duration) -> String {
        let milliseconds = duration.wholeMilliseconds
        return (milliseconds < 60_000 ? duration : .seconds(milliseconds / 1000)).configurationText
    }

    /// What probes, people and the plan bring about, one event each.
    mutating func supervised(_ event: SupervisionEvent, _ moment: Moment) -> JournalEvent {
        let text = event.description
        switch event {
        case .probeFailed(let run, let role, let reason, let action):
            let detail = ["probe": role.rawValue, "reason": reason, "action": "\(action)"]
            let made = make(.probeFailed, moment, text, run: run, cause: daemons[run.daemon]?.run, detail)
            note(run.daemon) {
                $0.trouble = made.sequence
                if action == .restart { $0.stop = made.sequence }
            }
            return made
        case .probePassed(let run, let role):
            let cause = daemons[run.daemon]?.trouble ?? daemons[run.daemon]?.run
            let made = make(.probePassed, moment, text, run: run, cause: cause, ["probe": role.rawValue])
            note(run.daemon) { $0.trouble = nil }
            return made
        case .causeFound(let name, _, let affects):
            let detail = ["affects": affects.map(\.text).joined(separator: ",")]
            return make(.rootCause, moment, text, daemon: name, cause: daemons[name]?.trouble, detail: detail)
        case .signalled(let run, let signal):
            let cause = stopCause(run.daemon) ?? daemons[run.daemon]?.run
            return make(.signalled, moment, text, run: run, cause: cause, ["signal": signal.rawValue])
        case .stopStuck(let run, let pid, _, _):
            return make(.stuck, moment, text, run: run, cause: stopCause(run.daemon), ["pid": "\(pid)"])
        case .drifted(let run, _, let finding, let action, _):
            let detail = ["drift": finding.kind.rawValue, "evidence": finding.evidence, "action": action.rawValue]
            let made = make(.drift, moment, text, run: run, cause: daemons[run.daemon]?.run, detail)
            if action == .restart {
                // What follows is a stop and a start, and this is why.
                note(run.daemon) { ($0.stop, $0.start) = (made.sequence, made.sequence) }
            }
            return made
        case .driftOver(let run, _, let kind, _):
            return make(.driftOver, moment, text, run: run, cause: daemons[run.daemon]?.run, ["drift": kind.rawValue])
        case .scheduleSkipped(let name):
            return make(.skipped, moment, text, daemon: name, cause: daemons[name]?.run)
        case .planChanged:
            return make(.reloaded, moment, text)
        case .removed(let name):
            return make(.removed, moment, text, daemon: name)
        default:
            return make(.left, moment, text, cause: whole[.boot])
        }
    }

    mutating func note(_ name: DaemonName, _ body: (inout Traces) -> Void) {
        body(&daemons[name, default: Traces()])
    }

    mutating func make(
        _ kind: JournalKind,
        _ moment: Moment,
        _ text: String,
        run: RunID,
        cause: UInt64? = nil,
        _ detail: [String: String] = [:],
        _ output: OutputTrace = OutputTrace()
    ) -> JournalEvent {
        make(kind, moment, text, daemon: run.daemon, run: run, cause: cause, detail: detail, output)
    }

    mutating func make(
        _ kind: JournalKind,
        _ moment: Moment,
        _ text: String,
        daemon: DaemonName? = nil,
        run: RunID? = nil,
        cause: UInt64? = nil,
        detail: [String: String] = [:],
        _ output: OutputTrace = OutputTrace()
    ) -> JournalEvent {
        newest += 1
        return JournalEvent(
            sequence: newest,
            epoch: epoch,
            at: moment.wall,
            monotonic: moment.monotonic.nanoseconds,
            daemon: daemon,
            run: run?.description,
            kind: kind,
            cause: cause,
            text: text,
            detail: detail,
            position: output.position,
            lines: output.lines
        )
    }
}
