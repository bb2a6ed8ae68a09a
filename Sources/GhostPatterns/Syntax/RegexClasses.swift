extension RegexParser {
    /// Reads a class behind its bracket.
    mutating func characterClass(_ start: Int) throws(RegexFailure) -> SymbolSet {
        let isInverted = reader.take("^")
        var set = SymbolSet([])
        var isFirst = true
        while isFirst || reader.next != "]" {
            isFirst = false
            let itemStart = reader.offset
            guard !reader.isAtEnd else { throw failure(.classNotClosed, at: start) }
            let low = try classItem(start)
            guard reader.next == "-", let after = reader.peek(1), after != "]" else {
                set = set.union(low)
                continue
            }
            reader.take()
            let high = try classItem(start)
            guard let first = low.first, let last = high.first, low.isCharacter, high.isCharacter else {
                throw failure(.classInRange, at: itemStart)
            }
            guard first <= last else { throw failure(.classEmptyRange, at: itemStart) }
            set = set.union(SymbolSet([first...last]))
            // Codes from \x80 on mean lone bytes as well.
            if let firstByte = low.loneByte ?? (first <= 0x7F ? SymbolSet.firstLoneByte + 0x80 : nil),
                let lastByte = high.loneByte
            {
                set = set.union(SymbolSet([firstByte...lastByte]))
            }
        }
        reader.take()
        set = cased(set)
        return isInverted ? set.inverted : set
    }

    /// Reads one character or one named set inside a class.
    private mutating func classItem(_ start: Int) throws(RegexFailure) -> SymbolSet {
        let itemStart = reader.offset
        if reader.next == "[", reader.peek(1) == ":" {
            let earlier = reader
            reader.take()
            reader.take()
            let isInverted = reader.take("^")
            let name = reader.take(while: \.isASCIILetter)
            if reader.take(":]") {
                guard let set = SymbolSet(posixName: name) else {
                    throw failure(.unknownPosixClass(name), at: itemStart)
                }
                return isInverted ? set.inverted : set
            }
            reader.rewind(to: earlier)
        }
        guard let scalar = reader.take() else { throw failure(.classNotClosed, at: start) }
        guard scalar == "\\" else { return SymbolSet(scalar.value) }
        if reader.next == "b" || reader.next == "B" { throw failure(.boundaryInClass, at: itemStart) }
        return try escapedSet(itemStart)
    }
}

extension SymbolSet {
    /// The symbol with the lowest number.
    fileprivate var first: UInt32? { ranges.first?.lowerBound }

    /// Whether it is one character, or one byte and the code point of the same number.
    fileprivate var isCharacter: Bool { only != nil || loneByte != nil }

    /// The lone byte of what `\x80` to `\xFF` stand for.
    fileprivate var loneByte: UInt32? {
        guard ranges.count == 2, let byte = ranges.last, byte.count == 1, byte.lowerBound > Self.firstLoneByte,
            ranges.first == (byte.lowerBound - Self.firstLoneByte)...(byte.lowerBound - Self.firstLoneByte)
        else { return nil }
        return byte.lowerBound
    }
}
