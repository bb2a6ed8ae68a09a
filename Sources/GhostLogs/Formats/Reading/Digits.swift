extension Span<UInt8> {
    /// The byte at `index`, or 0 where the line has none: what is looked for is never 0.
    @inline(__always)
    func peek(_ index: Int) -> UInt8 {
        UInt(bitPattern: index) < UInt(bitPattern: count) ? self[unchecked: index] : 0
    }

    @inline(__always)
    func isDigit(_ index: Int) -> Bool { peek(index) &- 0x30 <= 9 }

    @inline(__always)
    func isLetter(_ index: Int) -> Bool { (peek(index) | 0x20) &- 0x61 < 26 }

    @inline(__always)
    func isBlank(_ index: Int) -> Bool {
        let byte = peek(index)
        return byte == .space || byte == .tab
    }

    /// Whether a word may end at `index`: a blank or the end of the line stands there.
    @inline(__always)
    func isBlankOrEnd(_ index: Int) -> Bool { index >= count || isBlank(index) }

    /// The first index at or after `start` where no blank stands.
    @inline(__always)
    func skipBlanks(_ start: Int) -> Int {
        var index = start
        while isBlank(index) { index &+= 1 }
        return index
    }

    /// The index of the next blank, or the end of the line.
    @inline(__always)
    func wordEnd(_ start: Int) -> Int {
        var index = start
        while index < count, !isBlank(index) { index &+= 1 }
        return index
    }

    /// The index behind the digits at `start`.
    @inline(__always)
    func digitsEnd(_ start: Int) -> Int {
        var index = start
        while isDigit(index) { index &+= 1 }
        return index
    }

    /// The number that two digits at `index` make, or -1.
    @inline(__always)
    func two(_ index: Int) -> Int {
        guard index >= 0, index &+ 2 <= count else { return -1 }
        let pair = bytes.quarterWord(at: index) ^ 0x3030
        guard (pair &+ 0x7676 | pair) & 0x8080 == 0 else { return -1 }
        return Int(pair & 0xFF) &* 10 &+ Int(pair >> 8)
    }

    /// The number that four digits at `index` make, or -1.
    @inline(__always)
    func four(_ index: Int) -> Int {
        let (high, low) = (two(index), two(index &+ 2))
        return high | low < 0 ? -1 : high &* 100 &+ low
    }

    /// The seconds since midnight that `HH:MM:SS` at `index` means, or -1; a leap second counts as the next one.
    ///
    /// All eight bytes are checked at once: see ``StampReader``.
    @inline(__always)
    func clock(_ index: Int) -> Int {
        guard index >= 0, index &+ 8 <= count else { return -1 }
        let clock = bytes.word(at: index) ^ 0x3030_3A30_303A_3030
        let wrong = (clock &+ 0x7679_7F76_7A7F_767D | clock) & 0x8080_8080_8080_8080
        let pairs = clock &* 10 &+ (clock >> 8)
        let (hour, second) = (pairs & 0xFF, pairs >> 48 & 0xFF)
        guard wrong == 0, hour < 24, second <= 60 else { return -1 }
        return Int(truncatingIfNeeded: hour &* 3600 &+ (pairs >> 24 & 0xFF) &* 60 &+ second)
    }

    /// A decimal number of any length at `index` and the index behind it; nil if there is none or it exceeds 18 digits.
    func longNumber(_ index: Int) -> (value: Int64, end: Int)? {
        let end = digitsEnd(index)
        guard end > index, end - index <= 18 || (end - index == 19 && peek(index) < UInt8(ascii: "9")) else {
            return nil
        }
        var value: Int64 = 0
        for place in index..<end { value = value &* 10 &+ Int64(peek(place) &- 0x30) }
        return (value, end)
    }
}

extension UInt8 {
    static let tab: UInt8 = 0x09
    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")
    static let colon = UInt8(ascii: ":")
    static let dash = UInt8(ascii: "-")
    static let bar = UInt8(ascii: "|")
    static let equals = UInt8(ascii: "=")
    static let openBracket = UInt8(ascii: "[")
    static let closeBracket = UInt8(ascii: "]")
}
