extension UInt8 {
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let escape: UInt8 = 0x1B
    static let space: UInt8 = 0x20
}

extension Span<UInt8> {
    /// The index of the first LF or CR at or after `start`; ``count`` if there is none.
    @inline(__always)
    func lineEnd(from start: Int) -> Int {
        var index = start
        let bytes = self.bytes
        while index + 8 <= count {
            // A word has a zero byte where the text has the sought one; the lowest flag is exact.
            let word = UInt64(
                littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
            let feeds = word ^ 0x0A0A_0A0A_0A0A_0A0A
            let returns = word ^ 0x0D0D_0D0D_0D0D_0D0D
            let found =
                (((feeds &- 0x0101_0101_0101_0101) & ~feeds) | ((returns &- 0x0101_0101_0101_0101) & ~returns))
                & 0x8080_8080_8080_8080
            if found != 0 { return index + found.trailingZeroBitCount >> 3 }
            index += 8
        }
        while index < count, self[index] != .lineFeed, self[index] != .carriageReturn { index += 1 }
        return index
    }

    /// Whether `text` stands at `index`, before `end`.
    @inline(__always)
    func has(_ text: StaticString, at index: Int, before end: Int) -> Bool {
        let length = text.utf8CodeUnitCount
        guard index >= 0, index + length <= end, end <= count else { return false }
        let pointer = text.utf8Start
        for step in 0..<length where self[index + step] != pointer[step] { return false }
        return true
    }

    /// The index of the first `byte` in `range`, or nil.
    @inline(__always)
    func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        for index in range where self[index] == byte { return index }
        return nil
    }

    /// Where `text` first stands in `range`, or nil.
    func firstIndex(of text: StaticString, in range: Range<Int>) -> Int? {
        let length = text.utf8CodeUnitCount
        guard length > 0, range.count >= length else { return nil }
        let first = text.utf8Start[0]
        for index in range.lowerBound...range.upperBound - length where self[index] == first {
            if has(text, at: index, before: range.upperBound) { return index }
        }
        return nil
    }

    /// A decimal number of at most nine digits at `index`, and the index after it; nil if no digit stands there.
    @inline(__always)
    func number(at index: Int, before end: Int) -> (value: Int, end: Int)? {
        var value = 0
        var next = index
        while next < end, next < index + 9, case let digit = self[next] &- 0x30, digit <= 9 {
            value = value &* 10 &+ Int(digit)
            next += 1
        }
        return next > index ? (value, next) : nil
    }

    /// The bytes of `range` as text; what is not UTF-8 becomes U+FFFD, control characters become spaces.
    func text(_ range: Range<Int>, longest: Int) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Swift.min(range.count, longest))
        for index in range.prefix(longest) {
            let byte = self[index]
            bytes.append(byte < 0x20 || byte == 0x7F ? .space : byte)
        }
        // A cut at the limit may leave a part of a character behind.
        if range.count > longest {
            var back = bytes.count
            while back > 0, bytes[back - 1] & 0xC0 == 0x80 { back -= 1 }
            if back > 0, bytes[back - 1] >= 0xC0 { bytes.removeLast(bytes.count - back + 1) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
