import GhostModel

/// What a run has used in the last looks, and where that leads.
struct UsageTrends: Sendable, Hashable {
    private var memory = Trend()
    private var descriptors = Trend()
    private var threads = Trend()
    private var cpu: (before: Int64, at: MonotonicTime)?
    /// The share of one core between the last two looks; nil before the second.
    private(set) var cpuShare: Double?

    /// How far ahead a limit counts as near.
    static let horizon: Duration = .seconds(600)
    /// The share of a limit from which on it is looked ahead at all.
    static let nearShare = 0.7
    /// The share of descriptors or threads that is nearly all.
    static let fullShare = 0.9

    mutating func take(_ usage: RunLook.Usage, at now: MonotonicTime) {
        if let bytes = usage.memoryBytes { memory.add(Double(bytes), at: now) }
        if let count = usage.descriptors { descriptors.add(Double(count), at: now) }
        if let count = usage.threads { threads.add(Double(count), at: now) }
        if let time = usage.cpuNanoseconds {
            if let cpu, now > cpu.at {
                // It falls when a process of the run has ended.
                cpuShare = Double(max(0, time - cpu.before)) / Double((now - cpu.at).wholeNanoseconds)
            }
            cpu = (time, now)
        }
    }

    /// What goes beyond a limit, or soon will.
    ///
    /// What would restart the daemon is not foretold: it is restarted for what it does, not for what it may do.
    func evidence(_ look: RunLook) -> [DriftKind: String] {
        var found: [DriftKind: String] = [:]
        func isForetold(_ kind: DriftKind) -> Bool { look.plan.drift[kind] != .restart }
        let limits = look.plan.process.limits
        if let limit = limits.memory, let used = look.usage.memoryBytes {
            if used > limit {
                found[.memory] = "it uses \(Self.mebibytes(used)), and may use \(Self.mebibytes(limit))"
            } else if isForetold(.memory), let time = memory.time(to: Double(limit)),
                Double(used) >= Double(limit) * Self.nearShare
            {
                found[.memory] =
                    "it uses \(Self.mebibytes(used)) and grows; at \(Self.mebibytes(limit)) in about \(Self.words(time))"
            }
        }
        if let limit = limits.cpu, let share = cpuShare, share > limit * Self.tolerance {
            found[.cpu] = "it uses \(Self.rounded(share)) processors, and may use \(Self.rounded(limit))"
        }
        found[.descriptors] = Self.counted(
            look.usage.descriptors,
            of: look.usage.descriptorLimit,
            isForetold(.descriptors) ? descriptors : nil,
            "files open"
        )
        // The limit of the kernel is the user's; only one that is declared is this daemon's.
        let limit = limits.processes == nil ? nil : look.usage.threadLimit
        found[.threads] = Self.counted(
            look.usage.threads,
            of: limit,
            isForetold(.threads) ? threads : nil,
            "threads"
        )
        return found
    }

    /// How much more than it may is still taken for as much.
    private static let tolerance = 1.05

    private static func counted(_ count: Int?, of limit: Int?, _ trend: Trend?, _ what: String) -> String? {
        guard let count, let limit, limit > 0 else { return nil }
        let share = Double(count) / Double(limit)
        if share >= fullShare { return "it has \(count) \(what) of \(limit) that it may have" }
        guard share >= nearShare, let time = trend?.time(to: Double(limit)) else { return nil }
        return "it has \(count) \(what) of \(limit) that it may have, and all of them in about \(words(time))"
    }

    private static func mebibytes(_ bytes: Int64) -> String {
        "\(rounded(Double(bytes) / Double(1 << 20))) MiB"
    }

    private static func rounded(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

    private static func words(_ time: Duration) -> String {
        Duration.seconds(max(1, time.wholeMilliseconds / 1000)).configurationText
    }
}

extension UsageTrends {
    static func == (left: UsageTrends, right: UsageTrends) -> Bool {
        left.memory == right.memory && left.descriptors == right.descriptors && left.threads == right.threads
            && left.cpuShare == right.cpuShare
    }

    func hash(into hasher: inout Hasher) { hasher.combine(memory) }
}

/// The newest values of something, and the straight line through them.
struct Trend: Sendable, Hashable {
    private var points: [Point] = []

    private struct Point: Sendable, Hashable {
        var at: MonotonicTime
        var value: Double
    }

    /// How many values are kept.
    static let length = 10
    /// How many are needed to say where they lead.
    static let fewest = 5

    mutating func add(_ value: Double, at time: MonotonicTime) {
        points.append(Point(at: time, value: value))
        if points.count > Self.length { points.removeFirst() }
    }

    /// How long until it is at `limit`; nil if it does not grow steadily or that is far away.
    ///
    /// Steadily means that no value is below the one before it by more than a hundredth: what goes up and down leads
    /// nowhere.
    func time(to limit: Double) -> Duration? {
        guard points.count >= Self.fewest, let first = points.first, let last = points.last, last.value < limit,
            zip(points, points.dropFirst()).allSatisfy({ $1.value >= $0.value * 0.99 })
        else { return nil }
        let seconds = Double((last.at - first.at).wholeMilliseconds) / 1000
        guard seconds > 0, last.value > first.value else { return nil }
        let slope = (last.value - first.value) / seconds
        let rest = (limit - last.value) / slope
        guard rest <= Double(UsageTrends.horizon.wholeMilliseconds) / 1000 else { return nil }
        return .milliseconds(Int64(rest * 1000))
    }
}
