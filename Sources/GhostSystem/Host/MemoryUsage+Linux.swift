#if os(Linux)
import Glibc

/// How much of the machine's memory is in use.
public struct MemoryUsage: Sendable, Equatable {
    /// The share that is not available to new work without swapping.
    ///
    /// 0…1.
    public var usedShare: Double
    /// What is available, in bytes.
    public var availableBytes: UInt64

    /// Reads `/proc/meminfo`.
    public init() throws(SystemCallFailure) {
        let file = try OwnedDescriptor(opening: "/proc/meminfo", flags: O_RDONLY, action: "read")
        let text = String(decoding: try file.readToEnd(limit: 65_536), as: UTF8.self)
        guard let parsed = MemoryUsage(meminfo: text) else {
            throw SystemCallFailure("find MemTotal and MemAvailable in", "/proc/meminfo", code: ErrorNumber(EINVAL))
        }
        self = parsed
    }

    /// Reads the text of `/proc/meminfo`, see proc_meminfo(5); nil without `MemTotal` and `MemAvailable`.
    init?(meminfo text: String) {
        var kibibytes: [Substring: UInt64] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":")
            guard parts.count == 2 else { continue }
            kibibytes[parts[0]] = UInt64(parts[1].drop { $0 == " " }.prefix { $0.isNumber })
        }
        guard let total = kibibytes["MemTotal"], total > 0, let available = kibibytes["MemAvailable"] else {
            return nil
        }
        usedShare = 1 - Double(min(available, total)) / Double(total)
        availableBytes = available * 1024
    }
}
#endif
