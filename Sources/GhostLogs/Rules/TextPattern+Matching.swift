/// What a match found: where each capture of the rule is, and how much work may still be done on the line.
struct MatchScratch: Sendable {
    /// By the number of the capture; empty if it took nothing.
    var captures = [Range<Int>](repeating: 0..<0, count: RuleLimits.captures)
    var attemptsLeft = RuleLimits.attempts

    /// Empties the captures that a match did not fill.
    ///
    /// - Parameter filled: bit n stands for capture n.
    @inline(__always)
    mutating func clear(_ count: Int, besides filled: UInt32 = 0) {
        for slot in 0..<count where filled >> UInt32(slot) & 1 == 0 { captures[slot] = 0..<0 }
    }
}

extension TextPattern {
    /// Whether the phrase fits in `range`, beginning at its start or, if it may, further behind.
    func matches(_ line: Span<UInt8>, in range: Range<Int>, _ scratch: inout MatchScratch) -> Bool {
        elements.span.fit(self.shape, pool.span, choices.span, line, range, &scratch)
    }

    /// Where a match may begin and end.
    struct Shape: Sendable {
        var start: Start
        var end: End
    }

    var shape: Shape { Shape(start: start, end: end) }

    /// The captures that a match fills; bit n stands for capture n.
    var filledSlots: UInt32 {
        elements.reduce(0) { $1.slot >= 0 ? $0 | 1 << UInt32($1.slot) : $0 }
    }
}

/// A capture that may take more if what follows it does not fit.
private struct Retry {
    /// The number of the capture's element; -1 for the text before the first.
    var element: Int
    var begin: Int
    /// Where it ends for now; negative if there is nothing to try.
    var end: Int

    static let none = Retry(element: 0, begin: 0, end: -1)
}

/// The elements of a phrase. The bytes of their texts, and the places of the alternatives, come beside them.
extension Span where Element == TextPattern.Element {
    /// Whether the phrase fits in `range`.
    @inline(__always)
    func fit(
        _ shape: TextPattern.Shape,
        _ pool: Span<UInt8>,
        _ choices: Span<Range<Int>>,
        _ line: Span<UInt8>,
        _ range: Range<Int>,
        _ scratch: inout MatchScratch
    ) -> Bool {
        // Most lines differ in the first text already.
        if shape.start == .beginning, count > 0, self[0].form == .literal {
            guard line.has(self[0], pool, at: range.lowerBound, before: range.upperBound) else { return false }
        }
        return fitSlowly(shape, pool, choices, line, range, &scratch)
    }

    private func fitSlowly(
        _ shape: TextPattern.Shape,
        _ pool: Span<UInt8>,
        _ choices: Span<Range<Int>>,
        _ line: Span<UInt8>,
        _ range: Range<Int>,
        _ scratch: inout MatchScratch
    ) -> Bool {
        let end = range.upperBound
        var position = range.lowerBound
        var index = 0
        var outer = Retry.none
        var inner = Retry.none
        if shape.start == .anywhere {
            outer = Retry(element: -1, begin: position, end: position - 1)
            guard extend(&outer, pool, line, end) else { return false }
            position = outer.end
        }
        while true {
            if index == count {
                if shape.end == .anywhere || position == end { return true }
            } else {
                let element = self[index]
                if element.form.isOpen {
                    var retry = Retry(element: index, begin: position, end: position)
                    if position < end, extend(&retry, pool, line, end) {
                        if element.form == .anyText {
                            outer = retry
                            inner = .none
                        } else {
                            inner = retry
                        }
                        if element.slot >= 0 { scratch.captures[element.slot] = position..<retry.end }
                        position = retry.end
                        index += 1
                        continue
                    }
                } else {
                    let found = line.fixedEnd(of: element, pool, choices, at: position, before: end)
                    if found >= 0 {
                        if element.slot >= 0 { scratch.captures[element.slot] = position..<found }
                        position = found
                        index += 1
                        continue
                    }
                }
            }
            // It does not fit: the last capture takes more, or the one before it.
            guard scratch.attemptsLeft > 0 else { return false }
            scratch.attemptsLeft -= 1
            let retry: Retry
            if inner.end >= 0, extend(&inner, pool, line, end) {
                retry = inner
            } else if outer.end >= 0, extend(&outer, pool, line, end) {
                inner = .none
                retry = outer
            } else {
                return false
            }
            if retry.element >= 0, self[retry.element].slot >= 0 {
                scratch.captures[self[retry.element].slot] = retry.begin..<retry.end
            }
            index = retry.element + 1
            position = retry.end
        }
    }

