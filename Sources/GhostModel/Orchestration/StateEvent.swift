/// One committed change of what the logs say about a component.
///
/// Its name outside is `epoch-sequence`: the epoch belongs to the store, the sequence to the event.
public struct StateEvent: Codable, Equatable, Sendable {
    /// Counts the events of an epoch; never given twice.
    public var sequence: UInt64
    /// When Ghost read what changed the component.
    public var at: Timestamp
    /// The component's name, or `monitor` for what concerns the folder.
    public var component: String
    /// The newest line that took part in the change, or how many records did when they were too many to quote one.
    public var cause: String
    /// Where the newest record is; nil if no record took part.
    @Nullable public var position: SourcePosition?

    /// The longest ``cause``, in bytes.
    public static let longestCause = 256

    /// Creates an event.
    public init(sequence: UInt64, at: Timestamp, component: String, cause: String, position: SourcePosition?) {
        self.sequence = sequence
        self.at = at
        self.component = component
        self.cause = cause
        self.position = position
    }
}
