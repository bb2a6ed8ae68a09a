import GhostModel

/// A text with captures in it, such as `restarted by {user}`, to be filled in from a line.
package struct RuleTemplate: Sendable {
    package let source: String
    var parts: [Part] = []

    enum Part: Sendable {
        case text([UInt8])
        case capture(Int)
    }

    /// Takes a template apart; every capture in it must be one of the rule's.
    package init(_ text: some StringProtocol, captures: [Capture]) throws(PhraseFailure) {
        source = String(text)
        guard source.utf8.count <= RuleLimits.textBytes else {
            throw PhraseFailure("a text has at most \(RuleLimits.textBytes) bytes")
        }
        var rest = Substring(source)
        var literal: [UInt8] = []
        func unclosed() -> PhraseFailure {
            PhraseFailure("a brace stands alone; one that stands for itself is written {{ or }}")
        }
        while let character = rest.popFirst() {
            switch character {
            case "{" where rest.first == "{", "}" where rest.first == "}":
                rest.removeFirst()
                literal.append(contentsOf: String(character).utf8)
            case "{":
                guard let close = rest.firstIndex(of: "}") else { throw unclosed() }
                let name = String(rest[..<close])
                guard let slot = captures.firstIndex(where: { $0.name == name }) else {
                    let known = captures.isEmpty ? "captures nothing" : "captures only \(captures.map(\.name))"
                    throw PhraseFailure("the rule has no capture {\(name)}; it \(known)", word: name)
                }
                if !literal.isEmpty { parts.append(.text(literal)) }
                literal = []
                parts.append(.capture(slot))
                rest = rest[rest.index(after: close)...]
            case "}": throw unclosed()
            default: literal.append(contentsOf: String(character).utf8)
            }
        }
        if !literal.isEmpty { parts.append(.text(literal)) }
    }

    /// An empty text.
    package static let nothing = RuleTemplate()

    private init() { source = "" }

    /// The one capture that this is, if it is nothing else.
    package var onlyCapture: Int? {
        guard parts.count == 1, case .capture(let slot) = parts[0] else { return nil }
        return slot
    }

    /// Writes the filled-in text into `bytes`, at most `longest` of them.
    func fill(_ bytes: inout [UInt8], _ line: Span<UInt8>, _ scratch: MatchScratch, longest: Int) {
        bytes.removeAll(keepingCapacity: true)
        for part in parts where bytes.count < longest {
            switch part {
            case .text(let text): bytes.append(contentsOf: text.prefix(longest - bytes.count))
            case .capture(let slot):
                let range = scratch.captures[slot]
                let count = min(range.count, longest - bytes.count)
                for index in range.lowerBound..<range.lowerBound + count { bytes.append(line[index]) }
            }
        }
    }
}

/// What the captures of a line are as values.
extension Span<UInt8> {
    /// The bytes of `range` as a whole number of at most 18 digits.
    func wholeNumber(_ range: Range<Int>) -> Int? {
        var index = range.lowerBound
        guard index < range.upperBound else { return nil }
        let isNegative = self[index] == UInt8(ascii: "-")
        if isNegative || self[index] == UInt8(ascii: "+") { index += 1 }
        guard index < range.upperBound, range.upperBound - index <= 18 else { return nil }
        var value = 0
        while index < range.upperBound {
            let digit = self[index] &- 0x30
            guard digit <= 9 else { return nil }
            value = value &* 10 &+ Int(digit)
            index += 1
        }
        return isNegative ? -value : value
    }

    /// The bytes of `range` as a duration.
    func duration(_ range: Range<Int>) -> Duration? {
        range.isEmpty ? nil : Duration(configurationText: text(range, longest: 64))
    }
}
