/// What a match found: where each capture of the rule is, and how much work may still be done on the line.
struct MatchScratch: Sendable {
    /// By the number of the capture; empty if it took nothing.
    var captures = [Range<Int>](repeating: 0..<0, count: RuleLimits.captures)
    var attemptsLeft = RuleLimits.attempts

    mutating func reset() {
        attemptsLeft = RuleLimits.attempts
    }

    mutating func clear(_ count: Int) {
        for slot in 0..<count { captures[slot] = 0..<0 }
    }
}

extension TextPattern {
    /// A capture that may take more if what follows it does not fit.
    private struct Retry {
        /// The number of the capture's element; -1 for the text before the first.
        var element: Int
        var begin: Int
        /// Where it ends for now.
        var end: Int
    }

    /// Whether the phrase fits in `range`, beginning at its start or, if it may, further behind.
    @inline(__always)
    func matches(_ line: Span<UInt8>, in range: Range<Int>, _ scratch: inout MatchScratch) -> Bool {
        let elements = elements.span
        // Most lines differ in the first text already.
        if start == .beginning, elements.count > 0, elements[0].form == .literal {
            guard has(elements[0], line, at: range.lowerBound, before: range.upperBound) else { return false }
        }
        return matchesSlowly(line, in: range, &scratch)
    }

    private func matchesSlowly(_ line: Span<UInt8>, in range: Range<Int>, _ scratch: inout MatchScratch) -> Bool {
        let elements = elements.span
        let end = range.upperBound
        var position = range.lowerBound
        var index = 0
        var outer: Retry?
        var inner: Retry?
        if start == .anywhere {
            guard let found = nextEnd(of: -1, begin: position, from: position, line, end) else { return false }
            outer = Retry(element: -1, begin: position, end: found)
            position = found
        }
        while true {
            if index == elements.count {
                if self.end == .anywhere || position == end { return true }
            } else {
                let element = elements[index]
                if element.form.isOpen {
                    if position < end,
                        let found = nextEnd(of: index, begin: position, from: position + 1, line, end)
                    {
                        let retry = Retry(element: index, begin: position, end: found)
                        if element.form == .anyText {
                            outer = retry
                            inner = nil
                        } else {
                            inner = retry
                        }
                        if element.slot >= 0 { scratch.captures[element.slot] = position..<found }
                        position = found
                        index += 1
                        continue
                    }
                } else if let found = fixedEnd(of: element, line, at: position, before: end) {
                    if element.slot >= 0 { scratch.captures[element.slot] = position..<found }
                    position = found
                    index += 1
                    continue
                }
            }
            // It does not fit: the last capture takes more, or the one before it.
            guard scratch.attemptsLeft > 0 else { return false }
            scratch.attemptsLeft -= 1
            if let found = extend(&inner, line, end) ?? extend(&outer, line, end) {
                if found.element >= 0, elements[found.element].slot >= 0 {
                    scratch.captures[elements[found.element].slot] = found.begin..<found.end
                }
                index = found.element + 1
                position = found.end
                continue
            }
            return false
        }
    }

    private func extend(_ retry: inout Retry?, _ line: Span<UInt8>, _ end: Int) -> Retry? {
        guard var found = retry,
            let next = nextEnd(of: found.element, begin: found.begin, from: found.end + 1, line, end)
        else {
            retry = nil
            return nil
        }
        found.end = next
        retry = found
        return found
    }

    /// The first place from `from` on where an open capture may end: one where what follows it may stand.
    private func nextEnd(of number: Int, begin: Int, from: Int, _ line: Span<UInt8>, _ end: Int) -> Int? {
        guard from <= end else { return nil }
        let form = number < 0 ? Form.anyText : elements[number].form
        guard number + 1 < elements.count else {
            // The last one takes all that it may, and has no second try.
            guard from <= begin + 1 else { return nil }
            return form == .anyText ? end : classEnd(form, line, from: begin, before: end)
        }
        let next = elements[number + 1]
        if form == .anyText {
            guard next.form == .literal else { return from }
            return firstIndex(of: next, line, from: from, before: end)
        }
        var index = from
        let limit = Swift.min(end, begin + RuleLimits.entityNameBytes)
        while index <= limit {
            guard form.takes(line[index - 1]), index > begin + 1 || line[begin] != .space else { return nil }
            if form != .name || line[index - 1] != .space,
                next.form != .literal || has(next, line, at: index, before: end)
            {
                return index
            }
            index += 1
        }
        return nil
    }

