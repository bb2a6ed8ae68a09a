/// What has become of a daemon since it was first supervised, over all restarts of Ghost.
///
/// The totals hold as of ``asOf``; ``advanced(to:)`` brings them up to another instant, so that a share that is shown is
/// of the moment in which it is shown.
public struct DaemonStatistics: Sendable, Hashable, Codable {
    /// Ends that nobody asked for.
    public var deaths: Int
    /// Restarts that were tried.
    public var restartsTried: Int
    /// Restarts after which it was ready.
    public var restartsSucceeded: Int
    /// How often it came back after it had not been ready.
    public var recoveries: Int
    /// The time that those took together, in milliseconds.
    public var recoveringMilliseconds: Int64
    /// How long it was ready, in milliseconds.
    public var readyMilliseconds: Int64
    /// How long it was wanted up, in milliseconds.
    public var wantedMilliseconds: Int64
    /// The instant that the totals are of.
    public var asOf: Timestamp
    /// What is still running, and is added by ``advanced(to:)``.
    public var running: Running

    /// Which times are running.
    public enum Running: String, Sendable, Hashable, Codable {
        /// None: it is not wanted.
        case none
        /// The time for which it is wanted.
        case wanted
        /// That, and the time for which it is ready.
        case ready
    }

    /// Creates statistics.
    public init(
        deaths: Int = 0,
        restartsTried: Int = 0,
        restartsSucceeded: Int = 0,
        recoveries: Int = 0,
        recoveringMilliseconds: Int64 = 0,
        readyMilliseconds: Int64 = 0,
        wantedMilliseconds: Int64 = 0,
        asOf: Timestamp,
        running: Running = .none
    ) {
        self.deaths = deaths
        self.restartsTried = restartsTried
        self.restartsSucceeded = restartsSucceeded
        self.recoveries = recoveries
        self.recoveringMilliseconds = recoveringMilliseconds
        self.readyMilliseconds = readyMilliseconds
        self.wantedMilliseconds = wantedMilliseconds
        self.asOf = asOf
        self.running = running
    }

    /// The share of restarts that succeeded, 0…1; nil if none was tried.
    public var successRate: Double? {
        restartsTried > 0 ? min(Double(restartsSucceeded) / Double(restartsTried), 1) : nil
    }

    /// How long it took to come back, on average, in milliseconds; nil if it never had to.
    public var meanMillisecondsToRecovery: Int64? {
        recoveries > 0 ? recoveringMilliseconds / Int64(recoveries) : nil
    }

    /// The share of the time for which it was wanted that it was ready, 0…1; nil if it never was wanted.
    public var uptimeShare: Double? {
        wantedMilliseconds > 0 ? min(Double(readyMilliseconds) / Double(wantedMilliseconds), 1) : nil
    }

    /// The same at a later instant, if nothing has changed until then; at an earlier one, unchanged.
    public func advanced(to instant: Timestamp) -> DaemonStatistics {
        var result = self
        let passed = max(instant.milliseconds - asOf.milliseconds, 0)
        switch running {
        case .none: break
        case .wanted: result.wantedMilliseconds += passed
        case .ready:
            result.wantedMilliseconds += passed
            result.readyMilliseconds += passed
        }
        if passed > 0 { result.asOf = instant }
        return result
    }
}

extension DaemonStatistics {
    private enum CodingKeys: String, CodingKey {
        case deaths, restartsTried, restartsSucceeded, recoveries, recoveringMilliseconds, readyMilliseconds
        case wantedMilliseconds, asOf, running, successRate, meanMillisecondsToRecovery, uptimeShare
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            deaths: try fields.decode(Int.self, forKey: .deaths),
            restartsTried: try fields.decode(Int.self, forKey: .restartsTried),
            restartsSucceeded: try fields.decode(Int.self, forKey: .restartsSucceeded),
            recoveries: try fields.decode(Int.self, forKey: .recoveries),
            recoveringMilliseconds: try fields.decode(Int64.self, forKey: .recoveringMilliseconds),
            readyMilliseconds: try fields.decode(Int64.self, forKey: .readyMilliseconds),
            wantedMilliseconds: try fields.decode(Int64.self, forKey: .wantedMilliseconds),
            asOf: try fields.decode(Timestamp.self, forKey: .asOf),
            running: try fields.decode(Running.self, forKey: .running)
        )
    }

    /// The shares and the mean are written as well, for readers that do not compute.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(deaths, forKey: .deaths)
        try fields.encode(restartsTried, forKey: .restartsTried)
        try fields.encode(restartsSucceeded, forKey: .restartsSucceeded)
        try fields.encode(recoveries, forKey: .recoveries)
        try fields.encode(recoveringMilliseconds, forKey: .recoveringMilliseconds)
        try fields.encode(readyMilliseconds, forKey: .readyMilliseconds)
        try fields.encode(wantedMilliseconds, forKey: .wantedMilliseconds)
        try fields.encode(asOf, forKey: .asOf)
        try fields.encode(running, forKey: .running)
        try fields.encodeIfPresent(successRate, forKey: .successRate)
        try fields.encodeIfPresent(meanMillisecondsToRecovery, forKey: .meanMillisecondsToRecovery)
        try fields.encodeIfPresent(uptimeShare, forKey: .uptimeShare)
    }
}
