import GhostModel
import GhostServer
import GhostSystem

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What this process uses, as the metrics tell it.
struct OwnProcess: Sendable {
    /// When it was made, which is soon after the process started.
    private let startedAt = Clocks.wall()

    var figures: ProcessFigures {
        var usage = rusage()
        getrusage(Self.everything, &usage)
        var limit = rlimit()
        getrlimit(Self.openFiles, &limit)
        let isUnlimited = limit.rlim_cur > rlim_t(Int32.max)
        return ProcessFigures(
            cpuSeconds: Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime),
            residentBytes: Self.residentBytes,
            openDescriptors: Self.openDescriptors,
            mostDescriptors: isUnlimited ? Int(Int32.max) : Int(limit.rlim_cur),
            startedAt: Double(startedAt.milliseconds) / 1000
        )
    }

    #if canImport(Glibc)
    private static var everything: __rusage_who_t { __rusage_who_t(RUSAGE_SELF.rawValue) }
    private static var openFiles: __rlimit_resource_t { __rlimit_resource_t(RLIMIT_NOFILE.rawValue) }
    #else
    private static var everything: Int32 { RUSAGE_SELF }
    private static var openFiles: Int32 { RLIMIT_NOFILE }
    #endif

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }

    /// How many descriptors are open; 0 where the system does not list them.
    private static var openDescriptors: Int {
        guard let folder = opendir("/dev/fd") else { return 0 }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // Itself, and the entries for the folder and the one above it.
        return max(0, count - 3)
    }
}
