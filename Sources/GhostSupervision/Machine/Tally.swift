public import GhostModel

/// What is counted of a daemon over its whole life, on the monotonic clock.
public struct Tally: Sendable, Hashable {
    /// Ends that nobody asked for.
    public internal(set) var deaths = 0
    /// Restarts that were tried.
    public internal(set) var restartsTried = 0
    /// Restarts after which it was ready.
    public internal(set) var restartsSucceeded = 0
    /// How often it came back after it had not been ready.
    public internal(set) var recoveries = 0
    /// The time that those took together.
    public internal(set) var recovering: Duration = .zero
    /// How long it was ready, up to ``asOf``.
    public internal(set) var ready: Duration = .zero
    /// How long it was wanted up, up to ``asOf``.
    public internal(set) var wanted: Duration = .zero
    /// Up to when the times are counted.
    public internal(set) var asOf: MonotonicTime

    init(now: MonotonicTime) {
        asOf = now
    }

    /// Counts the time until now, in which the daemon was as given.
    mutating func account(_ running: DaemonStatistics.Running, until now: MonotonicTime) {
        let passed = max(now - asOf, .zero)
        asOf = max(asOf, now)
        switch running {
        case .none: break
        case .wanted: wanted += passed
        case .ready:
            wanted += passed
            ready += passed
        }
    }
}

extension DaemonMachine {
    /// Which of its times are running.
    var running: DaemonStatistics.Running {
        guard want == .up else { return .none }
        return readiness == .ready ? .ready : .wanted
    }

    /// What has become of it, as of the last change, in the form of the API.
    public func statistics(at moment: Moment) -> DaemonStatistics {
        DaemonStatistics(
            deaths: tally.deaths,
            restartsTried: tally.restartsTried,
            restartsSucceeded: tally.restartsSucceeded,
            recoveries: tally.recoveries,
            recoveringMilliseconds: tally.recovering.wholeMilliseconds,
            readyMilliseconds: tally.ready.wholeMilliseconds,
            wantedMilliseconds: tally.wanted.wholeMilliseconds,
            asOf: moment.wall(at: tally.asOf),
            running: running
        )
    }
}
