import GhostModel
import GhostSystem

/// When the keeper took in what a file of output holds, from the small file that it writes beside it.
///
/// `docs/formats/capture-times.md` describes it. What is not there or damaged is no error: less is known then. Blocking.
struct CaptureTimes: Sendable {
    /// The entries as they are in the file.
    private let bytes: [UInt8]
    private let count: Int

    private static let magic = Array("ghost-times 1\n\0\0".utf8)
    private static let headerBytes = 32
    private static let entryBytes = 16
    /// The most entries that are read.
    static let mostEntries = 1 << 16

    /// Reads what there is about a file of output; nil if nothing is.
    ///
    /// - Parameters:
    ///   - log: the path of the file of output.
    ///   - inode: its number: entries about a file that had the name before are not used.
    ///   - length: its length, behind which nothing can have been taken in.
    init?(of log: String, inode: UInt64, length: Int64) {
        let folder = SourceSet.parent(of: log)
        let path = SourceSet.join(folder, ".\(SourceSet.name(of: log)).times")
        let longest = Self.headerBytes + Self.mostEntries * Self.entryBytes
        guard let bytes = try? AtomicFile.readBytes(path, limit: longest) else { return nil }
        self.init(bytes, inode: inode, length: length)
    }

    init?(_ bytes: [UInt8], inode: UInt64, length: Int64) {
        guard bytes.count >= Self.headerBytes + Self.entryBytes, bytes.starts(with: Self.magic) else { return nil }
        guard Self.number(in: bytes, at: 16) == inode else { return nil }
        self.bytes = bytes
        var count = 0
        var last: UInt64?
        for number in 0..<min((bytes.count - Self.headerBytes) / Self.entryBytes, Self.mostEntries) {
            let offset = Self.number(in: bytes, at: Self.headerBytes + number * Self.entryBytes)
            // From here on it is damaged, or about what was in the file before it was emptied.
            if let last, offset <= last { break }
            if offset >= UInt64(clamping: length) { break }
            last = offset
            count += 1
        }
        guard count > 0 else { return nil }
        self.count = count
    }

    private static func number(in bytes: [UInt8], at place: Int) -> UInt64 {
        bytes[place..<place + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private func offset(_ number: Int) -> Int64 {
        Int64(clamping: Self.number(in: bytes, at: Self.headerBytes + number * Self.entryBytes))
    }

    private func time(_ number: Int) -> Timestamp {
        let place = Self.headerBytes + number * Self.entryBytes + 8
        return Timestamp(milliseconds: Int64(clamping: Self.number(in: bytes, at: place)))
    }

    /// When the byte at `offset` was taken in, or a little later; nil if that is not known.
    func time(at offset: Int64) -> Timestamp? {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self.offset(middle) <= offset { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? time(low - 1) : nil
    }

    /// Where the first bytes are that may have been taken in at `time` or later; nil if none were.
    func offset(at time: Timestamp) -> Int64? {
        // What came shortly before an entry has the one before.
        first(at: time).map { offset(max($0 - 1, 0)) }
    }

    /// From where on all bytes were taken in at `time` or later, as long as the clock was not set back; nil if none were.
    func offset(behind time: Timestamp) -> Int64? { first(at: time).map(offset) }

    private func first(at time: Timestamp) -> Int? {
        // The clock may have been set back, so times need not rise.
        (0..<count).first { self.time($0) >= time }
    }
}

/// What is known of a file's capture times.
enum KnownTimes: Sendable {
    /// Nobody has asked yet.
    case unread
    case known(CaptureTimes)
    case unknown
}
