import GhostTestSupport
import Testing

@testable import GhostPatterns

/// What holds for patterns and texts that nobody thought of.
@Suite struct RegexPropertyTests {
    /// Writes random patterns of the syntax that Swift's `Regex` shares.
    ///
    /// Without boundaries of words, because there Swift 6.3 does not keep to its own definition: it does not find
    /// `^(?:.{2,}?\b){2}` in `1a 11`.
    private struct PatternWriter {
        var random: SeededRandom

        mutating func pattern(depth: Int) -> String {
            let branches = Int.random(in: 1...(depth > 0 ? 3 : 1), using: &random)
            return (0..<branches).map { _ in sequence(depth: depth) }.joined(separator: "|")
        }

        private mutating func sequence(depth: Int) -> String {
            (0..<Int.random(in: 1...3, using: &random)).map { _ in repeated(depth: depth) }.joined()
        }

        /// Groups are not repeated without end if they can be empty: there engines differ in what the group holds.
        private mutating func repeated(depth: Int) -> String {
            if depth > 0, Int.random(in: 0..<3, using: &random) == 0 {
                let inner = pattern(depth: depth - 1)
                let open = ["(", "(?:", "(?i:"].randomElement(using: &random) ?? "("
                return open + inner + ")" + (["", "", "?", "{2}"].randomElement(using: &random) ?? "")
            }
            let atoms = ["a", "b", "c", ".", "[ab]", "[^a]", "\\d", "\\w", "^", "$", "[a-c1]", "1", "\\s"]
            let atom = atoms.randomElement(using: &random) ?? "a"
            guard !["^", "$"].contains(atom) else { return atom }
            let suffixes = ["", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}", "{2,}?", "{0,2}"]
            return atom + (suffixes.randomElement(using: &random) ?? "")
        }

        mutating func text() -> String {
            let letters: [Character] = ["a", "b", "c", "1", " ", "A", "-"]
            return String(
                (0..<Int.random(in: 0...12, using: &random)).map { _ in
                    letters.randomElement(using: &random) ?? "a"
                }
            )
        }
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>) func findsWhatSwiftFinds(_ seed: UInt64) throws {
        var writer = PatternWriter(random: SeededRandom(seed: seed))
        var matchCount = 0
        for _ in 0..<120 {
            let pattern = writer.pattern(depth: 3)
            let ours = try LinearRegex(pattern)
            let theirs = try Regex(pattern)
                .asciiOnlyCharacterClasses().wordBoundaryKind(.simple).matchingSemantics(.unicodeScalar)
            var matcher = ours.makeMatcher()
            for _ in 0..<6 {
                let text = writer.text()
                let bytes = Array(text.utf8)
                let expected = try theirs.firstMatch(in: text).map { match in
                    match.output.map { group in group.range.map { text.offsets(of: $0) } }
                }
                for engine in [RegexMatcher.Engine.automatic, .backtracker, .pike] {
                    let found = matcher.groups(in: bytes, by: engine)
                    #expect(found?.first == expected?.first, "/\(pattern)/ in \(text.debugDescription) by \(engine)")
                }
                let isMatch = matcher.matches(bytes)
                #expect(isMatch == (expected != nil), "/\(pattern)/ in \(text.debugDescription)")
                if expected != nil { matchCount += 1 }
            }
        }
        #expect(matchCount > 150)
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>) func allEnginesAgree(_ seed: UInt64) throws {
        var random = SeededRandom(seed: 100 + seed)
        let alphabet = Array(#"ab.*+?|()[]^$\dwsbB{}12,-éA:i❌"#.unicodeScalars)
        var accepted = 0
        for _ in 0..<600 {
            var pattern = ""
            for _ in 0..<Int.random(in: 1...10, using: &random) {
                pattern.unicodeScalars.append(alphabet.randomElement(using: &random) ?? "a")
            }
            guard let regex = try? LinearRegex(pattern) else { continue }
            accepted += 1
            var matcher = regex.makeMatcher()
            for _ in 0..<4 {
                // Single bytes of é and ❌ among them: much of this is not valid UTF-8.
                let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                    [0x61, 0x62, 0x41, 0x31, 0x20, 0xC3, 0xA9, 0xE2, 0x9D, 0x8C, 0x0A, 0xFF].randomElement(
                        using: &random
                    )
                        ?? UInt8(0x61)
                }
                let start = Int.random(in: 0...bytes.count, using: &random)
                let results = [RegexMatcher.Engine.automatic, .backtracker, .pike].map { engine in
                    matcher.groups(in: bytes, from: start, by: engine)
                }
                #expect(results[0] == results[1], "/\(pattern)/ in \(bytes) from \(start)")
                #expect(results[1] == results[2], "/\(pattern)/ in \(bytes) from \(start)")
                let isMatch = matcher.matches(bytes)
                let byPike = matcher.groups(in: bytes, by: .pike)
                #expect(isMatch == (byPike != nil), "/\(pattern)/ in \(bytes)")
            }
        }
        #expect(accepted > 80)
    }

    @Test func randomBytesNeverTrap() throws {
        var random = SeededRandom(seed: 7)
        let patterns = [#"(\w+)\s+(\S+).*?(\d{2,4})[^a-z]*"#, "(?i)é|[^❌]+", #"\b.\B|$"#, "(?s).{3}$"]
        for pattern in patterns {
            let regex = try LinearRegex(pattern)
            var matcher = regex.makeMatcher()
            for _ in 0..<200 {
                let bytes = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                let byPike = matcher.groups(in: bytes, by: .pike)
                let isMatch = matcher.matches(bytes)
                let automatic = matcher.groups(in: bytes, by: .automatic)
                #expect(isMatch == (byPike != nil))
                #expect(automatic == byPike)
            }
        }
    }
}

extension String {
    fileprivate func offsets(of range: Range<Index>) -> Range<Int> {
        let start = utf8.distance(from: startIndex, to: range.lowerBound)
        return start..<(start + utf8.distance(from: range.lowerBound, to: range.upperBound))
    }
}
