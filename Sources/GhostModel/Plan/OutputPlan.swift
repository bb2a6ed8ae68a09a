/// What becomes of what a daemon writes to its standard output and error.
public struct OutputPlan: Sendable, Hashable, Codable {
    /// Whether standard error has a file of its own, `NAME.err.log`.
    public var streams: Streams
    /// The length from which a file is put away as `NAME.log.1`, in bytes; nil never.
    public var rotateBytes: Int64?
    /// How many put-away files are kept.
    public var keep: Int
    /// The age from which put-away files are deleted; nil never.
    public var age: Duration?
    /// What happens while the file cannot be written.
    public var pressure: Pressure

    /// How many files there are.
    public enum Streams: String, Sendable, Hashable, Codable {
        /// Both streams go to one file, in the order in which they were written.
        case merged
        /// Each has its own.
        case split
    }

    /// What happens to output while its file cannot be written, for instance because the disk is full.
    public enum Pressure: String, Sendable, Hashable, Codable, CaseIterable {
        /// The daemon waits as soon as its pipe is full.
        case block
        /// The daemon goes on; the newest mebibyte is kept, and what was lost before it is counted in the log.
        case dropOldest = "drop_oldest"
        /// The daemon goes on; the oldest mebibyte is kept, and what was lost after it is counted in the log.
        case dropNewest = "drop_newest"
    }

    /// Creates a policy: one file, put away at 50 MiB, ten of them kept for 30 days at most, and no daemon waits for a
    /// disk.
    public init(
        streams: Streams = .merged,
        rotateBytes: Int64? = 50 << 20,
        keep: Int = 10,
        age: Duration? = .seconds(30 * 86_400),
        pressure: Pressure = .dropOldest
    ) {
        self.streams = streams
        self.rotateBytes = rotateBytes
        self.keep = keep
        self.age = age
        self.pressure = pressure
    }
}
