import GhostSystem

/// Whole lines of a chunk, one behind the other: where the first starts, and where each ends.
struct LinesAhead {
    /// Where the first byte of the chunk is in the file.
    var offset: Int64
    /// Where the first line starts in the chunk.
    var start: Int
    /// The place in the chunk that the ends are counted from.
    var window: Int
    /// Where each line ends: the places of its LF or CR, ascending; never empty.
    var ends: UnsafeBufferPointer<UInt16>

    /// Where line `number` ends in the chunk.
    @inline(__always)
    func end(of number: Int) -> Int { window &+ Int(ends[number]) }
}

/// Cuts a stream of bytes into lines, keeping a partial line until its end arrives.
///
/// A line ends at LF, CR LF or a lone CR. A byte order mark at the start of the file and NUL bytes at either end of a line
/// (the holes that a power cut leaves) are taken off. Of a line longer than ``longestLineBytes`` the first bytes are
/// given out and the rest is counted. The same bytes give the same lines however they are chunked.
public struct LineSplitter: Sendable {
    /// The longest line that is kept whole, in bytes.
    public static let longestLineBytes = 64 * 1024

    /// The bytes of a partial line, at most ``longestLineBytes``.
    private var partial: [UInt8] = []
    /// Where the first byte of `partial` is in the file.
    private var partialStart: Int64 = 0
    /// How many bytes of the partial line found no room.
    private var partialOmitted = 0
    private var phase = Phase.atLineStart
    /// Where the next byte is in the file.
    public private(set) var offset: Int64
    /// What the first line says about the encoding.
    public private(set) var encoding = Encoding.utf8

    /// Where the splitter is between two bytes.
    private enum Phase: Sendable {
        case atLineStart
        /// A line ended at a CR; an LF that follows belongs to it.
        case afterCarriageReturn
        case insideLine
    }

    /// How the file is encoded, as far as its first bytes tell.
    public enum Encoding: Sendable, Equatable {
        case utf8
        /// A byte order mark of UTF-16 stands at the start: the lines are not readable.
        case utf16
    }

    /// Creates a splitter for bytes that start at `offset` of a file.
    public init(offset: Int64 = 0) {
        self.offset = offset
    }

    /// How many bytes of an unfinished line are held back or were passed over.
    public var pendingBytes: Int { partial.count + partialOmitted }

