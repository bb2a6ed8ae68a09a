#if os(Linux)
import GhostModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension ProcessTable {
    /// Every process that is there now, but for those of the kernel.
    public mutating func look() -> [ProcessEntry] {
        guard let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        let tick = 1_000_000_000 / Int64(max(1, sysconf(Int32(_SC_CLK_TCK))))
        let newest = UInt64(clamping: (Clocks.sinceBoot().nanoseconds - Self.settlingTime) / tick)
        let page = Int64(getpagesize())
        var entries: [ProcessEntry] = []
        var seen: [Key: String?] = [:]
        while entries.count < Self.most, let file = readdir(folder) {
            let pid = withUnsafePointer(to: &file.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { atoi($0) }
            }
            guard pid > 0, let bytes = try? AtomicFile.readBytes("/proc/\(pid)/stat", limit: 4096),
                var entry = ProcessEntry(pid: pid, stat: bytes, tick: tick, page: page)
            else { continue }
            let key = Key(pid: pid, start: entry.start)
            entry.mark = marks[key] ?? MarkedProcesses.mark(of: pid, prefix: prefix)
            // Between fork and exec a process shows what its parent carries, or nothing.
            if entry.mark != nil || entry.start <= newest { seen[key] = .some(entry.mark) }
            entries.append(entry)
        }
        marks = seen
        return entries
    }

    /// How long a process without a mark is looked at again, in nanoseconds.
    private static let settlingTime: Int64 = 60_000_000_000
}

extension ProcessEntry {
    /// Reads a `stat` file, see proc_pid_stat(5); nil for a process of the kernel, or one that has ended.
    ///
    /// The second field is a name in parentheses that may hold anything; the last one ends it.
    init?(pid: Int32, stat bytes: [UInt8], tick: Int64, page: Int64) {
        guard let nameEnd = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = bytes[(nameEnd + 1)...].split(separator: UInt8(ascii: " "), maxSplits: 23)
        func number(_ field: Int) -> Int64? {
            fields.count > field - 3 ? Int64(String(decoding: fields[field - 3], as: UTF8.self)) : nil
        }
        guard let state = fields.first?.first, state != UInt8(ascii: "Z"), state != UInt8(ascii: "X"),
            let parent = number(4), let session = number(6), let user = number(14), let system = number(15),
            let threads = number(20), let start = number(22), let pages = number(24), parent != 2, pid != 2
        else { return nil }
        self.init(
            pid: pid,
            parent: Int32(clamping: parent),
            session: Int32(clamping: session),
            start: UInt64(clamping: start),
            cpuNanoseconds: (user + system) * tick,
            residentBytes: pages * page,
            threads: Int(clamping: threads)
        )
    }
}

extension MarkedProcesses {
    /// The mark of one process if it begins with `prefix`.
    static func mark(of pid: Int32, prefix: String) -> String? {
        guard let environment = try? AtomicFile.readBytes("/proc/\(pid)/environ", limit: 2 << 20) else { return nil }
        let wanted = Array("\(variable)=\(prefix)".utf8)
        for entry in environment.split(separator: 0) where entry.starts(with: wanted) {
            return String(decoding: entry.dropFirst(variable.utf8.count + 1), as: UTF8.self)
        }
        return nil
    }
}

extension ProcessDetails {
    /// The longest command line that is read, in bytes.
    private static let longestCommandLine = 64 << 10

    /// Looks at a process; what cannot be seen is missing.
    public init(of pid: Int32, with parts: Parts = [.user, .limits]) {
        self.init()
        executable = SymbolicLink.text(of: "/proc/\(pid)/exe")
        folder = SymbolicLink.text(of: "/proc/\(pid)/cwd")
        folderStatus = try? FileStatus(path: "/proc/\(pid)/cwd")
        if let bytes = try? AtomicFile.readBytes("/proc/\(pid)/cmdline", limit: Self.longestCommandLine) {
            var parts = bytes.split(separator: 0, omittingEmptySubsequences: false)
            if parts.last?.isEmpty == true { parts.removeLast() }
            words = parts.map { String(decoding: $0, as: UTF8.self) }
        }
        if parts.contains(.user), let text = try? AtomicFile.read("/proc/\(pid)/status", limit: 8192) {
            for line in text.split(separator: "\n") where line.hasPrefix("Uid:") {
                user = line.dropFirst(4).split(whereSeparator: \.isWhitespace).first.flatMap { UInt32($0) }
            }
        }
        descriptors = Self.entries(of: "/proc/\(pid)/fd")
        if parts.contains(.limits), let text = try? AtomicFile.read("/proc/\(pid)/limits", limit: 8192) {
            func soft(_ name: String) -> Int? {
                let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
                return line?.dropFirst(name.count).split(separator: " ").first.flatMap { Int($0) }
            }
            descriptorLimit = soft("Max open files")
            threadLimit = soft("Max processes")
        }
    }
}

extension ProcessDetails {
    /// How many entries a folder has, without looking at them; nil if it cannot be read.
    private static func entries(of path: String) -> Int? {
        guard let folder = opendir(path) else { return nil }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // Without itself and its parent.
        return max(0, count - 2)
    }
}

extension SymbolicLink {
    /// What a link says, whether or not it leads anywhere; nil if it cannot be read.
    static func text(of path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink(path, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }
}
#endif
