/// The words that stand before the task in a record of the executor, and finding the task behind them.
struct TaskOpenings: Sendable {
    /// By a number that tells them apart; empty where no opening has it.
    private var openings = [Opening](repeating: Opening(), count: 16)

    /// Tags from here on say that the place of the task is taken by the word "none".
    private static var noTask: Int { 16 }

    /// Words, as numbers that cover all of their bytes.
    private struct Opening: Sendable {
        var tag = 0
        /// The length in bytes, from nine to 24; 0 if there is none.
        var length = 0
        /// The first eight bytes, eight in the middle, and the last eight.
        var first: UInt64 = 0
        var middle: UInt64 = 0
        var last: UInt64 = 0

        /// Where the eight bytes in the middle start.
        @inline(__always) var middleStart: Int { Swift.min(8, length &- 8) }
    }

    init() {
        let texts: [StaticString] = [
            "IDLE | Patch: ", "PROCESSING | Patch: ", "ERROR | Patch: ", "executing task ", "✅ task ", "❌ task ",
        ]
        for (number, text) in texts.enumerated() {
            let bytes = text.withUTF8Buffer { Array($0) }
            var opening = Opening(tag: number + 1, length: bytes.count)
            opening.first = bytes.span.bytes.word(at: 0)
            opening.middle = bytes.span.bytes.word(at: opening.middleStart)
            opening.last = bytes.span.bytes.word(at: bytes.count - 8)
            let slot = Self.slot(opening.first)
            assert(openings[slot].length == 0, "two openings have one number")
            openings[slot] = opening
        }
    }

    /// What the first three bytes add up to, which differs for all of them.
    @inline(__always)
    private static func slot(_ first: UInt64) -> Int {
        Int(truncatingIfNeeded: (first ^ first &>> 8 ^ first &>> 16) & 15)
    }

    /// What stands behind the task, with a tag for what stands before it; nil if no task of up to sixteen bytes is found.
    @inline(__always)
    func key(of line: Span<UInt8>, _ text: Range<Int>) -> TextKey? {
        let (start, end) = (text.lowerBound, text.upperBound)
        guard start >= 16, end &- start > 9, end <= line.count else { return nil }
        let bytes = line.bytes
        let first = bytes.word(at: start)
        let opening = openings[Self.slot(first)]
        let task = start &+ opening.length
        guard opening.length > 0, task < end else { return nil }
        let differences =
            (first ^ opening.first) | (bytes.word(at: start &+ opening.middleStart) ^ opening.middle)
            | (bytes.word(at: task &- 8) ^ opening.last)
        guard differences == 0 else { return nil }
        // The task ends at a blank or with the line.
        let length = Swift.min(line.matches(.space, from: task, before: end).trailingZeroBitCount &>> 3, end &- task)
        guard length > 0, length < 16 else { return nil }
        let last = line[task &+ length &- 1]
        // A bar may belong to what follows it, and a colour code at the end of the line is no part of a task.
        guard last != UInt8(ascii: "|"), last > .space, task &+ length < end || last != UInt8(ascii: "m") else {
            return nil
        }
        // The last four bytes up to its end are its own if it has so many.
        let isNone = bytes.halfWord(at: task &+ length &- 4) == 0x656E_6F6E ? Self.noTask : 0
        let tag = opening.tag | (length == 4 ? isNone : 0)
        return TextKey(
            range: task &+ length..<end,
            tag: tag,
            detail: Int32(truncatingIfNeeded: task &<< 8 | length)
        )
    }

    /// Where the task stands in a line, as the detail of its key says.
    @inline(__always)
    static func task(in detail: Int32) -> Range<Int> {
        let start = Int(detail &>> 8)
        return start..<start &+ Int(detail & 0xFF)
    }
}
