/// When a daemon is started by the clock.
public struct SchedulePlan: Sendable, Hashable {
    /// When it is due.
    public var when: When
    /// What happens when it is due and the last run has not ended.
    public var overlap: Overlap
    /// What happens when it was due while no Ghost was there.
    public var missed: Missed

    /// When a daemon is due.
    public enum When: Sendable, Hashable {
        /// This long after it was due last; the first time this long after Ghost began to look.
        case every(Duration)
        /// At the times of a cron expression, in local time.
        case cron(CronSchedule)
    }

    /// What happens when a daemon is due and its last run has not ended.
    public enum Overlap: String, Sendable, Hashable, CaseIterable {
        /// This time is left out.
        case skip
        /// It is started once more when the run has ended; more than one is not kept.
        case queue
        /// The run is stopped, and the daemon is started again.
        case replace
    }

    /// What happens when a daemon was due while no Ghost was there.
    public enum Missed: String, Sendable, Hashable, CaseIterable {
        /// Nothing.
        case skip
        /// It is started once, however often it was due.
        case run
    }

    /// The shortest interval.
    public static let shortestInterval: Duration = .seconds(1)

    /// Creates a schedule; what overlaps or was missed is left out.
    public init(_ when: When, overlap: Overlap = .skip, missed: Missed = .skip) {
        self.when = when
        self.overlap = overlap
        self.missed = missed
    }

    /// The first time after `last` at which it is due; nil if there is none within 5 years.
    ///
    /// - Parameter zone: the zone that cron expressions are read in.
    public func next(after last: Timestamp, in zone: any LocalTime) -> Timestamp? {
        switch when {
        case .every(let interval): last.advanced(by: interval)
        case .cron(let cron): cron.next(after: last, in: zone)
        }
    }
}

/// Knows how far local time is ahead of UTC.
public protocol LocalTime: Sendable {
    /// Seconds east of UTC at an instant.
    func offset(at instant: Timestamp) -> Int
}
