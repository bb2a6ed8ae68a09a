/// The truth about one daemon, as `/api/v1/daemons` and `ghost status` show it.
public struct DaemonStatus: Sendable, Hashable, Codable {
    /// Its name.
    public var name: DaemonName
    /// What is wanted of it.
    public var want: Want
    /// What it is doing.
    public var phase: DaemonPhase
    /// Whether it can do its work.
    public var readiness: Readiness
    /// The run it is in or was in last, `api#3`; nil before the first.
    public var run: String?
    /// The process, while there is one.
    public var pid: Int32?
    /// When the process was started.
    public var startedAt: Timestamp?
    /// When the phase was entered.
    public var since: Timestamp
    /// How often the watchdog brought it back since Ghost started.
    public var restarts: Int
    /// How the last run ended: `0`, `signal:9`; nil if none has.
    public var lastExit: String?
    /// When the last run ended.
    public var lastExitAt: Timestamp?
    /// When the next attempt is due, in backoff and in a crash loop.
    public var nextAttemptAt: Timestamp?
    /// Why it is as it is, in one sentence; nil if nothing is wrong.
    public var reason: String?
    /// What its probes say; without those it does not have.
    public var probes: [ProbeSummary]
    /// What has become of it over time; nil if nothing is counted.
    public var statistics: DaemonStatistics?
    /// In which respects its process is no longer what was declared.
    public var drift: [DriftFinding]
    /// When the clock starts it next; nil if it is not started by the clock.
    public var nextDueAt: Timestamp?
    /// What its process last said of itself in `STATUS=` of the sd_notify protocol; nil if it said nothing.
    ///
    /// One line of at most 256 bytes, without control characters; what it said to an earlier Ghost is not known.
    public var statusText: String?

    /// Creates a status.
    public init(
        name: DaemonName,
        want: Want,
        phase: DaemonPhase,
        readiness: Readiness,
        run: String? = nil,
        pid: Int32? = nil,
        startedAt: Timestamp? = nil,
        since: Timestamp,
        restarts: Int = 0,
        lastExit: String? = nil,
        lastExitAt: Timestamp? = nil,
        nextAttemptAt: Timestamp? = nil,
        reason: String? = nil,
        probes: [ProbeSummary] = [],
        statistics: DaemonStatistics? = nil,
        drift: [DriftFinding] = [],
        nextDueAt: Timestamp? = nil,
        statusText: String? = nil
    ) {
        self.name = name
        self.want = want
        self.phase = phase
        self.readiness = readiness
        self.run = run
        self.pid = pid
        self.startedAt = startedAt
        self.since = since
        self.restarts = restarts
        self.lastExit = lastExit
        self.lastExitAt = lastExitAt
        self.nextAttemptAt = nextAttemptAt
        self.reason = reason
        self.probes = probes
        self.statistics = statistics
        self.drift = drift
        self.nextDueAt = nextDueAt
        self.statusText = statusText
    }
}

/// What is wanted of a daemon.
public enum Want: String, Sendable, Hashable, Codable {
    case up
    case down
}

/// What a daemon is doing.
public enum DaemonPhase: String, Sendable, Hashable, Codable, CaseIterable {
    /// No process, and none is due.
    case down
    /// Wanted up, and something it needs does not hold yet.
    case waiting
    /// A process runs and has not been ready yet.
    case starting
    /// A process runs and has been ready.
    case up
    /// A process was asked to end.
    case stopping
    /// It ended, and the next attempt is due later.
    case backoff
    /// It ends again and again; attempts go on at a slow rate.
    case crashLooping = "crash-looping"
    /// A oneshot, or a service that may end by its restart policy, ended with success.
    case completed
    /// It ended and will not be started again.
    case failed
    /// It is started by the clock, and its time has not come.
    case scheduled
}

/// Whether a daemon can do its work.
public enum Readiness: String, Sendable, Hashable, Codable {
    /// No process, or not asked yet.
    case unknown
    case ready
    case unready
}

/// The body of `/api/v1/daemons`.
public struct DaemonList: Sendable, Equatable, Codable {
    /// In the order of the plan.
    public var daemons: [DaemonStatus]

    /// Creates a list.
    public init(daemons: [DaemonStatus]) {
        self.daemons = daemons
    }
}
