/// What the kernel killed of a run because memory ran out.
///
/// Known for runs that have a control group, from the counts that the kernel keeps for it. They say how many processes were
/// killed and not which, so neither do the sentences here.
public struct MemoryKills: Sendable, Hashable {
    /// How many of its processes, over the whole life of the run.
    public var processes: UInt64
    /// Which memory ran out.
    public var cause: Cause

    /// Which memory ran out.
    public enum Cause: Sendable, Hashable {
        /// What the run itself may have, in bytes where that is known.
        case ownLimit(bytes: Int64?)
        /// That of the machine, or of a control group around the run's.
        case around
    }

    /// Creates the facts.
    public init(processes: UInt64, cause: Cause) {
        self.processes = processes
        self.cause = cause
    }

    /// What happened, as the end of a sentence: `the kernel killed a process of it at its memory limit of 32 MiB`.
    public var words: String {
        let what = processes == 1 ? "a process" : "\(processes) processes"
        switch cause {
        case .ownLimit(let bytes?): return "the kernel killed \(what) of it at its memory limit of \(Self.size(bytes))"
        case .ownLimit(nil): return "the kernel killed \(what) of it at its memory limit"
        case .around: return "the kernel killed \(what) of it because memory ran out around it"
        }
    }

    /// What to think of it.
    public var advice: String {
        switch cause {
        case .ownLimit:
            "It reached limits.memory, within which everything it started counts: raise the limit, or let it use less."
        case .around:
            "The machine had no memory left, or the control group that Ghost runs in; limits.memory of what uses the most "
                + "keeps others from paying for it."
        }
    }

    /// A whole number of the largest unit that gives one.
    private static func size(_ bytes: Int64) -> String {
        var value = bytes
        var units = ["B", "KiB", "MiB", "GiB"][...]
        while units.count > 1, value > 0, value % 1024 == 0 {
            value /= 1024
            units = units.dropFirst()
        }
        return "\(value) \(units.first ?? "B")"
    }

    // MARK: In the journal

    /// The fields of an event: `memoryKills`, and `memoryLimit` if it was the run's own.
    public var detail: [String: String] {
        var detail = ["memoryKills": "\(processes)"]
        if case .ownLimit(let bytes) = cause { detail["memoryLimit"] = bytes.map { "\($0)" } ?? "unknown" }
        return detail
    }

    /// Reads ``detail``; nil if nothing of the kind is in it.
    public init?(detail: [String: String]) {
        guard let processes = detail["memoryKills"].flatMap({ UInt64($0) }), processes > 0 else { return nil }
        self.init(processes: processes, cause: detail["memoryLimit"].map { .ownLimit(bytes: Int64($0)) } ?? .around)
    }
}
