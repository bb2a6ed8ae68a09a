#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// How many files this process may have open.
public enum DescriptorLimit {
    /// The most that is asked for.
    private static let enough: rlim_t = 65_536

    /// Raises the limit as far as the system allows, and returns what it was: daemons are given that again.
    @discardableResult
    public static func raise() -> ProcessAttributes.ResourceLimit? {
        var limit = rlimit()
        #if canImport(Glibc)
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
        let resource = RLIMIT_NOFILE
        #endif
        guard getrlimit(resource, &limit) == 0 else { return nil }
        let former = ProcessAttributes.ResourceLimit(
            .openFiles,
            soft: UInt64(limit.rlim_cur),
            hard: UInt64(limit.rlim_max)
        )
        limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, enough))
        setrlimit(resource, &limit)
        return former
    }

    /// How many files this process may have open now; nil if it cannot be told.
    public static var current: UInt64? {
        var limit = rlimit()
        #if canImport(Glibc)
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
        let resource = RLIMIT_NOFILE
        #endif
        return getrlimit(resource, &limit) == 0 ? UInt64(limit.rlim_cur) : nil
    }
}