    /// Takes the next bytes and gives out every line that they complete.
    ///
    /// - Parameters:
    ///   - ahead: is shown the lines that follow, as they stand in the chunk, and takes as many of the first ones as it likes
    ///     together; the one after them is given to `body`. It must take no line that starts or ends with a NUL, that is
    ///     empty or longer than ``longestLineBytes``, or that starts the file.
    ///   - body: receives the text without its end, the offset of its first byte, and how many of its bytes were left out
    ///     because it was too long.
    @inline(__always)
    mutating func split(
        _ chunk: Span<UInt8>,
        ahead: (_ chunk: Span<UInt8>, _ lines: LinesAhead) -> Int = { _, _ in 0 },
        _ body: (_ text: Span<UInt8>, _ start: Int64, _ omitted: Int) -> Void
    ) {
        let base = offset
        var index = 0
        offset += Int64(chunk.count)
        guard chunk.count > 0 else { return }
        if phase == .afterCarriageReturn {
            phase = .atLineStart
            if chunk[0] == .lineFeed { index = 1 }
        }
        if phase == .insideLine {
            let end = chunk.lineEnd(from: index)
            keep(chunk.extracting(index..<end), at: base + Int64(index))
            guard end < chunk.count else { return }
            givePartial(body)
            index = endOfTerminator(at: end, in: chunk)
        }
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: LineEnds.capacity) { places in
            index = splitWhole(chunk, from: index, base: base, places, ahead, body)
        }
        if index < chunk.count {
            phase = .insideLine
            keep(chunk.extracting(index..<chunk.count), at: base + Int64(index))
        } else if chunk[chunk.count - 1] == .carriageReturn {
            phase = .afterCarriageReturn
        }
    }

    /// Gives out every line that ends in `chunk`.
    ///
    /// The ends are looked for a window at a time, apart from what is done with the lines: so the search runs without
    /// waiting for anything, and no line's length makes the processor guess wrongly.
    ///
    /// - Returns: where the line starts that does not end in it.
    @inline(__always)
    private mutating func splitWhole(
        _ chunk: Span<UInt8>,
        from first: Int,
        base: Int64,
        _ places: UnsafeMutableBufferPointer<UInt16>,
        _ ahead: (_ chunk: Span<UInt8>, _ lines: LinesAhead) -> Int,
        _ body: (_ text: Span<UInt8>, _ start: Int64, _ omitted: Int) -> Void
    ) -> Int {
        var index = first
        var window = first
        while window < chunk.count {
            let size = min(LineEnds.windowBytes, chunk.count - window)
            let found = LineEnds.find(in: chunk.extracting(window..<window + size), places)
            var number = 0
            while number < found {
                let ends = UnsafeBufferPointer(rebasing: places[number..<found])
                let taken = ahead(chunk, LinesAhead(offset: base, start: index, window: window, ends: ends))
                if taken > 0 {
                    number &+= taken
                    index = window &+ Int(places[number &- 1]) &+ 1
                    guard number < found else { break }
                }
                let end = window &+ Int(places[number])
                let start = base &+ Int64(index)
                let length = end &- index
                if length > 0, length <= Self.longestLineBytes, start > 0, chunk[index] != 0, chunk[end &- 1] != 0 {
                    // Nothing is to be taken off: so are nearly all lines.
                    body(chunk.extracting(index..<end), start, 0)
                } else if length > 0 || chunk[end] != .lineFeed || end == 0 || chunk[end - 1] != .carriageReturn {
                    give(chunk.extracting(index..<end), start: start, omitted: 0, body)
                }  // else it is the LF of a CR LF.
                index = end &+ 1
                number &+= 1
            }
            window += size
        }
        return index
    }

    /// Gives out a last line that has no end, because nothing will follow it.
    mutating func finish(_ body: (_ text: Span<UInt8>, _ start: Int64, _ omitted: Int) -> Void) {
        guard phase == .insideLine else { return }
        givePartial(body)
    }

    /// Forgets everything and starts anew at the first byte of a file.
    ///
    /// - Returns: how many bytes of a partial line were dropped.
    mutating func restart() -> Int {
        let dropped = pendingBytes
        self = LineSplitter()
        return dropped
    }

    private mutating func keep(_ bytes: Span<UInt8>, at start: Int64) {
        var from = 0
        if partial.isEmpty {
            while from < bytes.count, bytes[from] == 0 { from += 1 }
            partialStart = start + Int64(from)
        }
        let room = Self.longestLineBytes - partial.count
        let stored = min(room, bytes.count - from)
        bytes.extracting(from..<from + stored).withUnsafeBufferPointer { partial.append(contentsOf: $0) }
        partialOmitted += bytes.count - from - stored
    }

    private mutating func givePartial(_ body: (_ text: Span<UInt8>, _ start: Int64, _ omitted: Int) -> Void) {
        let (start, omitted) = (partialStart, partialOmitted)
        var text: [UInt8] = []
        swap(&text, &partial)
        phase = .atLineStart
        partialOmitted = 0
        give(text.span, start: start, omitted: omitted, body)
        // The storage is kept for the next partial line, unless this one was unusually long.
        if text.capacity <= 4096 {
            text.removeAll(keepingCapacity: true)
            swap(&text, &partial)
        }
    }

    private mutating func give(
        _ text: Span<UInt8>,
        start: Int64,
        omitted: Int,
        _ body: (_ text: Span<UInt8>, _ start: Int64, _ omitted: Int) -> Void
    ) {
        var from = 0
        var to = text.count
        if start == 0, to >= 2 { from = lengthOfByteOrderMark(text) }
        while from < to, text[from] == 0 { from += 1 }
        while to > from, text[to - 1] == 0 { to -= 1 }
        let excess = max(0, to - from - Self.longestLineBytes)
        body(text.extracting(from..<to - excess), start + Int64(from), omitted + excess)
    }

    private mutating func lengthOfByteOrderMark(_ text: Span<UInt8>) -> Int {
        switch (text[0], text[1]) {
        case (0xEF, 0xBB) where text.count >= 3 && text[2] == 0xBF: return 3
        case (0xFF, 0xFE), (0xFE, 0xFF):
            // The same two bytes may be garbage on the first line of a readable file; UTF-16 has zeros beside its letters.
            if text.count >= 4, (text[2] == 0) != (text[3] == 0) { encoding = .utf16 }
            return 2
        default: return 0
        }
    }

    @inline(__always)
    private mutating func endOfTerminator(at end: Int, in chunk: Span<UInt8>) -> Int {
        guard chunk[end] == .carriageReturn else { return end + 1 }
        guard end + 1 < chunk.count else {
            phase = .afterCarriageReturn
            return end + 1
        }
        return chunk[end + 1] == .lineFeed ? end + 2 : end + 1
    }
}
