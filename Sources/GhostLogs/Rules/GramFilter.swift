/// Tells in one pass over a line which phrases cannot stand in it, by four bytes of each phrase's longest text.
///
/// Phrases that begin where the line begins are not asked about: comparing their first text is faster. The pass is made
/// once a line, and only when the first phrase comes up that wants it.
struct GramFilter: Sendable {
    /// Bit n stands for the phrases n, n + 32, … that hold these four bytes.
    private var table: [UInt32] = []

    private static let tableBits: UInt32 = 12

    /// Adds a phrase, and tells its bit; 0 if the phrase must always be tried.
    mutating func add(_ pattern: TextPattern, number: Int) -> UInt32 {
        guard pattern.start == .anywhere || pattern.elements.first?.form != .literal,
            let literal = pattern.longestLiteral, literal.count >= 4
        else { return 0 }
        if table.isEmpty { table = [UInt32](repeating: 0, count: 1 << Int(Self.tableBits)) }
        let bit = UInt32(1) << UInt32(number % 32)
        // The end of a text is mostly rarer than its beginning, which is a blank or an article.
        let gram = pattern.pool[literal].suffix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        table[Self.place(of: gram)] |= bit
        return bit
    }

    @inline(__always)
    private static func place(of gram: UInt32) -> Int {
        Int(truncatingIfNeeded: (gram &* 0x9E37_79B1) >> (32 - tableBits))
    }

    /// The bits of all phrases that may stand in the line from `start` on.
    func candidates(in line: Span<UInt8>, from start: Int) -> UInt32 {
        guard line.count - start >= 4, !table.isEmpty else { return 0 }
        let bytes = line.bytes
        let table = table.span
        var found: UInt32 = 0
        var index = start
        while index <= line.count &- 4 {
            found |= table[unchecked: Self.place(of: bytes.halfWord(at: index))]
            index &+= 1
        }
        return found
    }
}
