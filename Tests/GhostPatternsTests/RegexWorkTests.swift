import Testing

@testable import GhostPatterns

/// That no pattern runs away is counted in steps, which are the same on every machine.
@Suite struct RegexWorkTests {
    static let evil: [(pattern: String, text: [UInt8])] = [
        ("(a*)*b", [UInt8](repeating: 0x61, count: 4_000)),
        ("(a|aa)+$", [UInt8](repeating: 0x61, count: 4_000) + [0x62]),
        ("^(a|aa)+$", [UInt8](repeating: 0x61, count: 4_000) + [0x62]),
        ("(?:a?){30}a{30}b", [UInt8](repeating: 0x61, count: 4_000)),
        ("(x+x+)+y", [UInt8](repeating: 0x78, count: 4_000)),
        ("(.*)(.*)(.*)(.*)(.*)[0-9]", [UInt8](repeating: 0x61, count: 4_000)),
        ("(.*?,){11}P", Array(repeatElement("1,", count: 2_000).joined().utf8)),
        (#"(\d+|\w+)*\s\."#, [UInt8](repeating: 0x31, count: 4_000)),
        ("[ab]*a[ab]{40}c", (0..<4_000).map { $0 * $0 % 7 < 3 ? 0x61 : 0x62 }),
    ]

    @Test(arguments: evil) func isLinear(_ one: (pattern: String, text: [UInt8])) throws {
        let regex = try LinearRegex(one.pattern)
        // No instruction is looked at twice for one symbol.
        let bound = (regex.program.instructions.count + 1) * (one.text.count + 1)
        var automaton = LazyAutomaton()
        _ = automaton.matches(regex.program, one.text.span, from: 0)
        #expect(automaton.work >= 1)
        #expect(automaton.work <= bound)
        var matcher = regex.makeMatcher()
        _ = matcher.find(in: one.text.span)
        #expect(matcher.work <= 2 * bound)
        var pike = regex.makeMatcher()
        _ = pike.groups(in: one.text, by: .pike)
        #expect(pike.work <= bound)
        let short = Array(one.text.suffix(1000))
        var backtracker = regex.makeMatcher()
        _ = backtracker.groups(in: short, by: .backtracker)
        #expect(backtracker.work <= (regex.program.instructions.count + 1) * (short.count + 1))
    }

    @Test func forgetsBeforeItGrows() throws {
        // Each of the last 14 letters is in the state: there are 2^14 of them.
        let regex = try LinearRegex("a[ab]{14}c[ab]*d")
        var seed: UInt32 = 1
        let text = (0..<40_000).map { _ in
            seed = seed &* 1_664_525 &+ 1_013_904_223
            return seed >> 31 == 0 ? UInt8(0x61) : 0x62
        }
        var automaton = LazyAutomaton()
        let isMatch = automaton.matches(regex.program, text.span, from: 0)
        #expect(!isMatch)
        #expect(automaton.flushes > 0)
        #expect(automaton.work <= (regex.program.instructions.count + 1) * (text.count + 1))
    }

    @Test func passesOverLinesWithoutTheLiteral() throws {
        let text = Array("2026-11-22 16:04:01 INFO api: served /index.html in 12 ms".utf8)
        for pattern in ["ERROR", "(?i)ERROR", "ERROR .*", #"\d+ .*ERROR"#, "(a|b)*: ERROR", "❌"] {
            var matcher = try LinearRegex(pattern).makeMatcher()
            let isFound = matcher.find(in: text)
            #expect(!isFound)
            #expect(matcher.work == 0, "\(pattern)")
        }
    }
}
