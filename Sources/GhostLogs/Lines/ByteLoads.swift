extension RawSpan {
    /// Two bytes, the first of them lowest; the caller knows that there are so many.
    @inline(__always)
    func quarterWord(at index: Int) -> UInt16 {
        UInt16(littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt16.self))
    }

    /// Four bytes, the first of them lowest; the caller knows that there are so many.
    @inline(__always)
    func halfWord(at index: Int) -> UInt32 {
        UInt32(littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt32.self))
    }

    /// Eight bytes, the first of them lowest; the caller knows that there are so many.
    @inline(__always)
    func word(at index: Int) -> UInt64 {
        UInt64(littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self))
    }

    /// Sixteen bytes, the first of them lowest; the caller knows that there are so many.
    ///
    /// For shifts and comparisons of the whole, which vectors do byte by byte; ``vector(at:)`` for comparisons of each byte.
    @inline(__always)
    func doubleWord(at index: Int) -> UInt128 {
        UInt128(littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt128.self))
    }

    /// Sixteen bytes as they are in memory; the caller knows that there are so many.
    @inline(__always)
    func vector(at index: Int) -> SIMD16<UInt8> {
        unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: SIMD16<UInt8>.self)
    }
}

extension UInt64 {
    /// A number that depends on this one and on every bit of two others.
    @inline(__always)
    func mixed(with first: UInt64, _ second: UInt64) -> UInt64 {
        let product = (self ^ first ^ 0xBF58_476D_1CE4_E5B9).multipliedFullWidth(by: second ^ 0x94D0_49BB_1331_11EB)
        return product.high ^ product.low
    }
}

extension SIMD16<UInt8> {
    /// A number whose byte n is all ones where byte n is `byte`, counted from the lowest.
    @inline(__always)
    func matches(_ byte: UInt8) -> UInt128 {
        UInt128(littleEndian: unsafeBitCast(self .== SIMD16(repeating: byte), to: UInt128.self))
    }

    /// As ``matches(_:)`` for LF and CR together.
    @inline(__always)
    var lineEnds: UInt128 {
        let found = (self .== SIMD16(repeating: .lineFeed)) .| (self .== SIMD16(repeating: .carriageReturn))
        return UInt128(littleEndian: unsafeBitCast(found, to: UInt128.self))
    }
}

extension RawSpan {
    /// Whether `length` bytes at `index` are those at `pointer`.
    ///
    /// The caller knows that both have so many.
    @inline(__always)
    func equals(_ pointer: UnsafeRawPointer, at index: Int, length: Int) -> Bool {
        assert(index >= 0 && index + length <= byteCount)
        // The last word overlaps the one before it, so that no byte is compared alone.
        if length >= 8 {
            var step = 0
            while step &+ 8 < length {
                guard word(at: index &+ step) == pointer.word(at: step) else { return false }
                step &+= 8
            }
            return word(at: index &+ length &- 8) == pointer.word(at: length &- 8)
        }
        if length >= 4 {
            return halfWord(at: index) == pointer.halfWord(at: 0)
                && halfWord(at: index &+ length &- 4) == pointer.halfWord(at: length &- 4)
        }
        for step in 0..<length
        where unsafeLoadUnaligned(fromUncheckedByteOffset: index + step, as: UInt8.self)
            != pointer.loadUnaligned(fromByteOffset: step, as: UInt8.self)
        { return false }
        return true
    }
}

extension UnsafeRawPointer {
    @inline(__always)
    fileprivate func word(at offset: Int) -> UInt64 {
        UInt64(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    @inline(__always)
    fileprivate func halfWord(at offset: Int) -> UInt32 {
        UInt32(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}
