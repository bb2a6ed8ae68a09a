/// Cuts the text of a file into lines, whatever its encoding.
struct LineCutter: Sendable {
    private var narrow: LineSplitter
    private var wide: WideLineSplitter?

    /// Starts at the start of a line.
    init(_ encoding: TextEncoding, offset: Int64) {
        narrow = LineSplitter(offset: offset)
        if case .utf16(let order) = encoding { wide = WideLineSplitter(order: order, offset: offset) }
    }

    /// How many bytes before the next one belong to a line without an end.
    var pendingBytes: Int { wide?.pendingBytes ?? narrow.pendingBytes }

    @inline(__always)
    mutating func split(_ chunk: Span<UInt8>, _ body: (_ text: Span<UInt8>, _ start: Int64, _ omitted: Int) -> Void) {
        if wide == nil { narrow.split(chunk, body) } else { wide?.split(chunk, body) }
    }

    mutating func finish(_ body: (_ text: Span<UInt8>, _ start: Int64, _ omitted: Int) -> Void) {
        if wide == nil { narrow.finish(body) } else { wide?.finish(body) }
    }
}

extension TextEncoding {
    /// How many bytes belong together.
    var unitBytes: Int {
        switch self {
        case .utf8: 1
        case .utf16: 2
        }
    }

    /// Calls `body` with the place of each line's start in `block`.
    ///
    /// - Parameters:
    ///   - context: how many units at the beginning of `block` only tell what comes before; 0 at the start of the file.
    ///   - isEnd: whether the file ends behind the block: no line starts there.
    func lineStarts(in block: Span<UInt8>, context: Int, _ body: (Int) -> Void) {
        var index = context * unitBytes
        if context == 0, block.count > 0 {
            body(0)
            index = 0
        } else if context > 0, index < block.count {
            // What ends just before the block.
            index -= unitBytes
        }
        while let end = lineEnd(in: block, from: index) {
            var next = end + unitBytes
            if isCarriageReturn(block, end), isLineFeed(block, next) { next += unitBytes }
            guard next < block.count else { return }
            if next >= context * unitBytes, next > 0 { body(next) }
            index = next
        }
    }

    private func lineEnd(in block: Span<UInt8>, from start: Int) -> Int? {
        guard start < block.count else { return nil }
        guard case .utf16 = self else {
            let end = block.lineEnd(from: start)
            return end < block.count ? end : nil
        }
        var index = start
        while index + 1 < block.count {
            if isLineFeed(block, index) || isCarriageReturn(block, index) { return index }
            index += 2
        }
        return nil
    }

    private func isLineFeed(_ block: Span<UInt8>, _ index: Int) -> Bool { unit(block, index) == 0x0A }
    private func isCarriageReturn(_ block: Span<UInt8>, _ index: Int) -> Bool { unit(block, index) == 0x0D }

    private func unit(_ block: Span<UInt8>, _ index: Int) -> UInt16? {
        guard index + unitBytes <= block.count else { return nil }
        return switch self {
        case .utf8: UInt16(block[index])
        case .utf16(.littleEndian): UInt16(block[index + 1]) << 8 | UInt16(block[index])
        case .utf16(.bigEndian): UInt16(block[index]) << 8 | UInt16(block[index + 1])
        }
    }
}
