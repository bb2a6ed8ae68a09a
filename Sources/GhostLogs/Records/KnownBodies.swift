/// The bytes of a record's text, taken up whole to be compared with others at once.
///
/// Six vectors that cover it from its first byte to its last; where it is short they overlap. Two texts are equal if
/// and only if their images are.
struct BodyImage: Equatable, Sendable {
    /// The longest text that has an image, in bytes.
    private static let longest = 96

    private var parts: (Part, Part, Part, Part, Part, Part)
    /// What it is of besides its bytes: the length, and 256 times the tag.
    private var kind: Int

    fileprivate typealias Part = SIMD16<UInt8>

    /// Takes up `range`; nil if it is too long.
    ///
    /// - Parameter tag: tells apart what the bytes do not.
    @inline(__always)
    init?(_ line: Span<UInt8>, _ range: Range<Int>, tag: Int = 0) {
        let (start, end) = (range.lowerBound, range.upperBound)
        let length = end &- start
        guard start >= 0, length <= Self.longest, end >= 16, end <= line.count else { return nil }
        kind = length | tag &<< 8
        let bytes = line.bytes
        guard length >= 16 else {
            // One number says it all: the bytes before it are shifted out.
            let whole = bytes.doubleWord(at: end &- 16) >> UInt128(truncatingIfNeeded: 128 &- length &* 8)
            parts = (unsafeBitCast(whole, to: Part.self), .zero, .zero, .zero, .zero, .zero)
            return
        }
        let last = length &- 16
        @inline(__always)
        func part(_ offset: Int) -> Part { bytes.vector(at: start &+ Swift.min(offset, last)) }
        parts = (part(0), part(16), part(32), part(48), part(64), part(80))
    }

    /// Nothing's image.
    init() {
        parts = (.zero, .zero, .zero, .zero, .zero, .zero)
        kind = -1
    }

    @inline(__always)
    static func == (left: BodyImage, right: BodyImage) -> Bool {
        // Vectors up to the last step: word by word there would be twelve comparisons and as many jumps.
        let (a, b) = (left.parts, right.parts)
        let first = (a.0 .== b.0) .& (a.1 .== b.1) .& (a.2 .== b.2)
        let all = first .& (a.3 .== b.3) .& (a.4 .== b.4) .& (a.5 .== b.5)
        let words = unsafeBitCast(all, to: SIMD2<UInt64>.self)
        return words[0] & words[1] == .max && left.kind == right.kind
    }

    /// A number that depends on every part.
    @inline(__always)
    var hash: UInt64 {
        // Doubled before the next is added, so that the same word at two places does not cancel out.
        @inline(__always)
        func doubled(_ sum: SIMD2<UInt64>, _ part: Part) -> SIMD2<UInt64> {
            sum &+ sum &+ unsafeBitCast(part, to: SIMD2<UInt64>.self)
        }
        var sum = unsafeBitCast(parts.0, to: SIMD2<UInt64>.self)
        sum = doubled(doubled(sum, parts.1), parts.2)
        sum = doubled(doubled(doubled(sum, parts.3), parts.4), parts.5)
        let mixed = sum[0] ^ (sum[1] &<< 23 | sum[1] &>> 41) ^ UInt64(truncatingIfNeeded: kind)
        return mixed &* 0x9E37_79B9_7F4A_7C15
    }
}

/// Texts of records that were read before, each with what it was found to say.
///
/// Most of a log says the same few things again and again. Such a text is recognised by its bytes, as a whole, instead of
/// being taken apart once more. What is not remembered is read as if there were no memory.
struct KnownBodies<Meaning: Sendable>: Sendable {
    /// How many groups of four places there are.
    ///
    /// The hash of a text leads to a group; in it the newest stands first, and the oldest makes room.
    private static var groupCount: Int { 64 }
    /// How many texts are remembered at most.
    static var capacity: Int { 4 * groupCount }

