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
        guard first &+ 4 <= end, end <= count else { return (.unreadable, end..<end) }
        let mark: Mark
        var length = 4
        // The four bytes of the mark, the first of them lowest.
        switch bytes.halfWord(at: first) {
        case 0xA29F_9FF0: mark = .green
        case 0xA19F_9FF0: mark = .yellow
        case 0xB494_9FF0: mark = .bad
        case 0x809A_9FF0: mark = .rocket
        case 0x8494_9FF0: mark = .cycle
        case 0x919B_9FF0: mark = .stop
        case let four where four & 0x00FF_FFFF == 0x0085_9CE2:
            mark = .check
            length = 3
        case let four where four & 0x00FF_FFFF == 0x008C_9DE2:
            mark = .bad
            length = 3
        default: return unreadableMark(in: body)
        }
        var next = first &+ length
        // A blank and a letter or digit follow nearly always; two bytes, the first lowest.
        if next &+ 1 < end, case let two = bytes.quarterWord(at: next), two & 0xFF == 0x20, two > 0x20FF, two < 0x8000 {
            next &+= 1
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
