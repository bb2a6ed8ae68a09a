/// Tells in one pass over a line which phrases cannot stand in it, by four bytes of each phrase's longest text.
///
/// Phrases that begin where the line begins are not asked about: comparing their first text is faster. The pass is made
/// once a line, and only when the first phrase comes up that wants it.
package struct RulePrefilter: Sendable {
    /// Bit n stands for the phrases n, n + 32, … that hold these four bytes.
    private var table: [UInt32] = []
    /// For each phrase, its bit; 0 if it must always be tried.
    private var bits: [UInt32] = []
    /// The number of each rule's first phrase.
    private var firstPhrase: [Int] = []

    private static let tableBits: UInt32 = 12

    init() {}

    init(_ rules: [Rule]) {
        table = [UInt32](repeating: 0, count: 1 << Int(Self.tableBits))
        for rule in rules {
            firstPhrase.append(bits.count)
            for phrase in rule.when {
                let gram = Self.gram(of: phrase)
                let bit = UInt32(1) << UInt32(bits.count % 32)
                bits.append(gram == nil ? 0 : bit)
                if let gram { table[Self.place(of: gram)] |= bit }
            }
        }
    }

    /// Four bytes of a phrase that is searched for; nil if it has none, or its place is known.
    private static func gram(of phrase: Phrase) -> UInt32? {
        guard case .text(let pattern, _) = phrase, pattern.start == .anywhere || pattern.elements.first?.form != .literal,
            let literal = pattern.longestLiteral, literal.count >= 4
        else { return nil }
        // The end of a text is mostly rarer than its beginning, which is a blank or an article.
        return pattern.pool[literal].suffix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    @inline(__always)
    private static func place(of gram: UInt32) -> Int {
        Int(truncatingIfNeeded: (gram &* 0x9E37_79B1) >> (32 - tableBits))
    }

    /// The bit of a rule's phrase; 0 if it must always be tried.
    @inline(__always)
    func bit(rule: Int, phrase: Int) -> UInt32 { bits[firstPhrase[rule] &+ phrase] }

    /// The bits of all phrases that may stand in the line from `start` on.
    func candidates(in line: Span<UInt8>, from start: Int) -> UInt32 {
        guard line.count - start >= 4 else { return 0 }
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
