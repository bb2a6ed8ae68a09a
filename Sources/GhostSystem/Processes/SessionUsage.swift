/// What the processes of one session use together.
///
/// Every daemon leads a session of its own, so this is the daemon with everything that it started and that did not leave.
public struct SessionUsage: Sendable, Hashable {
    /// How many processes.
    public var processes: Int
    /// The processor time of the processes that live, in nanoseconds.
    public var cpuNanoseconds: Int64
    /// The resident memory, in bytes; pages that several share are counted in each.
    public var residentBytes: Int64

    /// Creates a usage; nothing is used.
    public init(processes: Int = 0, cpuNanoseconds: Int64 = 0, residentBytes: Int64 = 0) {
        self.processes = processes
        self.cpuNanoseconds = cpuNanoseconds
        self.residentBytes = residentBytes
    }
}
