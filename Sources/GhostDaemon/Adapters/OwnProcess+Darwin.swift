#if canImport(Darwin)
import Darwin

extension OwnProcess {
    /// From the kernel's facts about this task; 0 if it does not tell them.
    static var residentBytes: Int {
        var facts = mach_task_basic_info()
        var count = mach_msg_type_number_t(MemoryLayout<mach_task_basic_info>.size / MemoryLayout<natural_t>.size)
        let result = withUnsafeMutablePointer(to: &facts) { pointer in
            pointer.withMemoryRebound(to: integer_t.self, capacity: Int(count)) {
                task_info(mach_task_self_, task_flavor_t(MACH_TASK_BASIC_INFO), $0, &count)
            }
        }
        return result == KERN_SUCCESS ? Int(facts.resident_size) : 0
    }
}
#endif
