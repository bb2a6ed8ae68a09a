public import GhostModel

/// A file that is followed as it grows, through rotation and truncation.
///
/// Follows the name, not the file: when another file takes the name, the old one is read to its end first. Blocking: call
/// it where waiting for a disk is allowed. Copies share the descriptor and have positions of their own.
///
/// A file that is truncated and grows past the old position between two looks cannot be told from one that only grew.
public struct FollowedFile: Sendable {
    /// The path that is followed.
    public let path: String
    /// Which incarnation is being read; 0 before the first, then one more for each that followed.
    public private(set) var generation = 0
    /// Where the next byte to read is in this incarnation.
    public private(set) var offset: Int64 = 0
    private var file: OpenFile?
    private let start: Int64
    private var absence = Absence.none

    /// How long the name may be gone before that is reported: longer than a rotation takes.
    public static let toleratedAbsence: Duration = .seconds(2)

    private enum Absence: Sendable {
        case none
        case since(Timestamp)
    }

    /// What a look at the file brought.
    public enum Look: Sendable, Equatable {
        /// The first `count` bytes of the buffer are new; they start at `offset` of `generation`.
        case bytes(count: Int, generation: Int, offset: Int64)
        /// The file was put away and read to its end; the next look is at its successor.
        case replaced
        /// The file was cut; the next look starts at its beginning.
        case truncated
        /// There is nothing new.
        case nothing
    }

    /// Follows `path`, which need not exist yet.
    ///
    /// - Parameter start: where to begin in the first incarnation; an incarnation that is shorter is read from its beginning.
    public init(path: String, startingAt start: Int64 = 0) {
        self.path = path
        self.start = start
    }

    /// Reads the next bytes into `buffer`.
    ///
    /// - Parameters:
    ///   - longest: how many bytes at most; bounded by the buffer as well.
    ///   - now: judges how long the name has been gone.
    /// - Throws: why the file cannot be read now. The next look tries again.
    public mutating func look(
        into buffer: inout [UInt8],
        longest: Int = .max,
        now: Timestamp
    ) throws(SourceTrouble) -> Look {
        guard let file else {
            let opened = try OpenFile(path: path)
            let length = try opened.length()
            offset = generation == 0 && start <= length ? start : 0
            self.file = opened
            absence = .none
            generation += 1
            return try look(into: &buffer, longest: longest, now: now)
        }
        if let bytes = try read(file, &buffer, longest) { return bytes }
        if try file.length() < offset {
            generation += 1
            offset = 0
            return .truncated
        }
        return try lookAtName(file, &buffer, longest, now)
    }

    private mutating func read(
        _ file: OpenFile,
        _ buffer: inout [UInt8],
        _ longest: Int
    ) throws(SourceTrouble) -> Look? {
        let count = try file.read(into: &buffer, longest: longest, at: offset)
        guard count > 0 else { return nil }
        let start = offset
        offset += Int64(count)
        return .bytes(count: count, generation: generation, offset: start)
    }

    /// Asks, at the end of the file, whether the name still leads to it.
    private mutating func lookAtName(
        _ file: OpenFile,
        _ buffer: inout [UInt8],
        _ longest: Int,
        _ now: Timestamp
    ) throws(SourceTrouble) -> Look {
        let named: FileFacts
        do {
            named = try FileFacts(path: path)
        } catch .missing {
            guard case .since(let start) = absence else {
                absence = .since(now)
                return .nothing
            }
            guard now.since(start) > Self.toleratedAbsence else { return .nothing }
            throw .missing
        }
        absence = .none
        guard named.identity != file.identity else { return .nothing }
        // Whoever made the new file wrote to the old one before: one more look at it finds the rest.
        if let bytes = try read(file, &buffer, longest) { return bytes }
        self.file = nil
        return .replaced
    }
}
