import GhostModel

/// The three logs that are written from the events of supervision, each with its sink.
struct SupervisionLogs {
    private var governor = GovernorLog()
    private var sentinel: SentinelLog
    private var watchdog = WatchdogLog()
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
        for line in governor.lines(for: event, at: moment) { governorSink.write(line) }
        for line in sentinel.lines(for: event, at: moment) { sentinelSink.write(line) }
        for line in watchdog.lines(for: event, at: moment) { watchdogSink.write(line) }
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
