/// Where control groups with limits of memory and processors can be made.
///
/// The parent is a group of version 2 that hands the controllers on to its children and that this user may write to: the
/// group of this process or one above it. Nothing is moved but the processes that are started into a new group.
public struct ControlGroups: Sendable, Hashable {
    /// The absolute path of the parent's folder.
    public let parent: String
    /// What the names of new groups begin with.
    let prefix: String

    /// Why there is none, as the end of a sentence.
    public struct Unavailable: Error, Sendable, Hashable, CustomStringConvertible {
        public let description: String

        /// Creates a reason.
        public init(_ description: String) {
            self.description = description
        }
    }

    /// What a group limits.
    public struct Limits: Sendable, Hashable {
        /// In bytes; nil for no limit.
        public var memory: Int64?
        /// As a number of processors; nil for no limit.
        public var cpu: Double?

        /// Creates limits.
        public init(memory: Int64?, cpu: Double?) {
            self.memory = memory
            self.cpu = cpu
        }

        /// Whether nothing is limited.
        public var isEmpty: Bool { memory == nil && cpu == nil }
    }

    /// The span in which time on processors is counted, in microseconds.
    static let period = 100_000

    /// Finds the nearest group that can have limited children.
    ///
    /// - Parameter project: what identifies the project on this machine.
    public static func find(project: String) throws(Unavailable) -> ControlGroups {
        let mounts = (try? AtomicFile.read("/proc/self/mountinfo", limit: 1 << 20)) ?? ""
        let own = (try? AtomicFile.read("/proc/self/cgroup", limit: 64 << 10)) ?? ""
        return try find(project: project, mounts: mounts, own: own)
    }

    static func find(project: String, mounts: String, own: String) throws(Unavailable) -> ControlGroups {
        guard let root = root(inMounts: mounts) else {
            throw Unavailable("this system has no control groups of version 2")
        }
        let line = own.split(separator: "\n").first { $0.hasPrefix("0::") }
        var path = String(line?.dropFirst(3) ?? "/")
        while true {
            let folder = path == "/" ? root : root + path
            if handsOn(folder), (try? Folder.checkWritable(folder)) != nil {
                return ControlGroups(parent: folder, prefix: "ghost-\(project)-")
            }
            guard path != "/", let slash = path.lastIndex(of: "/") else { break }
            path = slash == path.startIndex ? "/" : String(path[..<slash])
        }
        let known = ((try? AtomicFile.read("\(root)/cgroup.controllers")) ?? "").split { $0 == " " || $0 == "\n" }
        guard known.contains("memory"), known.contains("cpu") else {
            throw Unavailable("\(root) has no controllers of memory and processors")
        }
        throw Unavailable(
            "no control group from \(root)\(line?.dropFirst(3) ?? "") upwards hands memory and cpu on to groups that this "
                + "user may make; run Ghost as root, or as a service with Delegate=yes"
        )
    }

    /// Whether the children of a group have both controllers.
    private static func handsOn(_ folder: String) -> Bool {
        let words = ((try? AtomicFile.read("\(folder)/cgroup.subtree_control")) ?? "").split { $0 == " " || $0 == "\n" }
        return words.contains("memory") && words.contains("cpu")
    }

    /// Where version 2 is mounted; fields as in proc_pid_mountinfo(5).
    private static func root(inMounts text: String) -> String? {
        for line in text.split(separator: "\n") {
            let halves = line.split(separator: " ", omittingEmptySubsequences: false)
            guard let dash = halves.firstIndex(of: "-"), halves.count > dash + 1, halves[dash + 1] == "cgroup2",
                halves.count > 4
            else { continue }
            return String(halves[4])
        }
        return nil
    }

    /// The folder of a group.
    public func folder(of name: String) -> String { "\(parent)/\(prefix)\(name)" }

    /// Makes a group with limits; returns its folder.
    public func make(_ name: String, _ limits: Limits) throws(SystemCallFailure) -> String {
        let folder = folder(of: name)
        try Folder.create(folder)
        try set(limits, of: name)
        return folder
    }

    /// Sets the limits of a group that is there; they hold at once.
    public func set(_ limits: Limits, of name: String) throws(SystemCallFailure) {
        let folder = folder(of: name)
        try Self.write(limits.memory.map { "\($0)" } ?? "max", to: "\(folder)/memory.max")
        let quota = limits.cpu.map { "\(max(1000, Int($0 * Double(Self.period))))" } ?? "max"
        try Self.write("\(quota) \(Self.period)", to: "\(folder)/cpu.max")
    }

    private static func write(_ text: String, to path: String) throws(SystemCallFailure) {
        // Opened as it is: files of the kernel can be neither created nor replaced.
        let file = try OwnedDescriptor(writing: path)
        var text = text
        if case .failure(let failure) = text.withUTF8({ file.writeAll(UnsafeRawBufferPointer($0)) }) { throw failure }
    }
}
