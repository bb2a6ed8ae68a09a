public import GhostModel

/// What is remembered of a daemon's deaths to decide when it is started again.
public struct RestartHistory: Sendable, Hashable {
    /// How fast it is tried.
    public internal(set) var tempo: Tempo = .steady
    /// How often the watchdog tried since the last good run.
    public internal(set) var restartAttempts = 0
    /// Since when, and after which end, the daemon has not been ready; nil while it is or before its first failure.
    public internal(set) var outage: Outage?
    /// How often a start failed since the daemon was last ready.
    public internal(set) var startFailures = 0
    /// Delays taken since the last good run.
    var delaysTaken = 0
    /// Spawn failures in a row.
    var spawnFailures = 0
    /// The newest deaths, at most as many as make a crash loop.
    var deaths: [MonotonicTime] = []

    /// How fast a daemon that ended is tried again.
    public enum Tempo: Sendable, Hashable {
        /// After its backoff.
        case steady
        /// At the rate of its crash loop.
        case crashLooping
    }

    /// A time without a ready daemon.
    public struct Outage: Sendable, Hashable {
        /// When it began.
        public var began: MonotonicTime
        /// How the last run ended; nil if none could be started.
        public var lastExit: ExitStatus?
    }

    /// What follows a death.
    public enum Verdict: Sendable, Equatable {
        /// It is started again after this time; zero means at once.
        case restart(in: Duration)
        /// It has died too often just now: the next attempt, which has this number, is put off.
        case enterCrashLoop(CrashLoop, putOff: Int)
    }

    /// Creates a history of nothing.
    public init() {}

    /// The first pause after a spawn failure; each further one is twice as long, up to ``longestSpawnPause``.
    public static let firstSpawnPause: Duration = .milliseconds(100)
    /// The longest pause after a spawn failure.
    public static let longestSpawnPause: Duration = .seconds(10)

    /// Records that a start is tried; returns its number if it is an attempt of the watchdog's.
    @discardableResult
    public mutating func startTried() -> Int? {
        guard outage != nil else { return nil }
        restartAttempts += 1
        return restartAttempts
    }

    /// Records that `count` starts were tried by an earlier Ghost; returns how many of them were attempts of the watchdog's.
    public mutating func startsTried(_ count: Int) -> Int {
        guard outage != nil else { return 0 }
        restartAttempts += count
        return count
    }

    /// Records that a process could be made.
    public mutating func spawned() {
        spawnFailures = 0
    }

    /// Records that no process could be made, and returns the pause before the next try.
    ///
    /// That is the machine's trouble, not the daemon's: it is no death, and it leaves the backoff alone.
    public mutating func spawnFailed(at now: MonotonicTime) -> Duration {
        startFailures += 1
        outage = outage ?? Outage(began: now, lastExit: nil)
        let doublings = min(spawnFailures, 7)
        spawnFailures += 1
        return min(Self.firstSpawnPause * (1 << doublings), Self.longestSpawnPause)
    }

    /// Records an end that was another's fault: it begins an outage, and it is no reason to wait longer next time.
    public mutating func ended(_ exit: ExitStatus, at now: MonotonicTime) {
        outage = Outage(began: outage?.began ?? now, lastExit: exit)
    }

    /// Forgets every death; an outage goes on until the daemon is ready.
    public mutating func forget() {
        let going = outage
        self = RestartHistory()
        outage = going
    }

    /// Records that the daemon became ready; returns the outage that this ended.
    public mutating func becameReady() -> Outage? {
        startFailures = 0
        defer { outage = nil }
        return outage
    }

    /// Records that the daemon has been ready for its `resetAfter`; returns the tempo before.
    @discardableResult
    public mutating func ranWell() -> Tempo {
        delaysTaken = 0
        restartAttempts = 0
        defer { tempo = .steady }
        return tempo
    }

    /// Records a death and decides what follows.
    ///
    /// - Parameters:
    ///   - run: how good the run was.
    ///   - random: a number in 0..<1 for the jitter.
    public mutating func died(
        _ exit: ExitStatus,
        after run: Quality,
        at now: MonotonicTime,
        policy: RestartPolicy,
        random: Double
    ) -> Verdict {
        ended(exit, at: now)
        switch run {
        case .neverReady: startFailures += 1
        case .short: break
        case .good: ranWell()
        }
        remember(death: now, policy: policy)

        if let loop = policy.crashLoop {
            switch tempo {
            case .crashLooping:
                return .restart(in: loop.retry)
            case .steady where deaths.count >= loop.deaths:
                tempo = .crashLooping
                restartAttempts += 1
                return .enterCrashLoop(loop, putOff: restartAttempts)
            case .steady: break
            }
        }
        guard run != .good else { return .restart(in: .zero) }
        defer { delaysTaken += 1 }
        return .restart(in: policy.backoff.delay(attempt: delaysTaken, random: random))
    }

    /// How good a run was.
    public enum Quality: Sendable, Hashable {
        /// It never was ready.
        case neverReady
        /// It was ready, for less than `resetAfter` at its end.
        case short
        /// It had been ready for `resetAfter` or longer.
        case good
    }

    private mutating func remember(death now: MonotonicTime, policy: RestartPolicy) {
        guard let loop = policy.crashLoop else { return }
        deaths.append(now)
        deaths.removeAll { now - $0 > loop.within }
        if deaths.count > loop.deaths { deaths.removeFirst(deaths.count - loop.deaths) }
    }
}
