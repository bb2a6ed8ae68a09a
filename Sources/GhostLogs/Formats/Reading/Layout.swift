import GhostModel

/// What stands between the time of a line and its text.
struct Layout {
    /// The longest text in brackets that is passed over, in bytes.
    static let longestBracket = 200
    /// How many words, brackets and separators are looked at.
    static let mostPieces = 9

    var level: LogLevel?
    var source = LevelSource.word
    var origin: Range<Int>?
    /// Where the text starts.
    var message: Int
    /// The level stood directly behind the time.
    var isDirect = false
    /// The level was the very first piece.
    var isFirst = false
    /// Name, level and text were parted by ` - `, in this order.
    var isPython = false
    /// A number stood before the level and a dotted name behind it.
    var isOpenStack = false
}

extension Span<UInt8> {
    /// Reads level, logger, thread and numbers in any usual order, and stops where free text begins.
    ///
    /// A word inside the text is no level: before the level only brackets, numbers, separators and names that cannot be words
    /// of a sentence may stand. If there is no level, all of it is text, except a name with a colon.
    func layout(from start: Int) -> Layout {
        var index = skipDecoration(from: start, before: count, blanks: true)
        // Between a time and a text.
        if peek(index) == UInt8(ascii: ",") || (peek(index) == .colon && isBlank(index + 1)) {
            index = skipDecoration(from: index + 1, before: count, blanks: true)
        }
        let textStart = index
        // By far the most frequent: the level is the next word.
        if let (level, end) = sureLevel(index, hasSeparator: false) {
            var result = Layout(level: level, message: end, isDirect: true, isFirst: true)
            finishLayout(&result, from: end, hasNumber: false)
            return result
        }
        var result = Layout(message: textStart)
        var name: Range<Int>?
        var hasNumber = false
        var hasSeparator = false
        for piece in 0..<Layout.mostPieces {
            index = skipDecoration(from: index, before: count, blanks: true)
            guard index < count else { break }
            if let (level, end) = sureLevel(index, hasSeparator: hasSeparator) {
                result.level = level
                result.isPython = name != nil && hasSeparator && peek(skipBlanks(end)) == .dash
                result.origin = name
                finishLayout(&result, from: end, hasNumber: hasNumber)
                return result
            }
            switch peek(index) {
            case .openBracket, UInt8(ascii: "("), UInt8(ascii: "<"):
                guard let close = closingBracket(index) else { return withoutLevel(textStart) }
                if let (level, source) = bracketLevel(index + 1..<close) {
                    result.level = level
                    result.source = source
                    result.isFirst = piece == 0
                    result.origin = name
                    finishLayout(&result, from: close + 1, hasNumber: hasNumber)
                    return result
                }
                index = close + 1
                if peek(index) == .colon { index += 1 }
            case .dash, .bar, .colon:
                let end = separatorEnd(index)
                guard end > index else { return withoutLevel(textStart) }
                hasSeparator = true
                index = end
            case 0x30...0x39:
                let end = digitsEnd(index)
                guard isBlank(end) else { return withoutLevel(textStart) }
                hasNumber = true
                index = end
            default:
                guard name == nil, let end = loggerName(index) else { return withoutLevel(textStart) }
                name = index..<end
                index = end
                if peek(index) == .colon { index += 1 }
            }
        }
        return withoutLevel(textStart)
    }

    /// All is text, except a name with a colon in front of it.
    private func withoutLevel(_ start: Int) -> Layout {
        var result = Layout(message: start)
        let end = originEnd(start)
        if end > start, peek(end) == .colon, isBlank(end + 1) {
            result.origin = start..<end
            result.message = skipBlanks(end + 1)
        } else if peek(start) == .dash, isBlank(start + 1) {
            result.message = skipBlanks(start + 1)
        }
        return result
    }

