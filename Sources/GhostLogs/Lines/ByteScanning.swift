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
                littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
            )
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
        return bytes.equals(UnsafeRawPointer(text.utf8Start), at: index, length: length)
    }

    /// A number that depends on every byte of `range`; equal bytes give equal numbers.
    @inline(__always)
    func hash(_ range: Range<Int>, seed: UInt64 = 0) -> UInt64 {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        let bytes = self.bytes
        var hash = seed ^ UInt64(truncatingIfNeeded: range.count) &* 0x9E37_79B9_7F4A_7C15
        var index = range.lowerBound
        while index + 8 <= range.upperBound {
            let word = bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
            hash = (hash ^ word) &* 0xBF58_476D_1CE4_E5B9
            hash ^= hash >> 32
            index += 8
        }
        var rest: UInt64 = 0
        while index < range.upperBound {
            rest = rest << 8 | UInt64(bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt8.self))
            index += 1
        }
        hash = (hash ^ rest) &* 0x94D0_49BB_1331_11EB
        return hash ^ hash >> 32
    }

    /// The index of the first `byte` in `range`, or nil.
    @inline(__always)
    func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        let bytes = self.bytes
        let pattern = UInt64(byte) &* 0x0101_0101_0101_0101
        var index = range.lowerBound
        while index + 8 <= range.upperBound {
            let word = UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self))
            let differences = word ^ pattern
            let found = (differences &- 0x0101_0101_0101_0101) & ~differences & 0x8080_8080_8080_8080
            if found != 0 { return index + found.trailingZeroBitCount >> 3 }
            index += 8
        }
        while index < range.upperBound {
            if self[index] == byte { return index }
            index += 1
        }
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

extension RawSpan {
    /// Whether `length` bytes at `index` are those at `pointer`.
    ///
    /// Both must have that many.
    @inline(__always)
    func equals(_ pointer: UnsafeRawPointer, at index: Int, length: Int) -> Bool {
        precondition(index >= 0 && index + length <= byteCount)
        // The last word overlaps the one before it, so that no byte is compared alone.
        if length >= 8 {
            var step = 0
            while step + 8 <= length {
                guard word(at: index + step) == pointer.loadUnaligned(fromByteOffset: step, as: UInt64.self) else {
                    return false
                }
                step += 8
            }
            return word(at: index + length - 8) == pointer.loadUnaligned(fromByteOffset: length - 8, as: UInt64.self)
        }
        for step in 0..<length
        where unsafeLoadUnaligned(fromUncheckedByteOffset: index + step, as: UInt8.self)
            != pointer.loadUnaligned(fromByteOffset: step, as: UInt8.self)
        { return false }
        return true
    }

    /// Eight bytes as they are in memory.
    @inline(__always)
    private func word(at index: Int) -> UInt64 {
        unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
    }
}
