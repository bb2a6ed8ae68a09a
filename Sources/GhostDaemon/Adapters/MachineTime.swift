import GhostModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The zone that this machine, or the variable `TZ`, is set to.
struct MachineTime: LocalTime {
    func offset(at instant: Timestamp) -> Int {
        var seconds = time_t(instant.milliseconds / 1000)
        var parts = tm()
        guard localtime_r(&seconds, &parts) != nil else { return 0 }
        return parts.tm_gmtoff
    }
}
