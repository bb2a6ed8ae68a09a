/// What stands before a place tells whether it is still the same one.
extension LogBookmark.Trail {
    /// Remembers what stands before a place.
    ///
    /// Not in an archive: it would have to be unpacked once more, and what is in it does not change.
    init(before offset: Int64, in part: LogPart) {
        let start = max(0, offset - Int64(LogBookmark.longestTrail))
        guard !part.isArchive, start < offset, let bytes = try? part.text.bytes(start..<offset),
            bytes.count == offset - start
        else {
            self = .unknown
            return
        }
        self.init(length: UInt8(bytes.count), hash: FileMark.hash(of: bytes[...]))
    }

    /// Whether the same stands before a place of a file; the place must be in it in any case.
    func isThere(in part: LogPart, at offset: Int64) -> Bool {
        guard part.isArchive || part.length >= offset else { return false }
        guard length > 0 else { return true }
        let start = offset - Int64(length)
        guard start >= 0, let bytes = try? part.text.bytes(start..<offset) else { return false }
        return bytes.count == Int(length) && FileMark.hash(of: bytes[...]) == hash
    }
}
