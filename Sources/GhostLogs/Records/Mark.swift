/// The mark that a record carries before its text.
enum Mark: Sendable, Equatable {
    case none
    case green
    case yellow
    /// 🔴 or ❌: both say "down" or "failed".
    case bad
    case check
    case rocket
    case cycle
    case stop
    /// Bytes beyond ASCII that are no mark: one that was destroyed, or one that is not known.
    case unreadable
}

extension Span<UInt8> {
    /// The longest mark that is passed over although it cannot be read, in bytes.
    private static var longestUnreadableMark: Int { 32 }

    /// The mark at the start of `body`, and what follows it and the blanks behind it.
    @inline(__always)
    func mark(at body: Range<Int>) -> (mark: Mark, text: Range<Int>) {
        guard let first = body.first, self[first] >= 0x80 else { return (.none, body) }
        let end = body.upperBound
        guard first + 4 <= end else { return (.unreadable, end..<end) }
        let mark: Mark
        var length = 4
        switch (self[first], self[first + 1], self[first + 2], self[first + 3]) {
        case (0xF0, 0x9F, 0x9F, 0xA2): mark = .green
        case (0xF0, 0x9F, 0x9F, 0xA1): mark = .yellow
        case (0xF0, 0x9F, 0x94, 0xB4): mark = .bad
        case (0xF0, 0x9F, 0x9A, 0x80): mark = .rocket
        case (0xF0, 0x9F, 0x94, 0x84): mark = .cycle
        case (0xF0, 0x9F, 0x9B, 0x91): mark = .stop
        case (0xE2, 0x9C, 0x85, _):
            mark = .check
            length = 3
        case (0xE2, 0x9D, 0x8C, _):
            mark = .bad
            length = 3
        default: return unreadableMark(in: body)
        }
        var next = first + length
        if next < end, self[next] == .space, next + 1 < end, self[next + 1] > .space, self[next + 1] < 0x80 {
            next += 1
        } else {
            next = skipDecoration(from: next, before: end, blanks: true)
        }
        return (mark, next..<end)
    }

    private func unreadableMark(in body: Range<Int>) -> (mark: Mark, text: Range<Int>) {
        let limit = Swift.min(body.upperBound, body.lowerBound + Self.longestUnreadableMark)
        guard let blank = firstIndex(of: .space, in: body.lowerBound..<limit) else {
            return (.unreadable, body.upperBound..<body.upperBound)
        }
        return (.unreadable, skipDecoration(from: blank, before: body.upperBound, blanks: true)..<body.upperBound)
    }
}
