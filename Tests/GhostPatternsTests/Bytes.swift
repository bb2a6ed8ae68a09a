@testable import GhostPatterns

/// The same calls for arrays, because an expectation cannot hold a span.
extension LinearRegex {
    func first(in text: [UInt8], from start: Int = 0) -> Range<Int>? { groups(in: text, from: start)?.first ?? nil }

    func groups(in text: [UInt8], from start: Int = 0) -> [Range<Int>?]? { firstMatch(in: text.span, from: start) }

    func matches(_ text: [UInt8]) -> Bool { matches(text.span) }
}

extension RegexMatcher {
    mutating func matches(_ text: [UInt8]) -> Bool { matches(text.span) }

    mutating func find(in text: [UInt8]) -> Bool { find(in: text.span) }

    /// The groups of the first match found by one of the engines.
    mutating func groups(in text: [UInt8], from start: Int = 0, by engine: Engine) -> [Range<Int>?]? {
        guard find(in: text.span, from: start, by: engine) else { return nil }
        return (0..<slotCount / 2).map { range(of: $0) }
    }
}

extension GlobPattern {
    func matches(_ path: [UInt8]) -> Bool { matches(path.span) }
}

extension SearchText {
    func firstRange(in text: [UInt8], from start: Int = 0) -> Range<Int>? { firstRange(in: text.span, from: start) }

    func matches(_ text: [UInt8]) -> Bool { matches(text.span) }
}

extension LiteralFinder {
    func find(in text: [UInt8], from start: Int) -> Int? { find(in: text.span, from: start) }
}
