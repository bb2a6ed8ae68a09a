import GhostTestSupport
import Testing

@testable import GhostPatterns

@Suite struct SearchTextTests {
    @Test(arguments: [
        ("error", "An ERROR occurred", 3..<8), ("ERROR", "terror", 1..<6), ("", "abc", 0..<0), ("a", "", nil),
        ("abc", "ab", nil), ("é", "É é", 3..<5), ("[x]", "a[X]", 1..<4), ("{", "[", nil), ("@", "`@", 1..<2),
        ("❌ Failed", "x ❌ failed", 2..<12), ("1", "0123", 1..<2), ("ab", "aab", 1..<3),
    ]) func finds(_ text: String, _ line: String, _ range: Range<Int>?) {
        let search = SearchText(text)
        let bytes = Array(line.utf8)
        #expect(search.firstRange(in: bytes) == range)
        #expect(search.matches(bytes) == (range != nil))
    }

    @Test func goesOnFromAnyPlace() {
        let line = Array("ab AB ab".utf8)
        let search = SearchText("ab")
        #expect(search.firstRange(in: line, from: 1) == 3..<5)
        #expect(search.firstRange(in: line, from: 7) == nil)
        #expect(search.firstRange(in: line, from: 9) == nil)
        #expect(search.firstRange(in: line, from: -1) == nil)
        #expect(SearchText("").firstRange(in: line, from: 8) == 8..<8)
    }

    @Test func cutsWhatIsTooLong() {
        let search = SearchText(String(repeating: "a", count: 1023) + "éb")
        #expect(search.text == String(repeating: "a", count: 1023))
    }

    @Test(arguments: [LetterCasing.exact, .ignoringCase]) func findsTheFirstOfSeveral(_ casing: LetterCasing) {
        var random = SeededRandom(seed: 12)
        let letters: [UInt8] = [0x61, 0x62, 0x41, 0x42, 0xC3]
        let bytes = { (lengths: ClosedRange<Int>) in
            (0..<Int.random(in: lengths, using: &random)).map { _ in letters.randomElement(using: &random) ?? 0 }
        }
        var foundCount = 0
        for _ in 0..<600 {
            let text = bytes(0...90)
            let literals = (0..<3).map { _ in bytes(3...7) }
            let start = min(text.count, bytes(0...9).count)
            let places = literals.compactMap { LiteralFinder($0, casing).find(in: text, from: start) }
            let found = LiteralSetFinder(literals, casing).find(in: text.span, from: start)
            #expect(found?.lowerBound == places.min())
            if let found {
                foundCount += 1
                let first = literals.first { LiteralFinder($0, casing).find(in: text, from: start) == found.lowerBound }
                #expect(found.count == first?.count)
            }
        }
        #expect(foundCount > 50)
    }

    @Test(arguments: [LetterCasing.exact, .ignoringCase]) func findsWhatASimpleSearchFinds(_ casing: LetterCasing) {
        var random = SeededRandom(seed: 11)
        var foundCount = 0
        for _ in 0..<600 {
            let letters: [UInt8] = [0x61, 0x62, 0x41, 0x42, 0xC3]
            let text = (0..<Int.random(in: 0...90, using: &random)).map { _ in
                letters.randomElement(using: &random) ?? 0
            }
            let wanted = (0..<Int.random(in: 1...6, using: &random)).map { _ in
                letters.randomElement(using: &random) ?? 0
            }
            let start = Int.random(in: 0...text.count, using: &random)
            let equal: (UInt8, UInt8) -> Bool = { one, other in
                casing == .exact ? one == other : one.lowercasedASCII == other.lowercasedASCII
            }
            let expected = (start..<max(start, text.count - wanted.count + 1)).first { place in
                wanted.indices.allSatisfy { equal(text[place + $0], wanted[$0]) }
            }
            #expect(LiteralFinder(wanted, casing).find(in: text, from: start) == expected)
            if expected != nil { foundCount += 1 }
        }
        #expect(foundCount > 50)
    }
}
