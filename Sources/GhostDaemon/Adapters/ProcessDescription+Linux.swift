#if os(Linux)
import GhostSystem

/// What a process that does not end is doing.
enum ProcessDescription {
    /// Its state and where in the kernel it waits: `uninterruptible, waiting in nfs_wait_bit_killable`; nil if there is no
    /// such process.
    static func of(_ pid: Int32) -> String? {
        guard let stat = try? AtomicFile.read("/proc/\(pid)/stat", limit: 4096) else { return nil }
        let place = (try? AtomicFile.read("/proc/\(pid)/wchan", limit: 256)) ?? nil
        return text(stat: stat, waitChannel: place ?? "")
    }

    /// Puts what the kernel says into words.
    static func text(stat: String, waitChannel: String) -> String? {
        guard let end = stat.lastIndex(of: ")") else { return nil }
        guard let letter = stat[stat.index(after: end)...].first(where: { $0 != " " }) else { return nil }
        let state =
            switch letter {
            case "R": "running"
            case "S": "sleeping"
            case "D": "uninterruptible: it waits for a device or a file system, and no signal ends that"
            case "T": "stopped by a signal"
            case "t": "stopped by a debugger"
            case "Z": "dead, and its parent does not take its end"
            case "X", "x": "dead"
            default: "in state \(letter)"
            }
        // The kernel says 0 where it does not wait, or does not tell.
        let place = waitChannel.prefix { $0 != "\n" && $0 != "\0" }
        return place.isEmpty || place == "0" ? state : "\(state), waiting in \(place)"
    }
}
#endif
