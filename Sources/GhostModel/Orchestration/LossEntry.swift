/// Bytes of a log that were gone before they could be read.
///
/// A loss is named so that totals which miss something say so. Nothing is entered where nothing was lost.
public struct LossEntry: Codable, Equatable, Sendable {
    /// Whose log it was: one of the five components, or one that rules describe.
    public var component: String
    /// The log's file name, or the name of the archive that is damaged.
    public var file: String
    /// The incarnation of the log that lost bytes; 0 for one that was never read before.
    public var generation: Int
    /// The offset of the first lost byte; nil if it is unknown.
    public var from: Int64?
    /// The offset after the last lost byte that was known to exist; nil if that is unknown.
    public var to: Int64?
    /// How the bytes were lost.
    public var reason: Reason
    /// When the lost bytes, or the last ones before them, were last seen: nothing was lost earlier.
    public var lastSeen: Timestamp?
    /// When the loss was noticed: nothing was lost later.
    public var noticed: Timestamp

    /// How bytes can be lost.
    public enum Reason: String, Codable, Sendable, Hashable, CaseIterable {
        /// The file was emptied or written anew before it was read to its end, and no copy of the rest was found.
        case truncatedUnread
        /// The file was deleted while nobody had it open, before it was read to its end.
        case deletedUnread
        /// The file was put away and is no longer under any name that belongs to the log.
        case rotatedAway
        /// A compressed file ends early or does not agree with its checksum.
        case damagedArchive
        /// The file was put away and may not be read.
        case unreadable
    }

    /// Names a loss.
    public init(
        component: String,
        file: String,
        generation: Int,
        from: Int64?,
        to: Int64?,
        reason: Reason,
        lastSeen: Timestamp?,
        noticed: Timestamp
    ) {
        self.component = component
        self.file = file
        self.generation = generation
        self.from = from
        self.to = to
        self.reason = reason
        self.lastSeen = lastSeen
        self.noticed = noticed
    }
}

extension LossEntry {
    /// How many bytes are known to be lost; nil if their number is unknown.
    public var bytes: Int64? {
        guard let from, let to else { return nil }
        return max(0, to - from)
    }
}
