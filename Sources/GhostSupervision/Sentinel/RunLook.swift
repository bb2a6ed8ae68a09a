public import GhostModel
public import GhostSystem

/// What was seen of one run in one look: facts, not yet judged.
public struct RunLook: Sendable, Hashable {
    public var run: RunID
    /// What is declared about it.
    public var plan: DaemonPlan
    /// When it was started, on the wall clock.
    public var startedAt: Timestamp
    /// Whether it can do its work.
    public var readiness: Readiness
    /// The files of its program and script, by path; nil for one that is gone.
    public var files: [String: FileMark?] = [:]
    /// The file that it executes.
    public var executable: String?
    /// The file that its program is now, without symbolic links.
    public var program: String?
    /// The words it was started with, unless it has overwritten them.
    public var words: [String] = []
    /// The number of the user it runs as, and of the one that is declared.
    public var user: UInt32?
    public var declaredUser: UInt32?
    /// The folder that it is in, and the one that is declared.
    public var folder: FolderMark?
    public var declaredFolder: FolderMark?
    /// The ports that it declares.
    public var ports: [PortLook] = []
    /// Processes of its earlier runs.
    public var instances: [Int32] = []
    /// Processes of this run that have left it.
    public var orphans: [Int32] = []
    /// What it uses.
    public var usage = Usage()
    /// What a changed configuration says about it; nil if nothing has changed.
    public var pending: PendingChange?

    /// Creates a look that has seen nothing.
    public init(run: RunID, plan: DaemonPlan, startedAt: Timestamp, readiness: Readiness) {
        self.run = run
        self.plan = plan
        self.startedAt = startedAt
        self.readiness = readiness
    }

    /// Which content a file has, as far as that can be told without reading it.
    public struct FileMark: Sendable, Hashable {
        public var device: UInt64
        public var inode: UInt64
        public var length: Int64
        /// When it was written last, in nanoseconds since 1970.
        public var modified: Int64
        /// By whose clock.
        public var clock: FileClock

        /// Creates a mark.
        public init(
            device: UInt64,
            inode: UInt64,
            length: Int64,
            modified: Int64,
            clock: FileClock = .ofThisMachine
        ) {
            self.device = device
            self.inode = inode
            self.length = length
            self.modified = modified
            self.clock = clock
        }
    }

    /// Which folder it is.
    public struct FolderMark: Sendable, Hashable {
        public var path: String
        public var device: UInt64
        public var inode: UInt64

        /// Creates a mark.
        public init(path: String, device: UInt64, inode: UInt64) {
            self.path = path
            self.device = device
            self.inode = inode
        }
    }

    /// A port and who listens on it.
    public struct PortLook: Sendable, Hashable {
        public var port: DeclaredPort
        public var holder: Holder

        /// Who listens on a port.
        public enum Holder: Sendable, Hashable {
            /// Nobody.
            case nobody
            /// The run itself.
            case own
            /// Another daemon of the project.
            case daemon(DaemonName, pid: Int32)
            /// Another program; whether it was there before the run began.
            case stranger(name: String, pid: Int32, wasThereBefore: Bool)
            /// Somebody whom this user may not look into.
            case unseen
        }

        /// Creates a look.
        public init(port: DeclaredPort, holder: Holder) {
            self.port = port
            self.holder = holder
        }
    }

    /// What the processes of a run use.
    public struct Usage: Sendable, Hashable {
        /// The resident memory of all of them, in bytes.
        public var memoryBytes: Int64?
        /// The time that all of them have had, in nanoseconds.
        public var cpuNanoseconds: Int64?
        /// The open descriptors of the first, and how many it may have.
        public var descriptors: Int?
        public var descriptorLimit: Int?
        /// The threads of all of them, and how many the user may have.
        public var threads: Int?
        public var threadLimit: Int?

        /// Creates a usage; nothing is known.
        public init() {}
    }

    /// What a configuration on the disk says otherwise.
    public struct PendingChange: Sendable, Hashable {
        /// The keys that differ.
        public var keys: [String]
        /// The file of variables that brings the difference, if it is one.
        public var environmentFile: String?

        /// Creates a change.
        public init(keys: [String], environmentFile: String? = nil) {
            self.keys = keys
            self.environmentFile = environmentFile
        }
    }
}