    /// Empty until the first is remembered, as are the others.
    private var images: [BodyImage] = []
    private var meanings: [Meaning?] = []
    /// A part of each image's hash; where it is another one, the text need not be compared.
    private var marks: [Marks] = []

    private typealias Marks = (UInt32, UInt32, UInt32, UInt32)

    /// Whether nothing is remembered.
    var isEmpty: Bool { marks.isEmpty }

    /// What the text at `place`, where ``place(of:)`` found one, was found to say.
    @inline(__always)
    subscript(place: Int) -> Meaning? { meanings[place] }

    /// Where `image` is remembered; nil if it is not.
    @inline(__always)
    func place(of image: BodyImage) -> Int? {
        let hash = image.hash
        let group = Self.group(of: hash)
        guard group < marks.count else { return nil }
        // Which of the four it can be is computed, not jumped to: nobody can foresee it.
        let (marks, mark) = (marks[group], Self.mark(of: hash))
        let step = (marks.1 == mark ? 1 : 0) | (marks.2 == mark ? 2 : 0) | (marks.3 == mark ? 3 : 0)
        let place = group &* 4 &+ step
        // Borrowed, because an image is large and is only looked at.
        return images.span[place] == image ? place : nil
    }

    /// Remembers what `image` says.
    mutating func remember(_ image: BodyImage, _ meaning: Meaning) {
        if isEmpty {
            images = Array(repeating: BodyImage(), count: Self.capacity)
            meanings = Array(repeating: nil, count: Self.capacity)
            marks = Array(repeating: (0, 0, 0, 0), count: Self.groupCount)
        }
        let group = Self.group(of: image.hash)
        let (old, mark) = (marks[group], Self.mark(of: image.hash))
        // Two texts with one mark are never remembered together: only one would be found.
        let room = old.0 == mark ? 0 : old.1 == mark ? 1 : old.2 == mark ? 2 : 3
        for place in stride(from: group * 4 + room, to: group * 4, by: -1) {
            images[place] = images[place - 1]
            meanings[place] = meanings[place - 1]
        }
        images[group * 4] = image
        meanings[group * 4] = meaning
        marks[group] = (
            mark, room > 0 ? old.0 : old.1, room > 1 ? old.1 : old.2, room > 2 ? old.2 : old.3
        )
    }

    /// Forgets everything, because the meanings hold no longer.
    mutating func forget() {
        images = []
        meanings = []
        marks = []
    }

    @inline(__always)
    private static func group(of hash: UInt64) -> Int { Int(truncatingIfNeeded: hash &>> 58) }

    @inline(__always)
    private static func mark(of hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash &>> 26) }
}

extension Span<UInt8> {
    /// The number in `…(NAME: 123)` at the end of `range`, and where it starts; no digits if there is no such number.
    ///
    /// At most seven digits, so that one word holds them and what stands before them.
    @inline(__always)
    func numberBeforeClose(in range: Range<Int>) -> (value: UInt64, digits: Int) {
        let end = range.upperBound
        guard range.lowerBound >= 0, end &- range.lowerBound >= 9, end <= count else { return (0, 0) }
        let word = bytes.word(at: end &- 8)
        guard word >> 56 == UInt64(UInt8(ascii: ")")) else { return (0, 0) }
        // Without the bracket; a zero byte comes in from below and is no digit.
        let digits = (word &<< 8) ^ 0x3030_3030_3030_3030
        let others = (digits &+ 0x7676_7676_7676_7676 | digits) & 0x8080_8080_8080_8080
        let length = others.leadingZeroBitCount &>> 3
        guard length > 0 else { return (0, 0) }
        let ones = digits & (~0 &<< UInt64(truncatingIfNeeded: 64 &- length &* 8))
        let tens = (ones &* 10 &+ (ones >> 8)) & 0x00FF_00FF_00FF_00FF
        let hundreds = (tens &* 100 &+ (tens >> 16)) & 0x0000_FFFF_0000_FFFF
        return ((hundreds &* 10_000 &+ (hundreds >> 32)) & 0xFFFF_FFFF, length)
    }
}
