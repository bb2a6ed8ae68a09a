/// Walks the members of a JSON object without building anything.
///
/// It is lenient: what is no JSON ends the walk, and what was read before counts.
struct JSONMembers {
    /// A name and its value.
    struct Member {
        /// Between the quotes.
        var key: Range<Int>
        /// Of a string between the quotes, with its escapes.
        var value: Range<Int>
        var kind: Kind
    }

    enum Kind {
        case string
        case number
        /// `true`, `false`, `null`
        case word
        case object
        case array
    }

    private var index: Int

    /// - Parameter start: where the object's brace stands.
    init(at start: Int) {
        index = start + 1
    }

    /// The next member, or nil at the end of the object.
    @inline(__always)
    mutating func next(in line: Span<UInt8>) -> Member? {
        var place = index
        while line.isJSONBlank(place) || line.peek(place) == UInt8(ascii: ",") { place &+= 1 }
        guard line.peek(place) == .quote, let keyEnd = line.stringEnd(place &+ 1) else { return nil }
        let key = place &+ 1..<keyEnd
        place = keyEnd &+ 1
        while line.isJSONBlank(place) { place &+= 1 }
        guard line.peek(place) == .colon else { return nil }
        place &+= 1
        while line.isJSONBlank(place) { place &+= 1 }
        let value: Range<Int>
        let kind: Kind
        switch line.peek(place) {
        case .quote:
            guard let end = line.stringEnd(place &+ 1) else { return nil }
            value = place &+ 1..<end
            kind = .string
            index = end &+ 1
        case UInt8(ascii: "{"), .openBracket:
            kind = line.peek(place) == .openBracket ? .array : .object
            let end = line.nestedEnd(place)
            value = place..<end
            index = end
        default:
            let end = line.scalarEnd(place)
            guard end > place else { return nil }
            kind = line.isLetter(place) ? .word : .number
            value = place..<end
            index = end
        }
        return Member(key: key, value: value, kind: kind)
    }
}

extension Span<UInt8> {
    @inline(__always)
    fileprivate func isJSONBlank(_ index: Int) -> Bool { isBlank(index) }

    /// The index of the quote that ends the string whose first byte is at `start`.
    @inline(__always)
    func stringEnd(_ start: Int) -> Int? {
        var from = start
        while from < count, let quote = firstIndex(of: .quote, in: from..<count) {
            guard quote > start, self[unchecked: quote &- 1] == .backslash else { return quote }
            // An even number of backslashes are escaped themselves.
            var first = quote &- 1
            while first > start, self[unchecked: first &- 1] == .backslash { first &-= 1 }
            if (quote &- first) & 1 == 0 { return quote }
            from = quote &+ 1
        }
        return nil
    }

    /// The index behind the object or array at `start`; the end of the line if it is not closed.
    fileprivate func nestedEnd(_ start: Int) -> Int {
        var depth = 0
        var index = start
        while index < count {
            switch self[unchecked: index] {
            case .quote:
                guard let end = stringEnd(index + 1) else { return count }
                index = end
            case UInt8(ascii: "{"), .openBracket: depth += 1
            case UInt8(ascii: "}"), .closeBracket:
                depth -= 1
                if depth == 0 { return index + 1 }
            default: break
            }
            index += 1
        }
        return count
    }

    @inline(__always)
    fileprivate func scalarEnd(_ start: Int) -> Int {
        var index = start
        while true {
            let byte = peek(index)
            guard byte > .space, byte != UInt8(ascii: ","), byte != UInt8(ascii: "}"), byte != .closeBracket else {
                return index
            }
            index &+= 1
        }
    }

    /// Writes the text that the JSON string in `range` means, and returns how many bytes that are.
    ///
    /// It is never longer than the escaped one. Unpaired surrogates become U+FFFD, unknown escapes stay as they are.
    func unescapeJSON(_ range: Range<Int>, into buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        var count = 0
        var index = range.lowerBound
        func put(_ byte: UInt8) {
            buffer[count] = byte
            count += 1
        }
        while index < range.upperBound {
            let byte = self[index]
            guard byte == .backslash, index + 1 < range.upperBound else {
                put(byte)
                index += 1
                continue
            }
            let escaped = self[index + 1]
            index += 2
            switch escaped {
            case UInt8(ascii: "n"): put(.lineFeed)
            case UInt8(ascii: "t"): put(.tab)
            case UInt8(ascii: "r"): put(.carriageReturn)
            case UInt8(ascii: "b"): put(0x08)
            case UInt8(ascii: "f"): put(0x0C)
            case .quote, .backslash, UInt8(ascii: "/"): put(escaped)
            case UInt8(ascii: "u"):
                guard let scalar = unicodeEscape(&index, before: range.upperBound) else {
                    put(.backslash)
                    put(escaped)
                    continue
                }
                for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { put(byte) }
            default:
                put(.backslash)
                put(escaped)
            }
        }
        return count
    }

    /// The scalar that the digits at `index`, behind a `\u`, mean together with a second half that may follow.
    private func unicodeEscape(_ index: inout Int, before end: Int) -> Unicode.Scalar? {
        guard let first = fourHex(index, before: end) else { return nil }
        index += 4
        guard first & 0xF800 == 0xD800 else { return Unicode.Scalar(first) }
        guard first < 0xDC00, has("\\u", at: index, before: end), let second = fourHex(index + 2, before: end),
            second & 0xFC00 == 0xDC00
        else { return "\u{FFFD}" }
        index += 6
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    }

    private func fourHex(_ start: Int, before end: Int) -> UInt32? {
        guard start + 4 <= end else { return nil }
        var value: UInt32 = 0
        for index in start..<start + 4 {
            let byte = self[index]
            switch byte {
            case 0x30...0x39: value = value << 4 | UInt32(byte - 0x30)
            case 0x41...0x46, 0x61...0x66: value = value << 4 | UInt32((byte | 0x20) - 0x57)
            default: return nil
            }
        }
        return value
    }
}
