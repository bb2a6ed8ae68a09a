public import GhostModel

/// Turns what happens into events of the journal, each with the event that led to it.
///
/// A plain value. It remembers of each daemon the newest events that others may follow from, so its size depends on the
/// plan and not on how long it runs.
public struct JournalRecorder: Sendable {
    /// The sequence of the newest event; 0 before the first.
    public private(set) var newest: UInt64
    /// Names the store that counts.
    public private(set) var epoch: String

    private var whole: [Mark: UInt64] = [:]
    private var daemons: [DaemonName: Traces] = [:]

    /// What of all daemons others may follow from.
    private enum Mark: Hashable {
        case boot
        case shutdown
    }

    /// The newest events of one daemon that others may follow from, by sequence.
    private struct Traces {
        /// What the next start follows from: a command, a decision to restart, the recovery of what it waited for.
        var start: UInt64?
        /// The newest event of the run that goes on.
        var run: UInt64?
        /// What the next end follows from, if it was asked for.
        var stop: UInt64?
        /// Why others that need it cannot start.
        var trouble: UInt64?
        /// When it last became ready.
        var ready: UInt64?
        /// The daemon that it waits for.
        var waitsFor: DaemonName?
        /// The newest signal that somebody had sent to it.
        var sent: (signal: Int32, sequence: UInt64, at: MonotonicTime)?
        /// When the run began.
        var startedAt: MonotonicTime?

        mutating func shift(by amount: Int64) {
            start = start?.moved(by: amount)
            run = run?.moved(by: amount)
            stop = stop?.moved(by: amount)
            trouble = trouble?.moved(by: amount)
            ready = ready?.moved(by: amount)
            sent = sent.map { ($0.signal, $0.sequence.moved(by: amount), $0.at) }
        }
    }

    /// How long after a signal an end by that signal is taken to follow from it.
    static let longestSignalEffect: Duration = .seconds(10)

    /// Goes on behind the newest event of a store.
    public init(epoch: String, newest: UInt64 = 0) {
        self.epoch = epoch
        self.newest = newest
    }

    /// Moves to another store; sequences that were given are moved by that much, so that they follow those that it holds.
    public mutating func move(toEpoch epoch: String, by amount: Int64) {
        self.epoch = epoch
        newest = newest.moved(by: amount)
        whole = whole.mapValues { $0.moved(by: amount) }
        for name in Array(daemons.keys) { daemons[name]?.shift(by: amount) }
    }

