import GhostTestSupport
import Testing

@testable import GhostLogs

struct NameIndexTests {
    @Test func onlyPatternsWhoseBeginningFits_areCandidates_andThoseThatHaveNone() {
        let index = NameIndex([
            (place: 4, beginning: "app-1"), (place: 2, beginning: "app"), (place: 7, beginning: ""),
            (place: 2, beginning: "app-1"), (place: 9, beginning: "web"), (place: 3, beginning: "é"),
        ])
        let table: [(String, [Int])] = [
            ("app-1.log", [2, 3, 4, 7]), ("app.log", [2, 3, 7]), ("web", [3, 7, 9]), ("we", [3, 7]), ("", [3, 7]),
            // Equal names may be written with different bytes.
            ("wéb", [2, 3, 4, 7, 9]),
        ]
        for (name, places) in table { #expect(index.candidates(for: name) == places, "\(name)") }
        #expect(NameIndex().candidates(for: "x") == [])
    }

    @Test func whatFits_isAlwaysACandidate() throws {
        var random = SeededRandom(seed: 20_261_123)
        let pieces = ["a", "b", "-", ".log", "*", "?", "[ab]", "é", "\\*", "\u{212A}", "K"]
        let names = ["a", "b", "-", ".log", "*", "é", "e\u{301}", "\u{212A}", "K", "ab"]
        func text(_ pieces: [String]) -> String {
            (0..<Int.random(in: 1...4, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
        }
        var fitting = 0
        for _ in 0..<300 {
            let patterns = (0..<8).map { _ in SourcePattern("/logs/" + text(pieces), in: "/") }
            let reaches = patterns.map { $0.reach(ofPath: "/logs") }
            let index = NameIndex(
                patterns.indices.map { (place: $0, beginning: patterns[$0].beginning(after: reaches[$0])) }
            )
            for _ in 0..<5 {
                let name = text(names)
                let candidates = index.candidates(for: name)
                for place in patterns.indices where !patterns[place].reach(of: name, in: reaches[place]).isEmpty {
                    fitting += 1
                    #expect(candidates.contains(place), "\(name) fits \(patterns[place].text)")
                }
            }
        }
        #expect(fitting > 100)
    }
}
