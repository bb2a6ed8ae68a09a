/// Cuts UTF-16 into lines of UTF-8, keeping a partial line until its end arrives.
///
/// Gives out what ``LineSplitter`` would give out for the same text; offsets are those of the file's bytes. A surrogate
/// without its other half, and half a unit at the end, become U+FFFD. The same bytes give the same lines however they are
/// chunked.
struct WideLineSplitter: Sendable {
    let order: TextEncoding.ByteOrder
    /// Where the next byte is in the file.
    private(set) var offset: Int64
    /// The present line as UTF-8, at most ``LineSplitter/longestLineBytes``.
    private var text: [UInt8] = []
    /// Where the present line starts in the file.
    private var start: Int64
    /// How many of the line's bytes in the file found no room.
    private var omitted = 0
    /// The first byte of a unit whose second has not come yet.
    private var half: UInt8?
    /// A first surrogate whose second has not come yet.
    private var surrogate: UInt16?
    private var phase = Phase.atLineStart

    private enum Phase: Sendable {
        case atLineStart
        /// A line ended at a CR; an LF that follows belongs to it.
        case afterCarriageReturn
        case insideLine
    }

    /// Creates a splitter for bytes that start at `offset` of a file.
    init(order: TextEncoding.ByteOrder, offset: Int64 = 0) {
        self.order = order
        self.offset = offset
        start = offset
    }

    /// How many of the file's bytes belong to an unfinished line.
    var pendingBytes: Int {
        switch phase {
        case .insideLine: Int(offset - start)
        case .atLineStart, .afterCarriageReturn: half == nil ? 0 : 1
        }
    }

    /// Takes the next bytes and gives out every line that they complete.
    ///
    /// - Parameter body: receives the text without its end, the offset of its first byte, and how many of its bytes were
    ///   left out because it was too long.
    mutating func split(_ chunk: Span<UInt8>, _ body: (_ text: Span<UInt8>, _ start: Int64, _ omitted: Int) -> Void) {
        var index = 0
        if let first = half, chunk.count > 0 {
            half = nil
            take(unit(first, chunk[0]), at: offset - 1, body)
            index = 1
        }
        while index + 1 < chunk.count {
            take(unit(chunk[index], chunk[index + 1]), at: offset + Int64(index), body)
            index += 2
        }
        if index < chunk.count { half = chunk[index] }
        offset += Int64(chunk.count)
    }

    /// Gives out a last line that has no end, because nothing will follow it.
    mutating func finish(_ body: (_ text: Span<UInt8>, _ start: Int64, _ omitted: Int) -> Void) {
        if half != nil {
            half = nil
            if phase != .insideLine { start = offset - 1 }
            phase = .insideLine
            endSurrogate()
            append(0xFFFD, bytes: 1)
        }
        guard phase == .insideLine else { return }
        endSurrogate()
        give(body)
        phase = .atLineStart
    }

    private func unit(_ first: UInt8, _ second: UInt8) -> UInt16 {
        switch order {
        case .littleEndian: UInt16(second) << 8 | UInt16(first)
        case .bigEndian: UInt16(first) << 8 | UInt16(second)
        }
    }

    private mutating func take(
        _ unit: UInt16,
        at place: Int64,
        _ body: (_ text: Span<UInt8>, _ start: Int64, _ omitted: Int) -> Void
    ) {
        switch (unit, phase) {
        case (0x0A, .afterCarriageReturn):
            phase = .atLineStart
        case (0x0A, _), (0x0D, _):
            if phase != .insideLine { start = place }
            endSurrogate()
            give(body)
            phase = unit == 0x0D ? .afterCarriageReturn : .atLineStart
        case (0, .insideLine) where text.isEmpty && surrogate == nil && omitted == 0, (0xFEFF, _) where place == 0:
            // Not a part of the text: the mark, and what a power cut leaves.
            begin(at: place)
            start = place + 2
        case (0, .atLineStart), (0, .afterCarriageReturn):
            begin(at: place)
            start = place + 2
        default:
            if phase != .insideLine { begin(at: place) }
            decode(unit)
        }
    }

    private mutating func begin(at place: Int64) {
        start = place
        phase = .insideLine
    }

    private mutating func decode(_ unit: UInt16) {
        if let first = surrogate {
            surrogate = nil
            if unit & 0xFC00 == 0xDC00 {
                append(0x10000 + (UInt32(first & 0x3FF) << 10 | UInt32(unit & 0x3FF)), bytes: 4)
                return
            }
            append(0xFFFD, bytes: 2)
        }
        switch unit & 0xFC00 {
        case 0xD800: surrogate = unit
        case 0xDC00: append(0xFFFD, bytes: 2)
        default: append(UInt32(unit), bytes: 2)
        }
    }

    private mutating func endSurrogate() {
        guard surrogate != nil else { return }
        surrogate = nil
        append(0xFFFD, bytes: 2)
    }

    /// Appends a character that takes `bytes` bytes in the file.
    private mutating func append(_ scalar: UInt32, bytes: Int) {
        let length = scalar < 0x80 ? 1 : scalar < 0x800 ? 2 : scalar < 0x10000 ? 3 : 4
        guard omitted == 0, text.count + length <= LineSplitter.longestLineBytes else {
            omitted += bytes
            return
        }
        guard length > 1 else {
            text.append(UInt8(truncatingIfNeeded: scalar))
            return
        }
        let mark: UInt8 = length == 2 ? 0xC0 : length == 3 ? 0xE0 : 0xF0
        text.append(mark | UInt8(truncatingIfNeeded: scalar >> UInt32(6 * (length - 1))))
        for place in stride(from: length - 2, through: 0, by: -1) {
            text.append(0x80 | UInt8(truncatingIfNeeded: scalar >> UInt32(6 * place)) & 0x3F)
        }
    }

    private mutating func give(_ body: (_ text: Span<UInt8>, _ start: Int64, _ omitted: Int) -> Void) {
        while text.last == 0 { text.removeLast() }
        body(text.span, start, omitted)
        text.removeAll(keepingCapacity: text.capacity <= 8192)
        omitted = 0
    }
}
