/// The numbers of the files of logs: the oldest that was seen is 1, and each that followed it one more.
///
/// Remembered for as long as this value lives, so that a number stays when older files are deleted.
public struct LogIncarnations: Sendable {
    private var newest: [SearchedLog: Known] = [:]

    private struct Known {
        var mark: FileMark
        var number: Int
    }

    /// Knows nothing yet.
    public init() {}

    /// The number of the oldest of these files.
    mutating func first(of log: SearchedLog, files: [FileMark]) -> Int {
        guard let last = files.last else { return 1 }
        var first = 1
        if let known = newest[log] {
            let place = files.lastIndex { $0.file == known.mark.file || $0.isWhole && $0 == known.mark }
            first = max(1, place.map { known.number - $0 } ?? known.number + 1)
        }
        newest[log] = Known(mark: last, number: first + files.count - 1)
        return first
    }
}

/// What a file is known by, whatever its name.
struct FileMark: Hashable, Sendable {
    /// How many of its first bytes ``headHash`` is about.
    var headLength: Int
    var headHash: UInt32
    /// Tells its number from others.
    var file: UInt16

    /// Whether the beginning will not change any more.
    var isWhole: Bool { headLength == LogBookmark.longestHead }

    /// Marks the file that begins with `head`.
    init(head: ArraySlice<UInt8>, file: UInt16) {
        headLength = head.count
        headHash = Self.hash(of: head)
        self.file = file
    }

    static func hash(of head: ArraySlice<UInt8>) -> UInt32 {
        UInt32(truncatingIfNeeded: ContentWindow(Array(head).span).hash >> 32)
    }

    static func tag(of identity: FileIdentity) -> UInt16 {
        let mixed = (identity.device &* 31 &+ identity.inode) &* 0x9E37_79B9_7F4A_7C15
        return UInt16(truncatingIfNeeded: mixed >> 48)
    }
}

/// What is remembered of one file.
struct FileHead {
    /// Its first bytes, at most ``LogBookmark/longestHead``.
    let bytes: [UInt8]
    let file: UInt16

    init(_ part: LogPart) throws(SourceTrouble) {
        bytes = try part.text.bytes(0..<Int64(LogBookmark.longestHead))
        file = FileMark.tag(of: part.text.file.identity)
    }

    var mark: FileMark { FileMark(head: bytes[...], file: file) }

    /// Whether the file may be the one of a place.
    func isFile(of place: LogBookmark.Place) -> Bool {
        guard place.headLength > 0 else { return place.file == file }
        guard place.headLength <= bytes.count else { return false }
        return FileMark.hash(of: bytes[..<place.headLength]) == place.headHash
    }
}
