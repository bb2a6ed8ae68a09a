/// What is declared about a daemon's process besides its program: whose it is and what it may use.
public struct ProcessPlan: Sendable, Hashable {
    /// The name or number of the user it runs as; nil for Ghost's own.
    public var user: String?
    /// The name or number of its group; nil for the user's, or Ghost's own.
    public var group: String?
    /// The permission bits that files it creates do not get, 0…0o777; nil for Ghost's own.
    public var umask: Int?
    /// How willingly it yields the processor, -20…19; nil for Ghost's own.
    public var nice: Int?
    /// What it may use at most.
    public var limits: ResourceLimits

    /// Creates a declaration; nothing is changed unless it is said.
    public init(
        user: String? = nil,
        group: String? = nil,
        umask: Int? = nil,
        nice: Int? = nil,
        limits: ResourceLimits = ResourceLimits()
    ) {
        self.user = user
        self.group = group
        self.umask = umask
        self.nice = nice
        self.limits = limits
    }
}

/// What a daemon may use at most; nil means without a limit of its own.
public struct ResourceLimits: Sendable, Hashable {
    /// Memory, in bytes.
    public var memory: Int64?
    /// Processors, as a number of them: 1.5 is one and a half.
    public var cpu: Double?
    /// Open files.
    public var files: Int?
    /// Processes and threads.
    public var processes: Int?

    /// Creates limits.
    public init(memory: Int64? = nil, cpu: Double? = nil, files: Int? = nil, processes: Int? = nil) {
        self.memory = memory
        self.cpu = cpu
        self.files = files
        self.processes = processes
    }
}