    /// Reads what stands between the level and the text.
    private func finishLayout(_ result: inout Layout, from end: Int, hasNumber: Bool) {
        var index = end
        if peek(index) == .colon { index += 1 }
        var brackets = 0
        for _ in 0..<Layout.mostPieces {
            index = skipDecoration(from: index, before: count, blanks: true)
            guard index < count else { break }
            let byte = peek(index)
            switch byte {
            case .openBracket, UInt8(ascii: "("):
                guard brackets < 5, let close = closingBracket(index), byte == .openBracket || peek(close + 1) == .space
                else { break }
                let after = peek(close + 1) == .colon ? close + 2 : close + 1
                // A bracket with nothing behind it is the text.
                guard skipBlanks(after) < count else { break }
                if result.origin == nil { result.origin = index + 1..<close }
                brackets += 1
                index = after
                continue
            case .dash, .bar, .colon:
                let separatorEnd = separatorEnd(index)
                guard separatorEnd > index else { break }
                let isLast = byte != .bar && separatorEnd == index + 1
                index = separatorEnd
                if isLast { break }
                continue
            case 0x30...0x39:
                // The number of a process or a thread, before `---` or a bracket.
                let digits = digitsEnd(index)
                let next = skipBlanks(digits)
                guard next > digits, has("---", at: next, before: count) else { break }
                index = next
                continue
            default:
                let nameEnd = originEnd(index)
                guard nameEnd > index, let text = textBehindName(index..<nameEnd) else { break }
                result.isOpenStack = hasNumber && result.origin == nil
                result.origin = index..<nameEnd
                index = text
                if peek(index) == .openBracket { continue }
                result.isOpenStack = false
            }
            break
        }
        result.message = Swift.min(skipBlanks(index), count)
    }

    /// The text behind a name of a logger at `name`, or nil if it is a word of the text.
    private func textBehindName(_ name: Range<Int>) -> Int? {
        let end = name.upperBound
        if peek(end) == .colon, isBlankOrEnd(end + 1) {
            return isLikeName(name) ? skipBlanks(end + 1) : nil
        }
        guard isBlank(end) else { return nil }
        let next = skipBlanks(end)
        switch peek(next) {
        case .dash, .colon, .bar: return isBlankOrEnd(next + 1) ? skipBlanks(next + 1) : nil
        // OpenStack: a dotted name, then the request in brackets.
        case .openBracket: return firstIndex(of: UInt8(ascii: "."), in: name) == nil ? nil : next
        default: return nil
        }
    }

    /// A name that is no word of a sentence: in lower case, or with more than letters in it.
    private func isLikeName(_ name: Range<Int>) -> Bool {
        var hasCapital = false
        for index in name {
            let byte = peek(index)
            if byte &- 0x41 < 26 { hasCapital = true } else if byte &- 0x61 >= 26 { return true }
        }
        return !hasCapital
    }

    /// The end of a name that may stand before the level, or nil.
    private func loggerName(_ start: Int) -> Int? {
        let end = originEnd(start)
        guard end > start else { return nil }
        if peek(end) == .colon { return isLevelAhead(skipBlanks(end + 1)) ? end : nil }
        guard isBlank(end) else { return nil }
        let next = skipBlanks(end)
        if separatorEnd(next) > next { return end }
        let range = start..<end
        guard isLevelAhead(next) else { return nil }
        // `root` is Python's.
        return hasMoreThanLetters(range) || equalsIgnoringCase("root", range) ? end : nil
    }

    private func hasMoreThanLetters(_ range: Range<Int>) -> Bool {
        for index in range where !isLetter(index) { return true }
        return false
    }

    private func isLevelAhead(_ start: Int) -> Bool {
        if peek(start) == .openBracket, let close = closingBracket(start) {
            return bracketLevel(start + 1..<close) != nil
        }
        return sureLevel(start, hasSeparator: false) != nil
    }

