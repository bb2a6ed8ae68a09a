#if os(Linux)
import GhostSystem

#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

extension OwnProcess {
    /// From `/proc/self/statm`, see proc_pid_statm(5); 0 if that cannot be read.
    static var residentBytes: Int {
        guard let file = try? OwnedDescriptor(opening: "/proc/self/statm", flags: O_RDONLY, action: "read"),
            let bytes = try? file.readToEnd(limit: 4096)
        else { return 0 }
        let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        guard words.count > 1, let pages = Int(words[1]) else { return 0 }
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}
#endif
