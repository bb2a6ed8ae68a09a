#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where control groups with limits of memory and processors can be made.
///
/// The parent is a group of version 2 that hands controllers on to its children, or can be made to, and that this user may
/// write to: the group of this process or one above it. Nothing is moved but the processes that are started into a new
/// group, and this process itself where its own group can have children only if it has no processes.
public struct ControlGroups: Sendable, Hashable {
    /// The absolute path of the parent's folder.
    public let parent: String
    /// What the children of the parent have, once it is prepared.
    public let controllers: Set<Controller>
    /// What has to be done before the first group is made.
    let preparation: Preparation
    /// What the names of new groups begin with.
    let prefix: String

    /// A part of the kernel that limits.
    public enum Controller: String, Sendable, Hashable, CaseIterable {
        case memory
        case cpu
    }

    /// What has to be done before the first group is made.
    enum Preparation: Sendable, Hashable {
        case nothing
        /// The parent is told to hand its controllers on.
        case handOn
        /// Before that this process goes from the parent, where nothing else is, into a child of this path.
        case leave(into: String)
    }

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

    /// The folder of a group.
    public func folder(of name: String) -> String { "\(parent)/\(prefix)\(name)" }

    /// Why a limit cannot be enforced although others can; nil if it can.
    public func obstacle(to controller: Controller) -> Unavailable? {
        guard !controllers.contains(controller) else { return nil }
        return Unavailable(
            "the kernel, or the control group above \(parent), does not hand on the controller \(controller)"
        )
    }
}

// MARK: Finding

extension ControlGroups {
    /// Finds the nearest group that can have limited children; changes nothing.
    ///
    /// - Parameter project: what identifies the project on this machine.
    public static func find(project: String) throws(Unavailable) -> ControlGroups {
        let mounts = (try? AtomicFile.read("/proc/self/mountinfo", limit: 1 << 20)) ?? ""
        let own = (try? AtomicFile.read("/proc/self/cgroup", limit: 64 << 10)) ?? ""
        return try find(project: project, mounts: mounts, own: own, process: getpid())
    }

    static func find(
        project: String,
        mounts: String,
        own: String,
        process: Int32
    ) throws(Unavailable) -> ControlGroups {
        guard let mount = mount(in: mounts) else {
            throw Unavailable("this system has no control groups of version 2")
        }
        let own = path(in: own, below: mount.root)
        var places: [Place] = []
        var path = own
        while true {
            places.append(Place(path == "/" ? mount.folder : mount.folder + path, holding: path == own ? process : nil))
            guard path != "/", let slash = path.lastIndex(of: "/") else { break }
            path = slash == path.startIndex ? "/" : String(path[..<slash])
        }
        // Best where nothing has to be changed; then the nearest. One controller is better than none.
        let whole =
            places.first { $0.handsOn.count == Controller.allCases.count }
            ?? places.first { $0.canHandOn.count == Controller.allCases.count }
        let part = whole ?? places.first { !$0.handsOn.isEmpty } ?? places.first { !$0.canHandOn.isEmpty }
        if let place = part { return place.groups(project: project) }
        guard let top = places.last, !top.known.isEmpty else {
            throw Unavailable("\(mount.folder) has no controllers of memory and processors")
        }
        if let busy = places.first(where: { !$0.canHandOnWhenEmpty.isEmpty }) {
            throw Unavailable(
                "\(busy.folder) can hand memory and cpu on to groups below it only while it has no processes itself, and it "
                    + "has others than Ghost; start Ghost alone in a group, as a service with Delegate=yes is"
            )
        }
        throw Unavailable(
            "no control group from \(mount.folder)\(own) upwards hands memory and cpu on to groups that this user may make; "
                + "run Ghost as root, or as a service with Delegate=yes"
        )
    }

    /// Where version 2 is mounted and which group that shows; fields as in proc_pid_mountinfo(5).
    private static func mount(in text: String) -> (folder: String, root: String)? {
        for line in text.split(separator: "\n") {
            let halves = line.split(separator: " ", omittingEmptySubsequences: false)
            guard let dash = halves.firstIndex(of: "-"), halves.count > dash + 1, halves[dash + 1] == "cgroup2",
                halves.count > 4
            else { continue }
            return (String(halves[4]), String(halves[3]))
        }
        return nil
    }

    /// The path of a process's group in the mount; the topmost one if the mount does not show it.
    private static func path(in own: String, below root: String) -> String {
        let line = own.split(separator: "\n").first { $0.hasPrefix("0::") }
        var path = String(line?.dropFirst(3) ?? "/")
        if root != "/", path == root || path.hasPrefix(root + "/") { path = String(path.dropFirst(root.count)) }
        if path.isEmpty || path.hasPrefix("/..") { return "/" }
        return path
    }

    /// A group that may become the parent.
    private struct Place {
        let folder: String
        /// What the group itself has.
        var known: Set<Controller>
        /// What its children have, where this user may make some.
        var handsOn: Set<Controller> = []
        /// What they could have.
        var canHandOn: Set<Controller> = []
        /// What they could have if it had no processes.
        var canHandOnWhenEmpty: Set<Controller> = []
        var preparation = Preparation.handOn

        /// - Parameter process: this process if it is in this group.
        init(_ folder: String, holding process: Int32?) {
            self.folder = folder
            known = Self.controllers("\(folder)/cgroup.controllers")
            // Whoever starts a process into a group must be allowed to take it out of the nearest group above both.
            guard (try? Folder.checkWritable(folder)) != nil, Self.mayWrite("\(folder)/cgroup.procs") else { return }
            handsOn = Self.controllers("\(folder)/cgroup.subtree_control")
            guard !known.subtracting(handsOn).isEmpty, Self.mayWrite("\(folder)/cgroup.subtree_control") else { return }
            canHandOnWhenEmpty = known
            // Only the one above all others may have processes and hand on; it has no type.
            let isTopmost = (try? FileStatus(path: "\(folder)/cgroup.type")) == nil
            let members = ((try? AtomicFile.read("\(folder)/cgroup.procs", limit: 1 << 20)) ?? "")
                .split(separator: "\n").map { Int32($0) ?? 0 }
            if isTopmost || members.isEmpty {
                canHandOn = known
            } else if let process, Set(members) == [process] {
                canHandOn = known
                preparation = .leave(into: folder)
            }
        }

        func groups(project: String) -> ControlGroups {
            let isReady = !handsOn.isEmpty && handsOn.isSuperset(of: canHandOn)
            let preparation: Preparation =
                switch self.preparation {
                case .leave(let folder) where !isReady: .leave(into: "\(folder)/ghost-\(project)")
                case .nothing, .handOn, .leave: isReady ? .nothing : .handOn
                }
            return ControlGroups(
                parent: folder,
                controllers: handsOn.union(canHandOn),
                preparation: preparation,
                prefix: "ghost-\(project)-"
            )
        }

        private static func mayWrite(_ path: String) -> Bool { access(path, W_OK) == 0 }

        private static func controllers(_ path: String) -> Set<Controller> {
            let words = ((try? AtomicFile.read(path)) ?? "").split { $0 == " " || $0 == "\n" }
            return Set(words.compactMap { Controller(rawValue: String($0)) })
        }
    }
}
