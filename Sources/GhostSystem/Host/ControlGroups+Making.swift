#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Making, changing and removing groups.
extension ControlGroups {
    /// The span in which time on processors is counted, in microseconds.
    static let period = 100_000
    /// The least time on processors in a period that the kernel takes, in microseconds.
    private static let leastQuota = 1000
    /// How long killed processes of a group may take to be gone, in milliseconds.
    private static let longestClearing = 128

    /// Lets the parent have limited children; once for each parent, and again is no harm.
    public func prepare() throws(SystemCallFailure) {
        switch preparation {
        case .nothing: return
        case .handOn: break
        case .leave(let folder):
            try Folder.create(folder)
            // Zero is whoever writes it.
            try Self.write("0", to: "\(folder)/cgroup.procs")
        }
        let words = controllers.map { "+\($0.rawValue)" }.sorted()
        try Self.write(words.joined(separator: " "), to: "\(parent)/cgroup.subtree_control")
    }

    /// Makes a group with limits; returns its folder.
    ///
    /// One of the same name that an earlier Ghost left is removed before, with whatever still runs in it: its counts are not
    /// those of the new one.
    public func make(_ name: String, _ limits: Limits) throws(SystemCallFailure) -> String {
        let folder = folder(of: name)
        try prepare()
        if mkdir(folder, 0o755) != 0 {
            guard errno == EEXIST else { throw SystemCallFailure("make the control group", folder) }
            guard Self.clear(folder) else {
                throw SystemCallFailure("empty the control group of an earlier run", folder, code: ErrorNumber(EBUSY))
            }
            guard mkdir(folder, 0o755) == 0 else { throw SystemCallFailure("make the control group", folder) }
        }
        do throws(SystemCallFailure) {
            try set(limits, of: name)
        } catch {
            rmdir(folder)
            throw error
        }
        return folder
    }

    /// Sets the limits of a group that is there; they hold at once.
    public func set(_ limits: Limits, of name: String) throws(SystemCallFailure) {
        let folder = folder(of: name)
        if controllers.contains(.memory) {
            try Self.write(limits.memory.map { "\($0)" } ?? "max", to: "\(folder)/memory.max")
        }
        if controllers.contains(.cpu) {
            let quota = limits.cpu.map { "\(max(Self.leastQuota, Int(clamping: $0 * Double(Self.period))))" } ?? "max"
            try Self.write("\(quota) \(Self.period)", to: "\(folder)/cpu.max")
        }
    }

    /// Whether there is a group of this name.
    public func has(_ name: String) -> Bool { (try? FileStatus(path: folder(of: name))) != nil }

    /// Removes every group of the project but those of these names, and kills what runs in them.
    ///
    /// Returns the names of those in which something ran.
    public func clear(except names: Set<String>) -> [String] {
        let found = ((try? Folder.entries(of: parent)) ?? []).filter { $0.hasPrefix(prefix) }
        return found.map { String($0.dropFirst(prefix.count)) }.sorted().filter { name in
            guard !names.contains(name), rmdir(folder(of: name)) != 0, errno == EBUSY else { return false }
            _ = Self.clear(folder(of: name))
            return true
        }
    }

    /// Kills what is in a group and below it, and removes all of it; false if something does not go.
    private static func clear(_ folder: String) -> Bool {
        // Kernels before 5.14 cannot do it; then it can only be removed when it is empty.
        try? write("1", to: "\(folder)/cgroup.kill")
        var pause = 1
        while true {
            if remove(folder, depth: 0) { return true }
            guard pause <= longestClearing else { return false }
            usleep(UInt32(pause) * 1000)
            pause *= 2
        }
    }

    private static func remove(_ folder: String, depth: Int) -> Bool {
        if rmdir(folder) == 0 || errno == ENOENT { return true }
        guard errno == EBUSY, depth < 16 else { return false }
        for name in (try? Folder.entries(of: folder)) ?? [] {
            let path = "\(folder)/\(name)"
            if (try? FileStatus(path: path))?.kind == .folder { _ = remove(path, depth: depth + 1) }
        }
        return rmdir(folder) == 0
    }

    private static func write(_ text: String, to path: String) throws(SystemCallFailure) {
        // Opened as it is: files of the kernel can be neither created nor replaced.
        let file = try OwnedDescriptor(writing: path)
        var text = text
        if case .failure(let failure) = text.withUTF8({ file.writeAll(UnsafeRawBufferPointer($0)) }) { throw failure }
    }
}

extension Int {
    /// The nearest whole number that there is.
    fileprivate init(clamping value: Double) {
        self = value >= Double(Int32.max) ? Int(Int32.max) : value <= 0 ? 0 : Int(value)
    }
}
