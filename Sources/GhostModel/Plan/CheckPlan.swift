/// A health check that the Self-Check Core runs.
public struct CheckPlan: Sendable, Equatable {
    /// Unique in the plan.
    public var name: String
    /// What is looked at.
    public var subject: Subject

    /// What a health check looks at.
    public enum Subject: Sendable, Equatable {
        /// An endpoint; a failed probe is critical.
        case probe(Probe, timeout: Duration)
        /// The file system that holds `path`: the share of it that is used.
        case disk(path: String, Thresholds)
        /// The machine's memory: the share of it that is not available.
        case memory(Thresholds)
    }

    /// Creates a check.
    public init(name: String, subject: Subject) {
        self.name = name
        self.subject = subject
    }
}

/// Two limits on a share that should stay small.
public struct Thresholds: Sendable, Equatable {
    /// From here on it is a warning.
    ///
    /// 0…1.
    public var warn: Double
    /// From here on it is critical.
    ///
    /// 0…1, at least ``warn``.
    public var fail: Double

    /// Creates two limits.
    public init(warn: Double, fail: Double) {
        self.warn = warn
        self.fail = fail
    }

    /// Judges a share.
    public func judge(_ share: Double) -> CheckStatus {
        share >= fail ? .critical : share >= warn ? .warning : .healthy
    }
}

/// The outcome of a health check, from good to bad.
public enum CheckStatus: String, Sendable, Hashable, Codable, Comparable, CaseIterable {
    case healthy
    case warning
    case critical

    public static func < (left: CheckStatus, right: CheckStatus) -> Bool { left.severity < right.severity }

    private var severity: Int {
        switch self {
        case .healthy: 0
        case .warning: 1
        case .critical: 2
        }
    }
}
