#if canImport(Darwin)
import Darwin

/// How much of the machine's memory is in use.
public struct MemoryUsage: Sendable, Equatable {
    /// The share that is not available to new work without compressing or swapping.
    ///
    /// 0…1.
    public var usedShare: Double
    /// What is available, in bytes.
    public var availableBytes: UInt64

    /// Asks the kernel for its page counts.
    public init() throws(SystemCallFailure) {
        var total: UInt64 = 0
        var size = MemoryLayout<UInt64>.size
        guard sysctlbyname("hw.memsize", &total, &size, nil, 0) == 0 else {
            throw SystemCallFailure("read", "hw.memsize")
        }
        var pages = vm_statistics64()
        var count = mach_msg_type_number_t(MemoryLayout<vm_statistics64>.size / MemoryLayout<integer_t>.size)
        let result = withUnsafeMutablePointer(to: &pages) { pointer in
            pointer.withMemoryRebound(to: integer_t.self, capacity: Int(count)) {
                host_statistics64(mach_host_self(), HOST_VM_INFO64, $0, &count)
            }
        }
        guard result == KERN_SUCCESS else {
            throw SystemCallFailure("read", "host_statistics64", code: ErrorNumber(EINVAL))
        }
        let free = UInt64(pages.free_count) + UInt64(pages.inactive_count) + UInt64(pages.purgeable_count)
        availableBytes = min(total, free * UInt64(getpagesize()))
        usedShare = total == 0 ? 0 : 1 - Double(availableBytes) / Double(total)
    }
}
#endif