    /// The events that something becomes; a death that is answered by a restart becomes two.
    ///
    /// - Parameter output: how far the daemon's output reached, and its last lines, where they are known.
    public mutating func record(
        _ event: SupervisionEvent,
        at moment: Moment,
        output: OutputTrace = OutputTrace()
    ) -> [JournalEvent] {
        switch event {
        case .booted(_, let pid):
            whole = [:]
            let made = make(.boot, moment, event.description, detail: ["pid": "\(pid)"])
            whole[.boot] = made.sequence
            return [made]
        case .leftoverFound(let run, let pid):
            return [make(.leftover, moment, event.description, run: run, cause: whole[.boot], ["pid": "\(pid)"])]
        case .leftoverHandled(let run, let pid, let remains):
            let made = make(.leftover, moment, event.description, run: run, cause: whole[.boot], ["pid": "\(pid)"])
            if remains != nil { note(run.daemon) { $0.trouble = made.sequence } }
            return [made]
        case .blocked(let name, let need, _):
            let cause = daemons[need.daemon]?.trouble ?? daemons[need.daemon]?.run ?? whole[.boot]
            let made = make(
                .blocked,
                moment,
                event.description,
                daemon: name,
                cause: cause,
                detail: [
                    "needs": need.daemon.text, "condition": need.condition.rawValue,
                ]
            )
            note(name) {
                $0.trouble = made.sequence
                $0.waitsFor = need.daemon
            }
            return [made]
        case .starting(let run, let attempt):
            return [starting(run, attempt: attempt, event, moment)]
        case .started(let run, let pid, _, _, _):
            let made = make(
                .started,
                moment,
                event.description,
                run: run,
                cause: daemons[run.daemon]?.run,
                [
                    "pid": "\(pid)"
                ]
            )
            note(run.daemon) {
                $0.run = made.sequence
                $0.startedAt = moment.monotonic
            }
            return [made]
        case .ready(let run, _):
            let made = make(.ready, moment, event.description, run: run, cause: daemons[run.daemon]?.run)
            note(run.daemon) {
                $0.run = made.sequence
                $0.ready = made.sequence
                $0.trouble = nil
            }
            return [made]
        case .unready(let run, _, let reason):
            let made = make(
                .unready,
                moment,
                event.description,
                run: run,
                cause: daemons[run.daemon]?.run,
                [
                    "reason": reason
                ]
            )
            note(run.daemon) {
                $0.run = made.sequence
                $0.trouble = made.sequence
            }
            return [made]
        case .recovered(let run, let attempt, _, let downtime):
            let made = make(
                .recovered,
                moment,
                event.description,
                run: run,
                cause: daemons[run.daemon]?.run,
                [
                    "attempt": "\(attempt)", "downtimeMs": "\(downtime.wholeMilliseconds)",
                ]
            )
            note(run.daemon) { $0.run = made.sequence }
            return [made]
        case .spawnFailed(let run, _, let reason, let retry):
            return spawnFailed(run, reason, retry, moment)
        case .ended(let end):
            return ended(end, moment, output)
        case .crashLoopBegan(let name, _, let loop):
            let made = make(
                .crashLoop,
                moment,
                event.description,
                daemon: name,
                cause: daemons[name]?.start,
                detail: [
                    "deaths": "\(loop.deaths)", "withinMs": "\(loop.within.wholeMilliseconds)",
                    "retryMs": "\(loop.retry.wholeMilliseconds)",
                ]
            )
            note(name) {
                $0.start = made.sequence
                $0.trouble = made.sequence
            }
            return [made]
        case .crashLoopOver(let run):
            let made = make(.crashLoopOver, moment, event.description, run: run, cause: daemons[run.daemon]?.run)
            note(run.daemon) { $0.run = made.sequence }
            return [made]
        case .stopping(let run, let signal, let grace):
            let made = make(
                .stopping,
                moment,
                event.description,
                run: run,
                cause: stopCause(run.daemon),
                [
                    "signal": signal.rawValue, "graceMs": "\(grace.wholeMilliseconds)",
                ]
            )
            note(run.daemon) { $0.stop = made.sequence }
            return [made]
        case .killing(let run, _):
            let made = make(.killing, moment, event.description, run: run, cause: stopCause(run.daemon))
            note(run.daemon) { $0.stop = made.sequence }
            return [made]
        case .stoodDown(let name):
            let made = make(.stoodDown, moment, event.description, daemon: name, cause: stopCause(name))
            note(name) { $0.trouble = made.sequence }
            return [made]
        case .shutdownBegan:
            let made = make(.shutdown, moment, event.description, cause: whole[.shutdown])
            whole[.shutdown] = made.sequence
            return [made]
        case .shutdownCompleted:
            return [make(.shutdownCompleted, moment, event.description, cause: whole[.shutdown])]
        case .trouble(let name, _):
            return [make(.trouble, moment, event.description, daemon: name)]
        }
    }

    /// The event of an order that somebody gave.
    public mutating func record(
        _ order: DaemonOrder,
        of name: DaemonName,
        by who: Operator,
        at moment: Moment
    )
        -> JournalEvent
    {
        let made = make(
            .command,
            moment,
            "\(who) asked to \(order.words(for: name))",
            daemon: name,
            detail: [
                "order": order.description, "by": who.description,
            ]
        )
        note(name) { traces in
            switch order {
            case .start: traces.start = made.sequence
            case .stop: traces.stop = made.sequence
            case .restart:
                traces.start = made.sequence
                traces.stop = made.sequence
            case .signal(let signal):
                if let number = ExitStatus.number(of: signal) {
                    traces.sent = (number, made.sequence, moment.monotonic)
                }
            }
        }
        return made
    }

