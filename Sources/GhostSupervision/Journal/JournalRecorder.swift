public import GhostModel

/// Turns what happens into events of the journal, each with the event that led to it.
///
/// A plain value. It remembers of each daemon the newest events that others may follow from, so its size depends on the
/// plan and not on how long it runs.
public struct JournalRecorder: Sendable {
    /// The sequence of the newest event; 0 before the first.
    public internal(set) var newest: UInt64
    /// Names the store that counts.
    public private(set) var epoch: String

    var whole: [Mark: UInt64] = [:]
    var daemons: [DaemonName: Traces] = [:]
    /// The newest run of each daemon that began since this recorder does its work; the others are an earlier Ghost's.
    var begun: [DaemonName: RunID] = [:]

    /// What of all daemons others may follow from.
    enum Mark: Hashable {
        case boot
        case shutdown
    }

    /// The newest events of one daemon that others may follow from, by sequence.
    struct Traces {
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
        case .adopted(let run, let pid, _, _):
            let made = make(.adopted, moment, event.description, run: run, cause: whole[.boot], ["pid": "\(pid)"])
            note(run.daemon) { $0.run = made.sequence }
            return [made]
        case .probeFailed, .probePassed, .causeFound, .signalled, .stopStuck, .scheduleSkipped, .planChanged, .removed,
            .left, .drifted, .driftOver:
            return [supervised(event, moment)]
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
        case .crashLoopBegan(let run, _, let loop):
            let made = make(
                .crashLoop,
                moment,
                event.description,
                run: run,
                cause: daemons[run.daemon]?.start,
                [
                    "deaths": "\(loop.deaths)", "withinMs": "\(loop.within.wholeMilliseconds)",
                    "retryMs": "\(loop.retry.wholeMilliseconds)",
                ]
            )
            note(run.daemon) {
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
        case .clockJumped(let amount):
            let detail = ["byMs": "\(amount.wholeMilliseconds)"]
            return [make(.trouble, moment, event.description, detail: detail)]
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

    /// The event of a request over the API that was to change something.
    ///
    /// - Parameters:
    ///   - what: its method and path.
    ///   - status: how it was answered.
    ///   - leftOut: how many requests before it were not kept.
    public mutating func recordRequest(
        _ what: String,
        by sender: String,
        status: Int,
        leftOut: Int,
        at moment: Moment
    ) -> JournalEvent {
        var detail = ["request": what, "by": sender, "status": "\(status)"]
        if leftOut > 0 { detail["leftOut"] = "\(leftOut)" }
        let others = leftOut > 0 ? ", and \(leftOut) more were refused" : ""
        return make(.request, moment, "\(what) by \(sender) was answered with \(status)\(others)", detail: detail)
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
