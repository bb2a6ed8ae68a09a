/// Finds the first of several literals in bytes, sixteen places at a time.
///
/// Works like ``LiteralFinder``: of each literal two bytes are compared at sixteen places at once.
struct LiteralSetFinder: Sendable {
    /// The most literals; with more, reading every byte costs less.
    static let mostLiterals = 8

    private let finders: [LiteralFinder]
    private let probes: [LiteralProbe]
    /// The largest place of a byte that is compared first.
    private let reach: Int
    private let shortest: Int

    /// - Parameter literals: none of them empty.
    init(_ literals: [[UInt8]], _ casing: LetterCasing) {
        finders = literals.map { LiteralFinder($0, casing) }
        probes = finders.map(\.probe)
        reach = probes.map { max($0.firstOffset, $0.secondOffset) }.max() ?? 0
        shortest = literals.map(\.count).min() ?? 0
    }

    /// Where a literal starts first at or after `start`, and how long the one is that was written first of those there.
    func find(in text: Span<UInt8>, from start: Int = 0) -> Range<Int>? {
        var position = start
        // The last place at which a whole block can be loaded, and one.
        let lastBlock = text.count &- reach &- 15
        while position < lastBlock {
            if let found = block(text, position) { return found }
            position &+= 16
        }
        // What is left is seen by a block that overlaps the one before.
        if lastBlock > start {
            if let found = block(text, lastBlock &- 1) { return found }
            position = lastBlock &+ 15
        }
        while position <= text.count &- shortest {
            if let found = literal(at: position, in: text) { return found }
            position &+= 1
        }
        return nil
    }

    @inline(__always)
    private func block(_ text: Span<UInt8>, _ position: Int) -> Range<Int>? {
        let bytes = text.bytes
        var found: UInt128 = 0
        probes.withUnsafeBufferPointer { probes in
            for probe in probes { found |= probe.candidates(bytes, at: position) }
        }
        while found != 0 {
            let lane = found.trailingZeroBitCount &>> 3
            if let range = literal(at: position &+ lane, in: text) { return range }
            found &= ~(0xFF &<< UInt128(truncatingIfNeeded: lane &<< 3))
        }
        return nil
    }

    private func literal(at position: Int, in text: Span<UInt8>) -> Range<Int>? {
        for finder in finders where position &+ finder.literal.count <= text.count {
            if finder.stands(at: position, in: text) { return position..<(position &+ finder.literal.count) }
        }
        return nil
    }
}
