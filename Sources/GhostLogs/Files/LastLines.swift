/// Reads the last lines of a file without reading the rest of it.
public enum LastLines {
    /// How much of the file is looked at, in bytes.
    public static let longestTail = 16 * 1024 * 1024
    /// How much is read at a time, in bytes.
    private static let blockBytes = 64 * 1024

    /// The end of a file.
    public struct Tail: Sendable, Equatable {
        /// The lines without their ends, oldest first.
        public var lines: [[UInt8]]
        /// Where the first of them starts in the file.
        public var offset: Int64
        /// Where reading ended: following the file goes on here.
        public var end: Int64
    }

    /// The last `count` lines of the file at `path`; fewer if it has fewer, or if they exceed `longest` bytes.
    ///
    /// A last line without an end counts. Lines end at LF; a CR before it is taken off. Blocking.
    public static func read(
        path: String,
        count: Int,
        longest: Int = longestTail
    ) throws(SourceTrouble) -> Tail {
        let file = try OpenFile(path: path)
        let end = try file.length()
        guard count > 0, end > 0 else { return Tail(lines: [], offset: end, end: end) }
        var buffer = [UInt8](repeating: 0, count: blockBytes)
        var blocks: [[UInt8]] = []
        var start = end
        var feeds = 0
        let floor = max(0, end - Int64(longest))
        // One line end more than lines: the one before the first line. The very last byte ends the last line.
        while start > floor, feeds <= count {
            let length = Int(min(Int64(blockBytes), start - floor))
            start -= Int64(length)
            let block = try readWhole(file, &buffer, length, at: start)
            for (index, byte) in block.enumerated() where byte == .lineFeed {
                if start + Int64(index) + 1 < end { feeds += 1 }
            }
            blocks.append(block)
        }
        let text = blocks.reversed().flatMap { $0 }
        return cut(text, start: start, count: count, isWhole: start == 0)
    }

    private static func readWhole(
        _ file: OpenFile,
        _ buffer: inout [UInt8],
        _ length: Int,
        at start: Int64
    ) throws(SourceTrouble) -> [UInt8] {
        var block: [UInt8] = []
        while block.count < length {
            let count = try file.read(into: &buffer, longest: length - block.count, at: start + Int64(block.count))
            guard count > 0 else { break }
            block.append(contentsOf: buffer[..<count])
        }
        return block
    }

    private static func cut(_ text: [UInt8], start: Int64, count: Int, isWhole: Bool) -> Tail {
        var pieces = text.split(separator: .lineFeed, omittingEmptySubsequences: false)
        if pieces.last?.isEmpty == true { pieces.removeLast() }
        // The first piece may be the end of a line that starts earlier.
        if !isWhole, pieces.count > 1 { pieces.removeFirst() }
        let kept = pieces.suffix(count)
        return Tail(
            lines: kept.map { Array($0.last == .carriageReturn ? $0.dropLast() : $0) },
            offset: start + Int64(kept.first?.startIndex ?? text.count),
            end: start + Int64(text.count)
        )
    }
}