    private func classEnd(_ form: Form, _ line: Span<UInt8>, from begin: Int, before end: Int) -> Int? {
        var index = begin
        while index < end, form.takes(line[index]) { index += 1 }
        while index > begin, line[index - 1] == .space { index -= 1 }
        return index > begin ? index : nil
    }

    /// The end of an element that has only one.
    private func fixedEnd(of element: Element, _ line: Span<UInt8>, at position: Int, before end: Int) -> Int? {
        switch element.form {
        case .literal:
            return has(element, line, at: position, before: end) ? position + element.upper - element.lower : nil
        case .choice:
            for number in element.lower..<element.upper {
                let word = choices[number]
                let part = Element(form: .literal, lower: word.lowerBound, upper: word.upperBound)
                if has(part, line, at: position, before: end) { return position + word.count }
            }
            return nil
        case .integer: return line.integerEnd(from: position, before: end)
        case .number: return line.decimalEnd(from: position, before: end)
        case .duration: return line.durationEnd(from: position, before: end)
        case .anyText, .word, .name: return nil
        }
    }

    /// Whether the text of `element` stands at `position`.
    @inline(__always)
    private func has(_ element: Element, _ line: Span<UInt8>, at position: Int, before end: Int) -> Bool {
        let length = element.upper &- element.lower
        guard position >= 0, position &+ length <= end, end <= line.count else { return false }
        return pool.withUnsafeBytes { pool in
            guard let base = pool.baseAddress else { return false }
            return line.bytes.equals(base + element.lower, at: position, length: length)
        }
    }

    private func firstIndex(of element: Element, _ line: Span<UInt8>, from start: Int, before end: Int) -> Int? {
        let length = element.upper - element.lower
        guard start >= 0, start + length <= end else { return nil }
        let first = pool[element.lower]
        var rest = start..<end - length + 1
        while let index = line.firstIndex(of: first, in: rest) {
            if has(element, line, at: index, before: end) { return index }
            rest = index + 1..<rest.upperBound
        }
        return nil
    }
}

extension TextPattern.Form {
    /// Whether a byte may stand in a capture of this form.
    @inline(__always)
    fileprivate func takes(_ byte: UInt8) -> Bool {
        switch self {
        case .word: byte > .space && byte != 0x7F
        case .name: NameBytes.contains(byte)
        default: true
        }
    }
}

/// The bytes of names: letters, digits, `. _ - @ # / +`, a blank, and everything beyond ASCII.
private enum NameBytes {
    /// Bit n stands for byte n: a blank, `# + - . /` and the digits.
    private static let low: UInt64 = 1 << 32 | 1 << 35 | 1 << 43 | 0b111 << 45 | 0x3FF << 48
    /// Bit n stands for byte 64 + n: `@ _` and the letters.
    private static let high: UInt64 = 1 | 0x3FF_FFFF << 1 | 1 << 31 | 0x3FF_FFFF << 33

    @inline(__always)
    static func contains(_ byte: UInt8) -> Bool {
        if byte >= 0x80 { return true }
        return (byte < 64 ? low : high) >> UInt64(byte & 63) & 1 == 1
    }
}

extension Span<UInt8> {
    fileprivate func digitsEnd(from start: Int, before end: Int, most: Int = 18) -> Int? {
        var index = start
        while index < end, index < start + most, self[index] &- 0x30 <= 9 { index += 1 }
        return index > start ? index : nil
    }

    /// The end of a whole number; one with more than 18 digits is none.
    fileprivate func integerEnd(from start: Int, before end: Int) -> Int? {
        guard start < end else { return nil }
        let isSigned = self[start] == UInt8(ascii: "-") || self[start] == UInt8(ascii: "+")
        guard let stop = digitsEnd(from: isSigned ? start + 1 : start, before: end) else { return nil }
        return stop < end && self[stop] &- 0x30 <= 9 ? nil : stop
    }

    fileprivate func decimalEnd(from start: Int, before end: Int) -> Int? {
        guard let whole = integerEnd(from: start, before: end) else { return nil }
        guard whole < end, self[whole] == UInt8(ascii: ".") else { return whole }
        return digitsEnd(from: whole + 1, before: end) ?? whole
    }

    /// The end of `1h30m`, `12ms`, `1.5s`.
    fileprivate func durationEnd(from start: Int, before end: Int) -> Int? {
        var index = start
        var last: Int?
        while let number = decimalEnd(from: index, before: end), self[index] &- 0x30 <= 9 {
            if has("ms", at: number, before: end) {
                index = number + 2
            } else if number < end, "smhd".utf8.contains(self[number]) {
                index = number + 1
            } else {
                break
            }
            last = index
        }
        return last
    }
}
