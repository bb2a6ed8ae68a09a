#if canImport(Darwin)
import Darwin

extension SessionUsage {
    /// Looks at every process of the machine once and adds up those of the sessions named.
    public static func look(at sessions: Set<Int32>) -> [Int32: SessionUsage] {
        guard !sessions.isEmpty else { return [:] }
        // Room for processes that begin between the two calls.
        let count = Int(proc_listallpids(nil, 0)) + 64
        var pids = [pid_t](repeating: 0, count: count)
        let filled = proc_listallpids(&pids, Int32(count * MemoryLayout<pid_t>.size))
        var found: [Int32: SessionUsage] = [:]
        for pid in pids.prefix(Int(max(0, filled))) where pid > 0 {
            let session = getsid(pid)
            guard sessions.contains(session) else { continue }
            var facts = proc_taskinfo()
            let size = Int32(MemoryLayout<proc_taskinfo>.size)
            guard proc_pidinfo(pid, PROC_PIDTASKINFO, 0, &facts, size) == size else { continue }
            found[session, default: SessionUsage()].processes += 1
            found[session]?.cpuNanoseconds += Int64(clamping: facts.pti_total_user + facts.pti_total_system)
            found[session]?.residentBytes += Int64(clamping: facts.pti_resident_size)
        }
        return found
    }
}
#endif