    /// The end of an identifier with dots, colons and what else loggers have in their names; a colon at its end is left out.
    private func originEnd(_ start: Int) -> Int {
        var index = start
        while index < count, index < start + Layout.longestBracket {
            let byte = peek(index)
            if isNameByte(byte) || byte == UInt8(ascii: "$") || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") {
                index += 1
            } else if byte == .colon, !isBlankOrEnd(index + 1), peek(index + 1) != .escape {
                index += 1
            } else {
                break
            }
        }
        return index
    }

    /// The level that the word at `start` names, where its place and its spelling leave no doubt, and the index behind it.
    @inline(__always)
    func sureLevel(_ start: Int, hasSeparator: Bool) -> (level: LogLevel, end: Int)? {
        let first = peek(start)
        guard (first | 0x20) &- 0x61 < 26 else { return nil }
        var end = start &+ 1
        var isUpper = first < 0x61
        while case let byte = peek(end), (byte | 0x20) &- 0x61 < 26 {
            if byte >= 0x61 { isUpper = false }
            end &+= 1
            if end &- start > 13 { return nil }
        }
        if isDigit(end), !isDigit(end &+ 1) { end &+= 1 }
        guard end &- start >= 3, let level = levelWord(start..<end) else { return nil }
        let next = peek(end)
        if isUpper {
            switch next {
            case .space, .tab, .colon, .bar, .closeBracket, .openBracket, UInt8(ascii: ","), .escape, 0:
                return (level, end)
            default: return nil
            }
        }
        switch next {
        case .colon: return isBlankOrEnd(end &+ 1) ? (level, end) : nil
        case .bar, .tab: return (level, end)
        case .space:
            let second = peek(end &+ 1)
            let isParted =
                second == .space || ((second == .dash || second == .bar || second == .colon) && isBlank(end &+ 2))
            return isParted || (hasSeparator && second == .openBracket) ? (level, end) : nil
        default: return nil
        }
    }

    /// The level that stands alone in brackets, or last in them behind a slash or a colon.
    func bracketLevel(_ inside: Range<Int>) -> (level: LogLevel, source: LevelSource)? {
        var (start, end) = (inside.lowerBound, inside.upperBound)
        while start < end, isBlank(start) { start += 1 }
        while end > start, isBlank(end - 1) { end -= 1 }
        start = Swift.max(start, skipDecoration(from: start, before: end, blanks: true))
        var wordStart = end
        while wordStart > start, isLetter(wordStart - 1) || isDigit(wordStart - 1) { wordStart -= 1 }
        if wordStart == start {
            if end - start == 1, let level = levelLetter(peek(start)) { return (level, .letter) }
            return levelWord(start..<end).map { ($0, .word) }
        }
        let before = peek(wordStart - 1)
        guard before == UInt8(ascii: "/") || before == .colon || before == UInt8(ascii: "m") else {
            // A colour ends behind the word.
            let plain = lettersEnd(start)
            return plain > start && peek(plain) == .escape ? levelWord(start..<plain).map { ($0, .word) } : nil
        }
        return levelWord(wordStart..<end).map { ($0, .word) }
    }

    /// The index of the bracket that closes the one at `start`, if it is near.
    func closingBracket(_ start: Int) -> Int? {
        let open = peek(start)
        let close: UInt8 = open == .openBracket ? .closeBracket : open == UInt8(ascii: "(") ? 0x29 : 0x3E
        var depth = 0
        var index = start
        let limit = Swift.min(count, start + Layout.longestBracket)
        while index < limit {
            let byte = peek(index)
            if byte == open { depth += 1 }
            if byte == close {
                depth -= 1
                if depth == 0 { return index }
            }
            index += 1
        }
        return nil
    }

    /// The index behind `-`, `---`, `|` or `:` between blanks, or `start` if none stands there.
    private func separatorEnd(_ start: Int) -> Int {
        let byte = peek(start)
        guard byte == .dash || byte == .bar || byte == .colon else { return start }
        var end = start + 1
        while byte == .dash, end < start + 3, peek(end) == .dash { end += 1 }
        // A bar needs no blanks around it.
        return byte == .bar || isBlankOrEnd(end) ? end : start
    }
}
