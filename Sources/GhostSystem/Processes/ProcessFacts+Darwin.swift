#if canImport(Darwin)
import Darwin

extension ProcessFacts {
    /// The kernel's name for this boot.
    static func boot() -> String? {
        var size = 0
        guard sysctlbyname("kern.bootsessionuuid", nil, &size, nil, 0) == 0, size > 1 else { return nil }
        var bytes = [UInt8](repeating: 0, count: size)
        guard sysctlbyname("kern.bootsessionuuid", &bytes, &size, nil, 0) == 0 else { return nil }
        return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// Whether a process of this group still runs; here the kernel's word is taken, which counts the dead as well.
    static func hasLivingMember(group: Int32) -> Bool { kill(-group, 0) == 0 }

    /// When the process with this number began; nil if it cannot be told.
    static func start(of pid: Int32) -> Start? {
        var name: [Int32] = [CTL_KERN, KERN_PROC, KERN_PROC_PID, pid]
        var facts = kinfo_proc()
        var size = MemoryLayout<kinfo_proc>.stride
        guard sysctl(&name, UInt32(name.count), &facts, &size, nil, 0) == 0 else { return nil }
        guard size > 0 else { return .absent }
        let began = facts.kp_proc.p_starttime
        let ticks = UInt64(began.tv_sec) * 1_000_000 + UInt64(began.tv_usec)
        return Int32(facts.kp_proc.p_stat) == SZOMB ? .ended(ticks) : .running(ticks)
    }
}
#endif
