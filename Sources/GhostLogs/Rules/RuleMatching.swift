import GhostModel
import GhostPatterns

extension Rule {
    /// Whether the conditions are met that few rules have.
    func meetsOthers(_ line: Span<UInt8>, _ head: LineHead, _ scratch: inout MatchScratch) -> Bool {
        for field in fields where !field.isMet(line, head, &scratch) { return false }
        guard !unless.isEmpty else { return true }
        var other = MatchScratch()
        return !unless.contains { $0.fits(line, head, &other) }
    }
}

extension Phrase {
    /// Whether the phrase fits the line; a phrase that begins where the text begins may do so behind the sign or before it.
    func fits(_ line: Span<UInt8>, _ head: LineHead, _ scratch: inout MatchScratch) -> Bool {
        switch self {
        case .text(let pattern, let signs):
            guard signs.contains(head.signs) else { return false }
            return head.anyPlace(pattern.shape) { pattern.matches(line, in: $0, &scratch) }
        case .regex(let regex, _, let slots):
            return Self.fits(regex, slots, line, head.message, &scratch)
                || head.message.count < line.count && Self.fits(regex, slots, line, 0..<line.count, &scratch)
        }
    }

    private static func fits(
        _ regex: LinearRegex,
        _ slots: [Int],
        _ line: Span<UInt8>,
        _ range: Range<Int>,
        _ scratch: inout MatchScratch
    ) -> Bool {
        guard let groups = regex.firstMatch(in: line.extracting(range), from: 0) else { return false }
        for (group, slot) in zip(groups, slots) where slot >= 0 {
            let found = group ?? 0..<0
            scratch.captures[slot] = range.lowerBound + found.lowerBound..<range.lowerBound + found.upperBound
        }
        return true
    }
}

extension FieldCondition {
    /// Whether the field stands in the line with a value that fits.
    func isMet(_ line: Span<UInt8>, _ head: LineHead, _ scratch: inout MatchScratch) -> Bool {
        guard let value = TrailingFields.value(of: marker, in: line, head.body) else { return false }
        return pattern.matches(line, in: value, &scratch)
    }
}

extension TrailingFields {
    /// The bytes of the value of the field that begins with `marker`, without its quotes; nil if the field is absent.
    static func value(of marker: [UInt8], in line: Span<UInt8>, _ range: Range<Int>) -> Range<Int>? {
        guard line.firstIndex(of: UInt8(ascii: "="), in: range) != nil else { return nil }
        var index = range.lowerBound
        var isAtWordStart = true
        while index < range.upperBound {
            if isAtWordStart, index + marker.count <= range.upperBound,
                marker.equals(line, index..<index + marker.count)
            {
                return value(in: line, from: index + marker.count, before: range.upperBound)
            }
            if line[index] == UInt8(ascii: "\"") {
                index = quoteEnd(in: line, from: index, before: range.upperBound)
                isAtWordStart = false
            } else {
                isAtWordStart = line[index] == .space
                index += 1
            }
        }
        return nil
    }

    private static func value(in line: Span<UInt8>, from start: Int, before end: Int) -> Range<Int> {
        guard start < end, line[start] == UInt8(ascii: "\"") else {
            return start..<(line.firstIndex(of: .space, in: start..<end) ?? end)
        }
        let close = quoteEnd(in: line, from: start, before: end)
        let isClosed = close - 1 > start && line[close - 1] == UInt8(ascii: "\"")
        return start + 1..<max(start + 1, isClosed ? close - 1 : close)
    }

    /// The index after the quote that closes the one at `start`; `end` if it is never closed.
    private static func quoteEnd(in line: Span<UInt8>, from start: Int, before end: Int) -> Int {
        var index = start + 1
        while index < end {
            switch line[index] {
            case UInt8(ascii: "\\"): index += 2
            case UInt8(ascii: "\""): return index + 1
            default: index += 1
            }
        }
        return end
    }
}
