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
        precondition(start >= 0)
        var index = start
        let bytes = self.bytes
        // Two vectors a step: most lines of a log end within three of them.
        while index <= count &- 32 {
            let first = bytes.vector(at: index).lineEnds
            let second = bytes.vector(at: index &+ 16).lineEnds
            if first | second != 0 {
                let bits = first != 0 ? first.trailingZeroBitCount : 128 &+ second.trailingZeroBitCount
                return index &+ bits &>> 3
            }
            index &+= 32
        }
        while index < count, self[index] != .lineFeed, self[index] != .carriageReturn { index += 1 }
        return index
    }

    /// Whether `text` stands at `index`, before `end`.
    @inline(__always)
    func has(_ text: StaticString, at index: Int, before end: Int) -> Bool {
        let length = text.utf8CodeUnitCount
        // All three are negative if anything is out of bounds: one comparison instead of three, because this is asked often.
        guard index | (end &- index &- length) | (count &- end) >= 0 else { return false }
        return bytes.equals(UnsafeRawPointer(text.utf8Start), at: index, length: length)
    }

    /// A number that depends on every byte of `range`; equal bytes give equal numbers.
    @inline(__always)
    func hash(_ range: Range<Int>, seed: UInt64 = 0) -> UInt64 {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        let bytes = self.bytes
        var hash = seed ^ UInt64(truncatingIfNeeded: range.count) &* 0x9E37_79B9_7F4A_7C15
        var index = range.lowerBound
        while index + 16 < range.upperBound {
            hash = hash.mixed(with: bytes.word(at: index), bytes.word(at: index + 8))
            index += 16
        }
        let last = lastSixteen(of: range)
        return hash.mixed(with: UInt64(truncatingIfNeeded: last), UInt64(truncatingIfNeeded: last >> 64))
    }

    /// The last sixteen bytes of `range`, or all of it if it is shorter, as a number whose lowest byte stands first.
    ///
    /// The bytes before it are loaded as well and shifted out, so that no byte is looked at alone and no length is special.
    @inline(__always)
    func lastSixteen(of range: Range<Int>) -> UInt128 {
        let length = Swift.min(range.upperBound &- range.lowerBound, 16)
        guard range.lowerBound >= 0, length > 0, range.upperBound >= 16, range.upperBound <= count else {
            return lastSixteenSlowly(of: range)
        }
        return bytes.doubleWord(at: range.upperBound &- 16) &>> UInt128(truncatingIfNeeded: 128 &- length &* 8)
    }

    /// Whether the bytes of `range` before its last sixteen are those of `otherRange`, which is as long.
    func startsAlike(_ range: Range<Int>, _ other: Span<UInt8>, _ otherRange: Range<Int>) -> Bool {
        precondition(range.count == otherRange.count && range.lowerBound >= 0 && range.upperBound <= count)
        precondition(otherRange.lowerBound >= 0 && otherRange.upperBound <= other.count)
        var step = 0
        // What the last sixteen cover is left out: the last vector here overlaps them.
        while step + 16 < range.count {
            let (left, right) = (range.lowerBound + step, otherRange.lowerBound + step)
            guard bytes.doubleWord(at: left) == other.bytes.doubleWord(at: right) else { return false }
            step += 16
        }
        return true
    }

    /// As ``lastSixteen(of:)``, where there are not sixteen bytes to load.
    private func lastSixteenSlowly(of range: Range<Int>) -> UInt128 {
        var result: UInt128 = 0
        for index in range.reversed() { result = result << 8 | UInt128(self[index]) }
        return result
    }

    /// The index of the first `byte` in `range`, or nil.
    @inline(__always)
    func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        let (index, end) = (range.lowerBound, range.upperBound)
        guard index >= 0, index < end, end >= 16, end <= count else { return firstIndexSlowly(of: byte, in: range) }
        // What is looked for is mostly near: the first sixteen bytes are looked at in place, the others by a call.
        let found = matches(byte, from: index, before: end)
        if found != 0 { return index &+ found.trailingZeroBitCount &>> 3 }
        return end &- index <= 16 ? nil : firstIndex(of: byte, from: index &+ 16, before: end)
    }

    @inline(never)
    private func firstIndex(of byte: UInt8, from start: Int, before end: Int) -> Int? {
        var index = start
        while index < end {
            let found = matches(byte, from: index, before: end)
            if found != 0 { return index &+ found.trailingZeroBitCount &>> 3 }
            index &+= 16
        }
        return nil
    }

    /// Which of the sixteen bytes from `index` are `byte`; fewer than sixteen if `end` is nearer.
    ///
    /// There the last sixteen before `end` are loaded and those before `index` shifted out, so that nothing beyond `end` is
    /// read and no byte is looked at alone. The caller knows that `end` is at least 16 and `index` before it.
    @inline(__always)
    func matches(_ byte: UInt8, from index: Int, before end: Int) -> UInt128 {
        let start = Swift.min(index, end &- 16)
        return bytes.vector(at: start).matches(byte) &>> UInt128(truncatingIfNeeded: (index &- start) &* 8)
    }

    /// As ``firstIndex(of:in:)``, where there are not sixteen bytes to look at; a range that is out of bounds ends here.
    @inline(never)
    private func firstIndexSlowly(of byte: UInt8, in range: Range<Int>) -> Int? {
        for index in range where self[index] == byte { return index }
        return nil
    }

    /// Where `text` first stands in `range`, or nil.
    func firstIndex(of text: StaticString, in range: Range<Int>) -> Int? {
        let length = text.utf8CodeUnitCount
        guard length > 0, range.count >= length else { return nil }
        let first = text.utf8Start[0]
        var rest = range.lowerBound..<range.upperBound - length + 1
        while let index = firstIndex(of: first, in: rest) {
            if has(text, at: index, before: range.upperBound) { return index }
            rest = index + 1..<rest.upperBound
        }
        return nil
    }

    /// A decimal number of at most nine digits at `index`, and the index after it; nil if no digit stands there.
    @inline(__always)
    func number(at index: Int, before end: Int) -> (value: Int, end: Int)? {
        guard index < end, case let first = self[index] &- 0x30, first <= 9 else { return nil }
        // Counts mostly have one digit.
        guard index &+ 1 < end, self[index &+ 1] &- 0x30 <= 9 else { return (Int(first), index &+ 1) }
        guard end <= count, count >= 8 else { return longNumber(at: index, before: end) }
        // Eight bytes that start here, or the last eight of the line with those before `index` shifted out: the zeros
        // that come in from above are no digits.
        let start = Swift.min(index, count &- 8)
        let word = bytes.word(at: start) &>> UInt64(truncatingIfNeeded: (index &- start) &* 8)
        let digits = word ^ 0x3030_3030_3030_3030
        let others = (digits &+ 0x7676_7676_7676_7676 | digits) & 0x8080_8080_8080_8080
        let length = Swift.min(others.trailingZeroBitCount &>> 3, end &- index)
        guard length < 8 else { return longNumber(at: index, before: end) }
        // Moved up so that the last digit is the highest byte; pairs, then fours, then all eight become one number.
        let ones = digits &<< UInt64(truncatingIfNeeded: 64 &- length &* 8)
        let tens = (ones &* 10 &+ (ones >> 8)) & 0x00FF_00FF_00FF_00FF
        let hundreds = (tens &* 100 &+ (tens >> 16)) & 0x0000_FFFF_0000_FFFF
        let value = (hundreds &* 10_000 &+ (hundreds >> 32)) & 0xFFFF_FFFF
        return (Int(truncatingIfNeeded: value), index &+ length)
    }

    @inline(never)
    private func longNumber(at index: Int, before end: Int) -> (value: Int, end: Int)? {
        var value = 0
        var next = index
        while next < end, next < index + 9, case let digit = self[next] &- 0x30, digit <= 9 {
            value = value &* 10 &+ Int(digit)
            next += 1
        }
        return (value, next)
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
