/// Whether letters of different case are the same.
enum LetterCasing: Sendable, Equatable {
    case exact
    /// `A` to `Z` are like `a` to `z`; other letters keep their case.
    case ignoringCase
}

/// The two bytes of a literal that are compared first, at sixteen places at once.
struct LiteralProbe: Sendable {
    let firstOffset: Int
    let secondOffset: Int
    // Kept sixteen times each: to spread a byte costs more than to compare it.
    private let first: SIMD16<UInt8>
    private let firstInOtherCase: SIMD16<UInt8>
    private let second: SIMD16<UInt8>
    private let secondInOtherCase: SIMD16<UInt8>

    /// Chooses the two bytes of `literal` that are rarest in logs.
    init(_ literal: [UInt8], _ casing: LetterCasing) {
        let byRarity = literal.indices.sorted {
            LiteralFinder.frequency(of: literal[$0]) < LiteralFinder.frequency(of: literal[$1])
        }
        firstOffset = byRarity.first ?? 0
        let rarest = literal.isEmpty ? 0 : literal[firstOffset]
        // The same byte twice says less than two different ones, and neighbours less than bytes far apart.
        let others = byRarity.filter { literal[$0] != rarest }
        let frequency = others.first.map { LiteralFinder.frequency(of: literal[$0]) }
        secondOffset = others.last { LiteralFinder.frequency(of: literal[$0]) == frequency } ?? byRarity.last ?? 0
        let next = literal.isEmpty ? 0 : literal[secondOffset]
        first = SIMD16(repeating: rarest)
        second = SIMD16(repeating: next)
        firstInOtherCase = SIMD16(repeating: casing == .exact ? rarest : rarest.uppercasedASCII)
        secondInOtherCase = SIMD16(repeating: casing == .exact ? next : next.uppercasedASCII)
    }

    /// Where among the sixteen places from `position` both bytes stand: eight bits for each, the first lowest.
    @inline(__always)
    func candidates(_ bytes: RawSpan, at position: Int) -> UInt128 {
        let one = bytes.lanes(at: position &+ firstOffset)
        let other = bytes.lanes(at: position &+ secondOffset)
        let isFirst = (one .== first) .| (one .== firstInOtherCase)
        let isSecond = (other .== second) .| (other .== secondInOtherCase)
        return (isFirst .& isSecond).bits
    }
}

/// Finds a literal in bytes, sixteen places at a time.
///
/// Two bytes of the literal that are rare in logs are compared at sixteen places at once; only where both are, the rest is
/// looked at.
struct LiteralFinder: Sendable {
    /// In lower case if the case is ignored.
    let literal: [UInt8]
    let casing: LetterCasing
    let probe: LiteralProbe

    init(_ literal: [UInt8], _ casing: LetterCasing) {
        self.literal = casing == .exact ? literal : literal.map(\.lowercasedASCII)
        self.casing = casing
        probe = LiteralProbe(self.literal, casing)
    }

    /// Where the literal starts first at or after `start`; `nil` if nowhere.
    func find(in text: Span<UInt8>, from start: Int = 0) -> Int? {
        precondition(start >= 0)
        guard text.count - start >= literal.count else { return nil }
        guard !literal.isEmpty else { return start }
        let bytes = text.bytes
        // The last place where the literal could start, and one.
        let end = text.count &- literal.count &+ 1
        var position = start
        if end &- start < 16 {
            while position < end {
                if stands(at: position, in: text) { return position }
                position &+= 1
            }
            return nil
        }
        while position < end {
            // The last block overlaps the one before.
            let block = min(position, end &- 16)
            var found = probe.candidates(bytes, at: block)
            while found != 0 {
                let lane = found.trailingZeroBitCount &>> 3
                if stands(at: block &+ lane, in: text) { return block &+ lane }
                found &= ~(0xFF &<< UInt128(truncatingIfNeeded: lane &<< 3))
            }
            position &+= 16
        }
        return nil
    }

    /// Whether the literal stands at a place where it has room.
    @inline(__always)
    func stands(at position: Int, in text: Span<UInt8>) -> Bool {
        switch casing {
        case .exact:
            for index in literal.indices where text[unchecked: position &+ index] != literal[index] { return false }
        case .ignoringCase:
            for index in literal.indices
            where text[unchecked: position &+ index].lowercasedASCII != literal[index] { return false }
        }
        return true
    }

    /// How often a byte stands in logs, roughly: from 0, hardly ever, to 255.
    static func frequency(of byte: UInt8) -> UInt8 {
        switch byte {
        case 0x20, 0x30, 0x31, 0x32: 255
        case 0x65, 0x74, 0x61, 0x6F, 0x69, 0x6E, 0x73, 0x72: 220
        case 0x33...0x39, 0x2D, 0x2E, 0x3A: 200
        case 0x6C, 0x64, 0x63, 0x75, 0x6D, 0x70, 0x68: 150
        case 0x66, 0x67, 0x62, 0x76, 0x77, 0x79, 0x2F, 0x2C, 0x3D, 0x22: 100
        case 0x5F, 0x5B, 0x5D, 0x28, 0x29, 0x6B, 0x78: 60
        case 0x41, 0x43, 0x44, 0x45, 0x46, 0x49, 0x4C, 0x4D, 0x4E, 0x4F, 0x50, 0x52, 0x53, 0x54: 50
        case 0x47, 0x48, 0x4A, 0x4B, 0x51, 0x55...0x5A, 0x42, 0x6A, 0x71, 0x7A: 30
        case 0xC0...0xFF: 20
        case 0x80...0xBF: 15
        default: 10
        }
    }
}

extension RawSpan {
    /// The sixteen bytes at `offset`, which have to be there.
    @inline(__always)
    func lanes(at offset: Int) -> SIMD16<UInt8> {
        unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: SIMD16<UInt8>.self)
    }
}

extension SIMDMask<SIMD16<Int8>> {
    /// Eight bits for each lane, the first lane lowest; all set where the lane is true.
    @inline(__always)
    var bits: UInt128 {
        UInt128(littleEndian: unsafeBitCast(self, to: UInt128.self))
    }
}

extension UInt8 {
    /// The small letter of a large one of ASCII; any other byte as it is.
    @inline(__always)
    var lowercasedASCII: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

    /// The large letter of a small one of ASCII; any other byte as it is.
    @inline(__always)
    var uppercasedASCII: UInt8 { self &- 0x61 < 26 ? self & 0xDF : self }
}
