/// The saved form; docs/formats/log-index.md describes it.
extension LogIndex {
    /// The form's number; raised with every change.
    static let savedVersion = 1

    /// What a saved index is about.
    struct Subject: Equatable, Sendable {
        /// Which file it is.
        var identity: FileIdentity
        /// Its first bytes.
        var head: ContentWindow
        /// Its last bytes before ``LogIndex/covered``.
        var tail: ContentWindow
    }

    /// The index as bytes, with what tells the file from others.
    func saved(of subject: Subject) -> [UInt8] {
        var bytes = SavedBytes()
        bytes.add(Self.savedVersion)
        bytes.add(subject.identity)
        bytes.add(subject.head)
        bytes.add(subject.tail)
        bytes.add(blockBytes)
        bytes.add(covered)
        bytes.add(lines)
        var linesBefore: Int64 = 0
        var newest: Int64 = 0
        bytes.add(list: blocks) { bytes, block in
            bytes.add(block.linesBefore - linesBefore)
            linesBefore = block.linesBefore
            bytes.add(block.firstStart == Block.noStart ? -1 : Int64(block.firstStart))
            let hasTime = block.oldest <= block.newest
            bytes.add(hasTime ? 1 : 0)
            if hasTime {
                bytes.add(block.newest &- newest)
                bytes.add(block.newest &- block.oldest)
                newest = block.newest
            }
        }
        let sum = ContentWindow(bytes.bytes.span).hash
        return bytes.bytes + (0..<8).map { UInt8(truncatingIfNeeded: sum >> UInt64(8 * $0)) }
    }

    /// Reads what ``saved(of:)`` gave.
    static func read(_ saved: [UInt8]) throws(UnreadableSave) -> (index: LogIndex, subject: Subject) {
        guard saved.count > 8 else { throw .endsEarly }
        let content = Array(saved.dropLast(8))
        let sum = saved.suffix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard ContentWindow(content.span).hash == sum else { throw .wrongChecksum }
        var reader = SavedBytesReader(content)
        let version = try reader.integer()
        guard version == savedVersion else { throw .unknownVersion(version) }
        let subject = Subject(
            identity: try FileIdentity(from: &reader),
            head: try ContentWindow(from: &reader),
            tail: try ContentWindow(from: &reader)
        )
        let blockBytes = Int64(try reader.count())
        let covered = Int64(try reader.count())
        let lines = Int64(try reader.count())
        var linesBefore: Int64 = 0
        var newest: Int64 = 0
        let blocks = try reader.list(atMost: mostBlocks) { reader throws(UnreadableSave) in
            linesBefore += Int64(try reader.count())
            var block = Block(linesBefore: linesBefore)
            let start = try reader.integer64()
            guard start >= -1, start < blockBytes else { throw .impossibleValue }
            if start >= 0 { block.firstStart = UInt32(clamping: start) }
            switch try reader.integer() {
            case 0: break
            case 1:
                newest &+= try reader.integer64()
                block.newest = newest
                block.oldest = newest &- Int64(try reader.count())
            default: throw .impossibleValue
            }
            return block
        }
        try reader.finish()
        guard blockBytes >= shortestBlock, subject.tail.length <= covered, linesBefore <= lines,
            blocks.count <= covered / blockBytes + 1
        else { throw .impossibleValue }
        return (LogIndex(blockBytes: blockBytes, blocks: blocks, covered: covered, lines: lines), subject)
    }
}
