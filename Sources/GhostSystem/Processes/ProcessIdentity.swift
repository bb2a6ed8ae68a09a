/// A process that cannot be confused with a later one that was given the same number.
///
/// A number is reused as soon as its process is reaped; a number together with the time its process began and the boot it
/// began in is not.
public struct ProcessIdentity: Sendable, Hashable {
    /// The process number.
    public var pid: Int32
    /// When the process began; nil if it could not be read.
    ///
    /// Clock ticks since the boot on Linux, microseconds since 1970 on macOS. A process without it is never found alive.
    public var start: UInt64?
    /// Names the boot; nil if it could not be read.
    public var boot: String?

    /// Creates an identity.
    public init(pid: Int32, start: UInt64?, boot: String?) {
        self.pid = pid
        self.start = start
        self.boot = boot
    }

    /// The identity of the process that has this number now.
    public init(of pid: Int32) {
        self.init(pid: pid, start: ProcessFacts.start(of: pid)?.ticks, boot: ProcessFacts.boot())
    }

    /// What can be said about the process.
    public enum Liveness: Sendable, Hashable {
        /// It runs.
        case alive
        /// It has ended; its number is free or belongs to another.
        case gone
        /// It cannot be told, so it may neither be signalled nor taken for dead.
        case undecidable
    }

    /// Whether the process still runs.
    public func liveness() -> Liveness {
        guard let start, let boot, let bootNow = ProcessFacts.boot() else { return .undecidable }
        guard boot == bootNow else { return .gone }
        switch ProcessFacts.start(of: pid) {
        case .running(let ticks): return ticks == start ? .alive : .gone
        case .ended, .absent: return .gone
        case nil: return .undecidable
        }
    }

    /// Whether the process began in this boot.
    public var isOfThisBoot: Bool { boot != nil && boot == ProcessFacts.boot() }

    /// Whether the process provably still runs.
    public var isAlive: Bool { liveness() == .alive }
}

extension ProcessIdentity: CustomStringConvertible, LosslessStringConvertible, Codable {
    /// The form in files: the number, the start and the boot, with `-` for what is not known.
    public var description: String { "\(pid) \(start.map(String.init) ?? "-") \(boot ?? "-")" }

    /// Reads ``description``, or returns nil if `text` is anything else.
    public init?(_ text: String) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, let pid = Int32(words[0]), pid > 1, !words[2].isEmpty else { return nil }
        let start = UInt64(words[1])
        guard start != nil || words[1] == "-" else { return nil }
        self.init(pid: pid, start: start, boot: words[2] == "-" ? nil : String(words[2]))
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let identity = ProcessIdentity(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a process identity: \(text)")
        }
        self = identity
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// What the kernel says about processes; the platform files answer.
enum ProcessFacts {
    /// When a process began, and whether it still runs.
    enum Start: Hashable {
        /// It runs.
        case running(UInt64)
        /// It has ended and nobody has asked how yet.
        case ended(UInt64)
        /// There is none.
        case absent

        var ticks: UInt64? {
            switch self {
            case .running(let ticks), .ended(let ticks): ticks
            case .absent: nil
            }
        }
    }
}
