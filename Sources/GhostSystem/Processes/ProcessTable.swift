/// One process of the machine, as far as it matters to whom it belongs and what it uses.
public struct ProcessEntry: Sendable, Hashable {
    public var pid: Int32
    public var parent: Int32
    /// The number of the process that leads its session.
    public var session: Int32
    /// When it began; ``ProcessIdentity/start`` has the unit.
    public var start: UInt64
    /// Time in the program and in the kernel, in nanoseconds.
    public var cpuNanoseconds: Int64
    /// The resident memory, in bytes.
    public var residentBytes: Int64
    public var threads: Int
    /// The run that started it, `PROJECT/api#3`; nil if none did, or if it is not ours to see.
    public var mark: String?

    /// Creates an entry.
    public init(
        pid: Int32,
        parent: Int32,
        session: Int32,
        start: UInt64,
        cpuNanoseconds: Int64 = 0,
        residentBytes: Int64 = 0,
        threads: Int = 1,
        mark: String? = nil
    ) {
        self.pid = pid
        self.parent = parent
        self.session = session
        self.start = start
        self.cpuNanoseconds = cpuNanoseconds
        self.residentBytes = residentBytes
        self.threads = threads
        self.mark = mark
    }
}

/// Looks at all processes of the machine, and remembers what cannot change about each.
///
/// A look reads one small file for each process (about 10 µs), and the environment of those that began a moment ago.
public struct ProcessTable: Sendable {
    /// What every mark of interest begins with: `PROJECT/`.
    let prefix: String
    /// The marks of processes that were seen before, by number and start.
    var marks: [Key: String?] = [:]

    struct Key: Sendable, Hashable {
        var pid: Int32
        var start: UInt64
    }

    /// The most processes of one look; further ones are not seen.
    public static let most = 100_000

    /// Creates a table that knows the marks of one project.
    ///
    /// - Parameter project: what identifies the project on this machine.
    public init(project: String) {
        prefix = "\(project)/"
    }
}

/// What one process is and does, as far as this user may see it.
public struct ProcessDetails: Sendable, Hashable {
    /// What is looked at besides the program, its words, its folder and its descriptors; each costs a file more.
    public struct Parts: OptionSet, Sendable, Hashable {
        public let rawValue: UInt8
        /// Its user.
        public static let user = Parts(rawValue: 1)
        /// Its limits.
        public static let limits = Parts(rawValue: 2)

        public init(rawValue: UInt8) { self.rawValue = rawValue }
    }

    /// The file that is executed; ends with ` (deleted)` if it is gone.
    public var executable: String?
    /// The words it was started with, unless it has overwritten them.
    public var words: [String]
    /// The number of its real user.
    public var user: UInt32?
    /// Where it runs; ends with ` (deleted)` if that is gone.
    public var folder: String?
    /// That folder itself.
    public var folderStatus: FileStatus?
    /// How many descriptors are open.
    public var descriptors: Int?
    /// How many may be open.
    public var descriptorLimit: Int?
    /// How many processes and threads its user may have.
    public var threadLimit: Int?

    /// Creates details; nothing is known unless given.
    public init(
        executable: String? = nil,
        words: [String] = [],
        user: UInt32? = nil,
        folder: String? = nil,
        folderStatus: FileStatus? = nil,
        descriptors: Int? = nil,
        descriptorLimit: Int? = nil,
        threadLimit: Int? = nil
    ) {
        self.executable = executable
        self.words = words
        self.user = user
        self.folder = folder
        self.folderStatus = folderStatus
        self.descriptors = descriptors
        self.descriptorLimit = descriptorLimit
        self.threadLimit = threadLimit
    }
}
