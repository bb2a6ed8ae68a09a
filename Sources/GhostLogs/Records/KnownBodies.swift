/// The bytes of a record's text, taken up whole to be compared with others at once.
///
/// Six vectors that cover it from its first byte to its last; where it is short they overlap. Two texts are equal if
/// and only if their images are.
struct BodyImage: Equatable, Sendable {
    /// The shortest and the longest text that has an image, in bytes.
    private static let shortest = 16
    private static let longest = 96

    private var parts: (Part, Part, Part, Part, Part, Part)
    /// Which text it is of besides its bytes: the length, and 128 more if a number behind it was left out.
    private var length: Int

    fileprivate typealias Part = SIMD16<UInt8>

    /// Takes up `range`; nil if it is too short or too long.
    ///
    /// - Parameter isCut: whether a number was left out behind it, as ``Span/numberBeforeClose(in:)`` finds it.
    @inline(__always)
    init?(_ line: Span<UInt8>, _ range: Range<Int>, isCut: Bool = false) {
        let (start, length) = (range.lowerBound, range.upperBound &- range.lowerBound)
        guard start >= 0, length >= Self.shortest, length <= Self.longest, range.upperBound <= line.count else {
            return nil
        }
        let bytes = line.bytes
        let last = length &- 16
        @inline(__always)
        func part(_ offset: Int) -> Part {
            bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start &+ Swift.min(offset, last), as: Part.self)
        }
        parts = (part(0), part(16), part(32), part(48), part(64), part(80))
        self.length = isCut ? length | 128 : length
    }

    /// Nothing's image.
    init() {
        parts = (.zero, .zero, .zero, .zero, .zero, .zero)
        length = 0
    }

    @inline(__always)
    static func == (left: BodyImage, right: BodyImage) -> Bool {
        // Vectors up to the last step: word by word there would be twelve comparisons and as many jumps.
        let (a, b) = (left.parts, right.parts)
        let first = (a.0 .== b.0) .& (a.1 .== b.1) .& (a.2 .== b.2)
        let all = first .& (a.3 .== b.3) .& (a.4 .== b.4) .& (a.5 .== b.5)
        let words = unsafeBitCast(all, to: SIMD2<UInt64>.self)
        return words[0] & words[1] == .max && left.length == right.length
    }

    /// A number that depends on every part.
    @inline(__always)
    var hash: UInt64 {
        // Shifted by different distances, so that the same word at two places does not cancel out.
        @inline(__always)
        func words(_ part: Part, _ shift: UInt64) -> SIMD2<UInt64> {
            unsafeBitCast(part, to: SIMD2<UInt64>.self) &<< shift
        }
        let low = words(parts.0, 0) &+ words(parts.1, 1) &+ words(parts.2, 2)
        let high = words(parts.3, 3) &+ words(parts.4, 4) &+ words(parts.5, 5)
        let sum = low &+ high
        let mixed = sum[0] ^ (sum[1] &<< 23 | sum[1] &>> 41) ^ UInt64(truncatingIfNeeded: length)
        return mixed &* 0x9E37_79B9_7F4A_7C15
    }
}

/// Texts of records that were read before, each with what it was found to say.
///
/// Most of a log says the same few things again and again. Such a text is recognised by its bytes, as a whole, instead of
/// being taken apart once more. What is not among the ``capacity`` newest is read as if there were no memory.
struct KnownBodies<Meaning: Sendable>: Sendable {
    /// How many texts are remembered.
    static var capacity: Int { 128 }

    /// In pairs: the newer of two texts whose hashes lead to one place stands first.
    ///
    /// Empty until the first is remembered.
    private var images: [BodyImage] = []
    /// The hashes of the images.
    private var hashes: [UInt64] = []
    private var meanings: [Meaning?] = []

    /// What `image` was found to say; nil if it is not remembered.
    @inline(__always)
    func meaning(of image: BodyImage) -> Meaning? {
        let hash = image.hash
        var place = Self.place(of: hash)
        guard place &+ 1 < hashes.count else { return nil }
        // Which of the two it can be is computed, not jumped to: nobody can foresee it.
        place &+= hashes[place &+ 1] == hash ? 1 : 0
        // Borrowed, because an image is large and is only looked at.
        return images.span[place] == image ? meanings[place] : nil
    }

    /// Remembers what `image` says, in the place of the older of its pair.
    mutating func remember(_ image: BodyImage, _ meaning: Meaning) {
        if images.isEmpty {
            images = Array(repeating: BodyImage(), count: Self.capacity)
            hashes = Array(repeating: 0, count: Self.capacity)
            meanings = Array(repeating: nil, count: Self.capacity)
        }
        let hash = image.hash
        let place = Self.place(of: hash)
        // Two texts with one hash are never remembered together.
        if hashes[place] != hash {
            images[place + 1] = images[place]
            hashes[place + 1] = hashes[place]
            meanings[place + 1] = meanings[place]
        }
        images[place] = image
        hashes[place] = hash
        meanings[place] = meaning
        if hashes[place + 1] == hash { hashes[place + 1] = 0 }
    }

    /// Forgets everything, because the meanings hold no longer.
    mutating func forget() {
        images = []
        hashes = []
        meanings = []
    }

    @inline(__always)
    private static func place(of hash: UInt64) -> Int {
        Int(truncatingIfNeeded: hash &>> 58) &* 2
    }
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
