public import GhostModel

/// When daemons are due by the clock: a value that knows which is next and what was missed.
///
/// It counts on the wall clock, because that is what people wrote. A clock that is set forward makes a daemon due once,
/// however often it would have been; one that is set back makes it wait.
struct ScheduleBook: Sendable {
    private var entries: [DaemonName: Entry] = [:]
    private let zone: any LocalTime

    private struct Entry {
        var schedule: SchedulePlan
        /// When it was due last; at first when it was looked at first.
        var last: Timestamp
        /// When it is due next; nil if never.
        var next: Timestamp?
    }

    /// The longest time that the wall clock is trusted to go on as it does.
    static let longestWait: Duration = .seconds(60)

    /// An empty book that reads cron expressions in `zone`.
    init(zone: any LocalTime) {
        self.zone = zone
    }

    /// Takes over the schedules of a plan; returns the daemons that were due while nobody looked and make up for it.
    ///
    /// - Parameter remembered: when each was due last, as an earlier Ghost wrote it down.
    mutating func take(
        _ daemons: [DaemonPlan],
        remembered: [String: Timestamp] = [:],
        now: Timestamp
    ) -> [DaemonName] {
        var missed: [DaemonName] = []
        var kept: [DaemonName: Entry] = [:]
        for daemon in daemons {
            guard let schedule = daemon.schedule else { continue }
            if let entry = entries[daemon.name], entry.schedule == schedule {
                kept[daemon.name] = entry
                continue
            }
            let known = entries[daemon.name]?.last ?? remembered[daemon.name.text]
            var entry = Entry(schedule: schedule, last: min(known ?? now, now))
            entry.next = schedule.next(after: entry.last, in: zone)
            if let next = entry.next, next <= now {
                if schedule.missed == .run { missed.append(daemon.name) }
                pass(&entry, now: now)
            }
            kept[daemon.name] = entry
        }
        entries = kept
        return missed
    }

    /// The daemons that are due, by name; each is due again at its next time.
    mutating func takeDue(at now: Timestamp) -> [DaemonName] {
        let due = entries.filter { entry in entry.value.next.map { $0 <= now } ?? false }.keys.sorted {
            $0.text < $1.text
        }
        for name in due {
            guard var entry = entries[name] else { continue }
            pass(&entry, now: now)
            entries[name] = entry
        }
        return due
    }

    /// How long to wait for the next; nil if nothing will be due.
    func wait(at now: Timestamp) -> Duration? {
        guard let next = entries.values.compactMap(\.next).min() else { return nil }
        return min(max(next.since(now), .zero), Self.longestWait)
    }

    /// When each is due next; without those that never are.
    var nextTimes: [DaemonName: Timestamp] { entries.compactMapValues(\.next) }

    /// When each was due last.
    var remembered: [String: Timestamp] {
        Dictionary(entries.map { ($0.key.text, $0.value.last) }) { first, _ in first }
    }

    /// Goes on behind `now`.
    private func pass(_ entry: inout Entry, now: Timestamp) {
        switch entry.schedule.when {
        case .every(let interval):
            let step = max(interval.wholeMilliseconds, 1)
            let passed = max(now.milliseconds - entry.last.milliseconds, 0) / step
            entry.last = Timestamp(milliseconds: entry.last.milliseconds + passed * step)
        case .cron: entry.last = now
        }
        entry.next = entry.schedule.next(after: entry.last, in: zone)
    }
}

/// Time without a zone.
public struct UniversalTime: LocalTime {
    /// Creates the zone that is never ahead.
    public init() {}

    public func offset(at instant: Timestamp) -> Int { 0 }
}
