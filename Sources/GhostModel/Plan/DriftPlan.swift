/// In which respect a process is no longer what was declared, or does more than it may.
public enum DriftKind: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// The file of its program or script was changed after it was started.
    case program
    /// A file of variables was changed after it was started.
    case environment
    /// The configuration says something else than what it was started with.
    case configuration
    /// It runs another command line than the declared one.
    case command
    /// It runs as somebody else.
    case user
    /// The folder that it runs in was replaced or deleted.
    case folder
    /// A port that it declares is not open, or is held by another process.
    case port
    /// Processes of an earlier run of the same daemon are there as well.
    case instances
    /// Processes of this run have left its session and their parent.
    case orphans
    /// It uses more memory than it may, or soon will.
    case memory
    /// It uses more of the processors than it may.
    case cpu
    /// It has opened nearly as many files as it may.
    case descriptors
    /// It has nearly as many threads as it may.
    case threads

    public static func < (left: DriftKind, right: DriftKind) -> Bool { left.place < right.place }

    private var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// What follows from a finding.
public enum DriftAction: String, Sendable, Hashable, Codable, CaseIterable {
    /// It is told.
    case alert
    /// It is told, and the daemon is restarted in order; that is no death.
    case restart
    /// Nothing; it is not even told.
    case ignore
}

/// What follows from each kind of finding about one daemon.
public struct DriftPolicy: Sendable, Hashable {
    /// What was said; everything else is told.
    public var actions: [DriftKind: DriftAction]

    /// Creates a policy; whatever is found is told.
    public init(_ actions: [DriftKind: DriftAction] = [:]) {
        self.actions = actions
    }

    /// What follows from a kind of finding.
    public subscript(_ kind: DriftKind) -> DriftAction { actions[kind] ?? .alert }
}

/// The section `sentinel`: how often the processes of daemons are compared with what was declared.
public struct SentinelPlan: Sendable, Hashable {
    /// The pause between two looks.
    ///
    /// At least ``shortestInterval``. A finding needs two looks in a row.
    public var every: Duration

    /// The shortest pause between two looks: a look reads some small files for each process of the machine.
    public static let shortestInterval: Duration = .seconds(1)

    /// Creates the section; every minute.
    public init(every: Duration = .seconds(60)) {
        self.every = every
    }
}
