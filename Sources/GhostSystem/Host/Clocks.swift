public import GhostModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The machine's clocks.
public enum Clocks {
    /// The wall clock: may jump in either direction; for people only.
    public static func wall() -> Timestamp {
        let now = reading(CLOCK_REALTIME)
        return Timestamp(milliseconds: Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000)
    }

    /// A clock that never jumps; for deadlines.
    public static func monotonic() -> MonotonicTime {
        let now = reading(CLOCK_MONOTONIC)
        return MonotonicTime(nanoseconds: Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec))
    }

    /// A clock that never jumps and goes on while the machine sleeps; for comparing with the wall clock.
    public static func sinceBoot() -> MonotonicTime {
        #if canImport(Darwin)
        let now = reading(CLOCK_MONOTONIC)
        #else
        let now = reading(CLOCK_BOOTTIME)
        #endif
        return MonotonicTime(nanoseconds: Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec))
    }

    private static func reading(_ clock: clockid_t) -> timespec {
        var now = timespec()
        clock_gettime(clock, &now)
        return now
    }
}