    /// Lets an open capture end further behind: at the next place where what follows it may stand.
    private func extend(_ retry: inout Retry, _ pool: Span<UInt8>, _ line: Span<UInt8>, _ end: Int) -> Bool {
        retry.end = nextEnd(of: retry.element, begin: retry.begin, from: retry.end + 1, pool, line, end)
        return retry.end >= 0
    }

    /// The first place from `from` on where an open capture may end; -1 if there is none.
    private func nextEnd(
        of number: Int,
        begin: Int,
        from: Int,
        _ pool: Span<UInt8>,
        _ line: Span<UInt8>,
        _ end: Int
    ) -> Int {
        guard from <= end else { return -1 }
        let form = number < 0 ? TextPattern.Form.anyText : self[number].form
        guard number + 1 < count else {
            // The last one takes all that it may, and has no second try.
            guard from <= begin + 1 else { return -1 }
            return form == .anyText ? end : line.classEnd(form, from: begin, before: end)
        }
        let next = self[number + 1]
        if form == .anyText {
            return next.form == .literal ? line.firstIndex(of: next, pool, from: from, before: end) : from
        }
        guard form != .name || line[begin] != .space else { return -1 }
        let limit = Swift.min(end, begin + RuleLimits.entityNameBytes)
        let first = next.form == .literal ? pool[next.lower] : 0
        var index = from
        while index <= limit {
            let last = line[index - 1]
            guard form.takes(last) else { return -1 }
            if form != .name || last != .space {
                // What follows mostly differs in its first byte.
                if next.form != .literal { return index }
                if index < end, line[index] == first, line.has(next, pool, at: index, before: end) { return index }
            }
            index += 1
        }
        return -1
    }
}

extension Span<UInt8> {
    /// Whether the text of `element` stands at `position`.
    @inline(__always)
    fileprivate func has(
        _ element: TextPattern.Element,
        _ pool: Span<UInt8>,
        at position: Int,
        before end: Int
    ) -> Bool {
        let length = element.upper &- element.lower
        guard position >= 0, position &+ length <= end, end <= count, element.upper <= pool.count else { return false }
        return pool.bytes.withUnsafeBytes { pool in
            guard let base = pool.baseAddress else { return false }
            return bytes.equals(base + element.lower, at: position, length: length)
        }
    }

    fileprivate func firstIndex(
        of element: TextPattern.Element,
        _ pool: Span<UInt8>,
        from start: Int,
        before end: Int
    ) -> Int {
        let length = element.upper - element.lower
        guard start >= 0, start + length <= end else { return -1 }
        let first = pool[element.lower]
        var rest = start..<end - length + 1
        while let index = firstIndex(of: first, in: rest) {
            if has(element, pool, at: index, before: end) { return index }
            rest = index + 1..<rest.upperBound
        }
        return -1
    }

    /// The end of a capture that nothing follows; -1 if it would be empty.
    fileprivate func classEnd(_ form: TextPattern.Form, from begin: Int, before end: Int) -> Int {
        var index = begin
        while index < end, form.takes(self[index]) { index += 1 }
        while index > begin, self[index - 1] == .space { index -= 1 }
        return index > begin ? index : -1
    }

    /// The end of an element that has only one; -1 if it does not stand at `position`.
    fileprivate func fixedEnd(
        of element: TextPattern.Element,
        _ pool: Span<UInt8>,
        _ choices: Span<Range<Int>>,
        at position: Int,
        before end: Int
    ) -> Int {
        switch element.form {
        case .literal:
            return has(element, pool, at: position, before: end) ? position + element.upper - element.lower : -1
        case .choice:
            for number in element.lower..<element.upper {
                let word = choices[number]
                let part = TextPattern.Element(form: .literal, lower: word.lowerBound, upper: word.upperBound)
                if has(part, pool, at: position, before: end) { return position + word.count }
            }
            return -1
        case .integer: return integerEnd(from: position, before: end) ?? -1
        case .number: return decimalEnd(from: position, before: end) ?? -1
        case .duration: return durationEnd(from: position, before: end) ?? -1
        case .anyText, .word, .name: return -1
        }
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