    /// The event of an order that concerns the whole project.
    public mutating func recordShutdown(by who: Operator, at moment: Moment) -> JournalEvent {
        let made = make(
            .command,
            moment,
            "\(who) asked to stop everything",
            detail: [
                "order": "shutdown", "by": who.description,
            ]
        )
        whole[.shutdown] = made.sequence
        return made
    }

    /// The event that says that `count` others could not be kept.
    public mutating func recordGap(of count: Int, at moment: Moment) -> JournalEvent {
        make(.gap, moment, "\(count) events could not be kept", detail: ["count": "\(count)"])
    }

    /// The same in the place of an event that was given up, which keeps its sequence.
    public func gap(of count: Int, at sequence: UInt64, _ moment: Moment) -> JournalEvent {
        var copy = self
        var gap = copy.recordGap(of: count, at: moment)
        gap.sequence = sequence
        return gap
    }
}

// MARK: The longer steps

extension JournalRecorder {
    private mutating func starting(
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

    private mutating func spawnFailed(
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

    private mutating func ended(_ end: RunEnd, _ moment: Moment, _ output: OutputTrace) -> [JournalEvent] {
        let name = end.run.daemon
        let traces = daemons[name]
        let life = traces?.startedAt.map { moment.monotonic - $0 }
        var text = "\(name) ended: \(end.exit.words)"
        if end.reached == .started, end.next != .done { text += " before it was ready" }
        if let life { text += ", after \(Self.rounded(life))" }
        switch end.next {
        case .asked: text += ", as asked"
        case .done: text += ", done"
        case .givenUp: text += "; its restart policy says not to start it again"
        case .restart: break
        }
        var detail = ["exit": end.exit.description, "reached": end.reached == .ready ? "ready" : "started"]
        if let life { detail["livedMs"] = "\(life.wholeMilliseconds)" }
        detail["next"] = end.next.word
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
        case .asked, .done, .givenUp: return [made]
        }
    }

    private mutating func restart(
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
    private func deathCause(_ end: RunEnd, _ moment: Moment) -> UInt64? {
        let traces = daemons[end.run.daemon]
        if let sent = traces?.sent, moment.monotonic - sent.at <= Self.longestSignalEffect,
            end.exit == .signaled(sent.signal) || end.exit == .exited(128 + sent.signal)
        {
            return sent.sequence
        }
        // Otherwise it is a beginning; what it follows in time is that it was started.
        return traces?.stop ?? traces?.run
    }

    private func stopCause(_ name: DaemonName) -> UInt64? {
        [daemons[name]?.stop, whole[.shutdown]].compactMap(\.self).max()
    }

    /// A duration as precise as people want it: milliseconds below a minute, then seconds.
    static func rounded(_ duration: Duration) -> String {
        let milliseconds = duration.wholeMilliseconds
        return (milliseconds < 60_000 ? duration : .seconds(milliseconds / 1000)).configurationText
    }

    private mutating func note(_ name: DaemonName, _ body: (inout Traces) -> Void) {
        body(&daemons[name, default: Traces()])
    }

    private mutating func make(
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

    private mutating func make(
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

extension UInt64 {
    /// Another sequence, never below 0.
    fileprivate func moved(by amount: Int64) -> UInt64 { UInt64(clamping: Int64(clamping: self) + amount) }
}

extension RunEnd.Next {
    /// One word for programs.
    fileprivate var word: String {
        switch self {
        case .asked: "asked"
        case .done: "done"
        case .givenUp: "given-up"
        case .restart: "restart"
        }
    }
}

extension DaemonOrder {
    /// `start api`, `send USR1 to api`.
    fileprivate func words(for name: DaemonName) -> String {
        switch self {
        case .start, .stop, .restart: "\(self) \(name)"
        case .signal(let signal): "send \(signal) to \(name)"
        }
    }
}
