#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What a process has of its own instead of inheriting it.
public struct ProcessAttributes: Sendable, Hashable {
    /// The permissions that files made by it do not get; nil to inherit.
    public var umask: UInt16?
    /// How much it gives way to others, -20…19, added to what is inherited; nil to inherit.
    public var nice: Int32?
    /// Who it runs as; nil for Ghost's own user.
    public var account: Account?
    /// Limits of what it may use.
    ///
    /// Each resource at most once.
    public var limits: [ResourceLimit]
    /// The absolute path of the control group's folder it runs in; nil for none of its own.
    public var controlGroup: String?
    /// A descriptor that it finds under a number of its own.
    public var extraDescriptor: ExtraDescriptor?

    /// Creates attributes; everything is inherited unless given.
    public init(
        umask: UInt16? = nil,
        nice: Int32? = nil,
        account: Account? = nil,
        limits: [ResourceLimit] = [],
        controlGroup: String? = nil,
        extraDescriptor: ExtraDescriptor? = nil
    ) {
        self.umask = umask
        self.nice = nice
        self.account = account
        self.limits = limits
        self.controlGroup = controlGroup
        self.extraDescriptor = extraDescriptor
    }

    /// A descriptor that is handed to a process.
    public struct ExtraDescriptor: Sendable, Hashable {
        /// The descriptor here; it stays the caller's and is only used during the call.
        public var source: Int32
        /// Its number in the process, 3…1023.
        public var target: Int32

        /// Hands over a descriptor.
        public init(source: Int32, target: Int32) {
            self.source = source
            self.target = target
        }
    }

    /// A limit of a resource.
    public struct ResourceLimit: Sendable, Hashable {
        /// Which one.
        public var resource: Resource
        /// What is enforced; nil for no limit.
        public var soft: UInt64?
        /// How far the process may raise it; nil for no limit.
        public var hard: UInt64?

        /// Creates a limit.
        public init(_ resource: Resource, soft: UInt64?, hard: UInt64?) {
            self.resource = resource
            self.soft = soft
            self.hard = hard
        }
    }

    /// A resource that the kernel limits for each process.
    public enum Resource: Sendable, Hashable, CaseIterable {
        /// Open files.
        case openFiles
        /// Processes of the user.
        case processes
        /// Bytes of address space.
        case addressSpace
        /// Bytes of a core file.
        case coreFile

        var number: Int32 {
            #if canImport(Darwin)
            switch self {
            case .openFiles: RLIMIT_NOFILE
            case .processes: RLIMIT_NPROC
            case .addressSpace: RLIMIT_AS
            case .coreFile: RLIMIT_CORE
            }
            #else
            // Glibc gives them a type of their own; the numbers are those of the kernel's headers.
            switch self {
            case .openFiles: 7
            case .processes: 6
            case .addressSpace: 9
            case .coreFile: 4
            }
            #endif
        }
    }
}

/// Who a process runs as.
public struct Account: Sendable, Hashable {
    /// The number of the user.
    public var user: UInt32
    /// The number of the main group.
    public var group: UInt32
    /// The numbers of all further groups.
    public var groups: [UInt32]
    /// The user's home folder; nil if the user has no entry.
    public var home: String?
    /// The user's name; nil if the user has no entry.
    public var name: String?

    /// The most further groups that are taken.
    public static let mostGroups = 256

    /// Finds a user and a group, each by name or number; without a group, the user's own ones.
    public init(user: String?, group: String?) throws(AccountError) {
        var entry: (uid: UInt32, gid: UInt32, name: String, home: String)?
        if let user {
            entry = Self.user(named: user)
            guard entry != nil || UInt32(user) != nil else { throw .noSuchUser(user) }
        }
        self.user = entry?.uid ?? user.flatMap { UInt32($0) } ?? geteuid()
        name = entry?.name
        home = entry?.home
        if let group {
            guard let number = Self.group(named: group) ?? UInt32(group) else { throw .noSuchGroup(group) }
            self.group = number
            groups = []
        } else {
            guard let own = entry?.gid ?? (user == nil ? getegid() : nil) else { throw .groupNeeded(user ?? "") }
            self.group = own
            groups = entry.map { Self.groups(of: $0.name, main: $0.gid) } ?? []
        }
        let changesUser = self.user != geteuid() || self.group != getegid()
        guard geteuid() == 0 || !changesUser else { throw .onlyRoot(user ?? group ?? "") }
    }

    private static func user(named text: String) -> (uid: UInt32, gid: UInt32, name: String, home: String)? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16_384)
        var code = getpwnam_r(text, &entry, &buffer, buffer.count, &found)
        if code == 0, found == nil, let number = UInt32(text) {
            code = getpwuid_r(number, &entry, &buffer, buffer.count, &found)
        }
        guard code == 0, found != nil, let name = entry.pw_name, let home = entry.pw_dir else { return nil }
        return (entry.pw_uid, entry.pw_gid, String(cString: name), String(cString: home))
    }

    private static func group(named text: String) -> UInt32? {
        var entry = GhostGroupEntry()
        var found: UnsafeMutablePointer<GhostGroupEntry>?
        var buffer = [CChar](repeating: 0, count: 65_536)
        guard getgrnam_r(text, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
        return entry.gr_gid
    }

    private static func groups(of name: String, main: UInt32) -> [UInt32] {
        #if canImport(Darwin)
        var numbers = [Int32](repeating: 0, count: mostGroups)
        var count = Int32(mostGroups)
        _ = getgrouplist(name, Int32(bitPattern: main), &numbers, &count)
        return numbers.prefix(Int(min(count, Int32(mostGroups)))).map { UInt32(bitPattern: $0) }
        #else
        var numbers = [gid_t](repeating: 0, count: mostGroups)
        var count = Int32(mostGroups)
        _ = getgrouplist(name, main, &numbers, &count)
        return Array(numbers.prefix(Int(min(count, Int32(mostGroups)))))
        #endif
    }
}

#if canImport(Glibc)
private typealias GhostGroupEntry = Glibc.group
#elseif canImport(Musl)
private typealias GhostGroupEntry = Musl.group
#else
private typealias GhostGroupEntry = Darwin.group
#endif

/// Why a process cannot run as somebody.
public enum AccountError: Error, Sendable, Hashable, CustomStringConvertible {
    /// There is no user of this name.
    case noSuchUser(String)
    /// There is no group of this name.
    case noSuchGroup(String)
    /// A user without an entry has no group of its own.
    case groupNeeded(String)
    /// Ghost does not run as root.
    case onlyRoot(String)

    public var description: String {
        switch self {
        case .noSuchUser(let name): "there is no user \"\(name)\" on this machine; create it or correct \"user\""
        case .noSuchGroup(let name): "there is no group \"\(name)\" on this machine; create it or correct \"group\""
        case .groupNeeded(let name): "the user \(name) has no entry on this machine, so \"group\" must be given as well"
        case .onlyRoot(let name):
            "only a Ghost that runs as root can start daemons as \"\(name)\"; start Ghost with sudo or remove the key"
        }
    }
}
