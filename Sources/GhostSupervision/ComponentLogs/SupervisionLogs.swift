import GhostModel

/// The three logs that are written from the events of supervision, each with its sink.
struct SupervisionLogs {
    private var governor = GovernorLog()
    private var sentinel: SentinelLog
    private var watchdog = WatchdogLog()
    /// What stands in the logs already and is not written again; nothing, but while the runs of an earlier Ghost are taken in.
    var standing = StandingLines()
    private let governorSink: any ComponentLogSink
    private let sentinelSink: any ComponentLogSink
    private let watchdogSink: any ComponentLogSink

    init(daemons: [DaemonName], ports: SupervisorPorts) {
        sentinel = SentinelLog(watching: daemons)
        governorSink = ports.governorLog
        sentinelSink = ports.sentinelLog
        watchdogSink = ports.watchdogLog
    }

    /// Writes what `event` is worth to each.
    mutating func write(_ event: SupervisionEvent, at moment: Moment) {
        write(governor.lines(for: event, at: moment), of: .lifecycle, to: governorSink)
        write(sentinel.lines(for: event, at: moment), of: .sentinel, to: sentinelSink)
        write(watchdog.lines(for: event, at: moment), of: .watchdog, to: watchdogSink)
    }

    private mutating func write(_ lines: [ComponentLine], of log: ComponentKind, to sink: any ComponentLogSink) {
        for line in lines where standing.isEmpty || !standing.take(line, of: log) { sink.write(line) }
    }

    /// Writes the heartbeats that are due.
    mutating func beat(at now: MonotonicTime) {
        if let line = governor.beat(at: now) { governorSink.write(line) }
        if let line = sentinel.beat(at: now) { sentinelSink.write(line) }
        if let line = watchdog.beat(at: now) { watchdogSink.write(line) }
    }

    /// When the next heartbeat is due, if nothing is written until then; nil if one is due at once.
    var nextBeat: MonotonicTime? {
        [governor.pulse.due, sentinel.pulse.due, watchdog.pulse.due].compactMap(\.self).min()
    }
}
