extension RegexParser {
    /// Reads what comes behind a backslash and stands for one character or a set of them.
    mutating func escapedSet(_ start: Int) throws(RegexFailure) -> SymbolSet {
        guard let scalar = reader.take() else { throw failure(.unfinishedEscape, at: start) }
        switch scalar {
        case "d": return .digits
        case "D": return SymbolSet.digits.inverted
        case "w": return .wordCharacters
        case "W": return SymbolSet.wordCharacters.inverted
        case "s": return .whiteSpace
        case "S": return SymbolSet.whiteSpace.inverted
        case "t": return SymbolSet(0x09)
        case "n": return .lineFeed
        case "v": return SymbolSet(0x0B)
        case "f": return SymbolSet(0x0C)
        case "r": return SymbolSet(0x0D)
        case "e": return SymbolSet(0x1B)
        case "a": return SymbolSet(0x07)
        case "0" where reader.next?.isASCIIDigit != true: return SymbolSet(0x00)
        case "x" where reader.next != "{":
            let byte = try hexadecimal(digits: 2, start)
            guard byte >= 0x80 else { return SymbolSet(byte) }
            // Text in Latin-1 has the byte where text in UTF-8 has the code point of the same number.
            return SymbolSet([byte...byte, (SymbolSet.firstLoneByte + byte)...(SymbolSet.firstLoneByte + byte)])
        case "x", "u": return SymbolSet(try codePoint(start))
        case "1"..."9", "k", "g": throw failure(.backReference, at: start)
        case "p", "P": throw failure(.unicodeProperty, at: start)
        default:
            guard scalar.isASCIILetter || scalar.isASCIIDigit else { return SymbolSet(scalar.value) }
            throw failure(.unknownEscape("\\" + String(scalar)), at: start)
        }
    }

    /// Reads `00E9`, or up to six digits in braces.
    private mutating func codePoint(_ start: Int) throws(RegexFailure) -> UInt32 {
        let value: UInt32
        if reader.take("{") {
            let digits = reader.take(while: \.isHexadecimal)
            guard !digits.isEmpty, digits.utf8.count <= 8, reader.take("}"), let code = UInt32(digits, radix: 16) else {
                throw failure(.wrongHexadecimal, at: start)
            }
            value = code
        } else {
            value = try hexadecimal(digits: 4, start)
        }
        guard Unicode.Scalar(value) != nil else { throw failure(.noCodePoint, at: start) }
        return value
    }

    private mutating func hexadecimal(digits: Int, _ start: Int) throws(RegexFailure) -> UInt32 {
        var text = ""
        while text.utf8.count < digits, let next = reader.next, next.isHexadecimal {
            text.unicodeScalars.append(next)
            reader.take()
        }
        guard text.utf8.count == digits, let value = UInt32(text, radix: 16) else {
            throw failure(.wrongHexadecimal, at: start)
        }
        return value
    }
}
