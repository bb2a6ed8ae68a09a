#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How full the file system that holds a path is.
public struct DiskUsage: Sendable, Equatable {
    /// The share that an ordinary user cannot use any more, as `df` counts it.
    ///
    /// 0…1.
    public var usedShare: Double
    /// What an ordinary user can still write, in bytes.
    public var availableBytes: UInt64

    /// Asks the file system.
    public init(ofPath path: String) throws(SystemCallFailure) {
        var facts = statvfs()
        guard statvfs(path, &facts) == 0 else { throw SystemCallFailure("look at the file system of", path) }
        let used = UInt64(facts.f_blocks) - UInt64(facts.f_bfree)
        let reachable = used + UInt64(facts.f_bavail)
        usedShare = reachable == 0 ? 0 : Double(used) / Double(reachable)
        availableBytes = UInt64(facts.f_bavail) * UInt64(facts.f_frsize)
    }
}
