#if os(Linux)
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension SessionUsage {
    /// Looks at every process of the machine once (about 10 µs each) and adds up those of the sessions named.
    public static func look(at sessions: Set<Int32>) -> [Int32: SessionUsage] {
        guard !sessions.isEmpty, let folder = opendir("/proc") else { return [:] }
        defer { closedir(folder) }
        let tick = 1_000_000_000 / Int64(max(1, sysconf(Int32(_SC_CLK_TCK))))
        let page = Int64(getpagesize())
        var found: [Int32: SessionUsage] = [:]
        while let entry = readdir(folder) {
            let pid = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { atoi($0) }
            }
            guard pid > 0, let bytes = try? AtomicFile.readBytes("/proc/\(pid)/stat", limit: 4096),
                let sample = Sample(stat: bytes), sessions.contains(sample.session)
            else { continue }
            found[sample.session, default: SessionUsage()].processes += 1
            found[sample.session]?.cpuNanoseconds += sample.ticks * tick
            found[sample.session]?.residentBytes += sample.pages * page
        }
        return found
    }

    /// What is read of one process, see proc_pid_stat(5).
    struct Sample: Hashable {
        var session: Int32
        /// Time in the program and in the kernel.
        var ticks: Int64
        var pages: Int64

        /// Reads the session (field 6), the times (14 and 15) and the resident pages (24) of a `stat` file.
        ///
        /// The second field is a name in parentheses that may hold anything; the last one ends it.
        init?(stat bytes: [UInt8]) {
            guard let nameEnd = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
            let fields = bytes[(nameEnd + 1)...].split(separator: UInt8(ascii: " "), maxSplits: 23)
            func number(_ field: Int) -> Int64? {
                let place = field - 3
                return fields.count > place ? Int64(String(decoding: fields[place], as: UTF8.self)) : nil
            }
            guard let session = number(6).flatMap(Int32.init(exactly:)), let user = number(14),
                let system = number(15), let pages = number(24)
            else { return nil }
            self.session = session
            ticks = user + system
            self.pages = pages
        }
    }
}
#endif
