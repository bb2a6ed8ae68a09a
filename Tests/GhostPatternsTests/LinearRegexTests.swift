import Testing

@testable import GhostPatterns

@Suite struct LinearRegexTests {
    /// A pattern, a text, and what each group matches; `nil` without a match, "-" for a group without a part in it.
    struct Case: Sendable, CustomTestStringConvertible {
        let pattern: String
        let text: String
        let groups: [String]?

        init(_ pattern: String, _ text: String, _ groups: String...) {
            self.init(pattern, text, groups)
        }

        init(_ pattern: String, _ text: String, _ groups: [String]?) {
            self.pattern = pattern
            self.text = text
            self.groups = groups
        }

        var testDescription: String { "/\(pattern)/ in \(text.debugDescription)" }
    }

    static let cases: [Case] = [
        // Literals.
        Case("", "abc", ""),
        Case("b", "abc", "b"),
        Case("abc", "xxabcxx", "abc"),
        Case("abcd", "abc", nil),
        Case("x", "", nil),
        Case("a.c", "abc", "abc"),
        Case("a.c", "a\nc", nil),
        Case("(?s)a.c", "a\nc", "a\nc"),
        Case(#"a\.c"#, "abc a.c", "a.c"),
        Case(#"\[x\]\{\}\(\)\*\+\?\|\^\$\\\/\-\""#, #"[x]{}()*+?|^$\/-""#, #"[x]{}()*+?|^$\/-""#),
        Case(#"{"level":"error"}"#, #"{"level":"error"}"#, #"{"level":"error"}"#),
        Case("a{b", "a{b", "a{b"),
        Case("{}", "{}", "{}"),
        Case("a]", "a]", "a]"),
        Case("a}", "a}", "a}"),
        // Which alternative wins.
        Case("a|ab", "ab", "a"),
        Case("ab|a", "ab", "ab"),
        Case("b|a", "ab", "a"),
        Case("(a|ab)(c|bcd)(d*)", "abcd", "abcd", "a", "bcd", ""),
        Case("(?:error|warn)s?", "2 warns", "warns"),
        Case("|a", "a", ""),
        Case("a|", "ba", ""),
        Case("(|a)b", "ab", "ab", "a"),
        Case("foo|foobar|bar", "xfoobar", "foo"),
        // Repetition.
        Case("a*", "aaa", "aaa"),
        Case("a*", "baa", ""),
        Case("a+", "baa", "aa"),
        Case("a?b", "aab", "ab"),
        Case("a*?b", "aab", "aab"),
        Case("a+?", "aaa", "a"),
        Case("a??", "a", ""),
        Case("(a+)(a+)", "aaaa", "aaaa", "aaa", "a"),
        Case("(a+?)(a+)", "aaaa", "aaaa", "a", "aaa"),
        Case("a{3}", "aaaa", "aaa"),
        Case("a{2,3}", "aaaa", "aaa"),
        Case("a{2,3}?", "aaaa", "aa"),
        Case("a{2,}", "aaaa", "aaaa"),
        Case("a{0}b", "ab", "b"),
        Case("a{0,1}b", "aab", "ab"),
        Case("(ab){2}", "ababab", "abab", "ab"),
        Case("(?:a|b){3}c", "ababc", "babc"),
        Case("(a|b)*c", "abc", "abc", "b"),
        Case("(?:(a)|b)*", "ab", "ab", "a"),
        Case("(a*)*", "aa", "aa", "aa"),
        Case("(a*)+", "aa", "aa", "aa"),
        Case("(|a)*", "aa", "", ""),
        Case("(|a)+", "aa", "", ""),
        Case("(a|b*)*c", "abbc", "abbc", "bb"),
        Case("(?:)*x", "x", "x"),
        Case("(?:){5}x", "x", "x"),
        Case("x{100}", String(repeating: "x", count: 101), String(repeating: "x", count: 100)),
        // Groups.
        Case("(a)(b)?", "a", "a", "a", "-"),
        Case("(?<key>[a-z]+)=(?P<value>[0-9]+)", "x ab=12", "ab=12", "ab", "12"),
        Case("((a)(b))", "ab", "ab", "ab", "a", "b"),
        Case("()", "x", "", ""),
        // Anchors and boundaries.
        Case("^b", "ab", nil),
        Case("^a", "ab", "a"),
        Case("b$", "ab", "b"),
        Case("a$", "ab", nil),
        Case("^$", "", ""),
        Case("^$", "a", nil),
        Case("^a|b", "cb", "b"),
        Case("a^", "a", nil),
        Case("$", "ab", ""),
        Case(#"\Aa\z"#, "a", "a"),
        Case("a$", "a\n", nil),
        Case("^b", "a\nb", nil),
        Case("(?m)^b$", "a\nb\nc", "b"),
        Case("(?m:^)b", "a\nb", "b"),
        Case(#"\bab\b"#, "cab ab", "ab"),
        Case(#"\bab\b"#, "cab abc", nil),
        Case(#"\Bb"#, "b ab", "b"),
        Case(#"\B"#, "a", nil),
        Case(#"\b"#, "é", nil),
        Case(#"x\b"#, "xé", "x"),
        // Classes.
        Case("[abc]+", "xcabx", "cab"),
        Case("[^abc]+", "abxyc", "xy"),
        Case("[a-cx-z]+", "mnazb", "azb"),
        Case("[]a]+", "x]a", "]a"),
        Case("[^]a]+", "]xa", "x"),
        Case("[a-]+", "x-a", "-a"),
        Case("[-a]+", "x-a", "-a"),
        Case(#"[\]\-\\]+"#, #"a]-\b"#, #"]-\"#),
        Case(#"\d+"#, "ab 123", "123"),
        Case(#"\D+"#, "12ab3", "ab"),
        Case(#"\w+"#, "--a_1--", "a_1"),
        Case(#"\W+"#, "ab--c", "--"),
        Case(#"\s+\S+"#, "a \t b", " \t b"),
        Case(#"[\d.]+"#, "v1.25", "1.25"),
        Case("[[:alpha:]_]+", "1ab_2", "ab_"),
        Case("[[:^digit:]]+", "12ab", "ab"),
        Case("[[:upper:][:digit:]]+", "abC3", "C3"),
        Case("[[:xdigit:]]{4}", "xyz09aF", "09aF"),
        Case("[[a]+", "x[a", "[a"),
        // Escapes.
        Case(#"\t\n\r\f\v\e\a\0"#, "\t\n\r\u{0C}\u{0B}\u{1B}\u{07}\0", "\t\n\r\u{0C}\u{0B}\u{1B}\u{07}\0"),
        Case(#"\x41\x7e"#, "A~", "A~"),
        Case(#"\u{e9}\u00e9\x{E9}\xe9"#, "éééé", "éééé"),
        Case(#"[\u{1F600}-\u{1F64F}]+"#, "a😀😁b", "😀😁"),
        // Whole characters.
        Case("^.$", "é", "é"),
        Case("^..$", "é", nil),
        Case("^.{3}$", "a❌b", "a❌b"),
        Case("[éè]+", "aèéb", "èé"),
        Case("[^é]", "éa", "a"),
        Case("❌|✅", "ok ✅", "✅"),
        Case("é+", "ééé", "ééé"),
        Case("[а-я]+", "Ghost жив", "жив"),
        // Case.
        Case("(?i)error", "ERRor", "ERRor"),
        Case("(?i:e)rror", "Error", "Error"),
        Case("(?i:e)rror", "ERROR", nil),
        Case("a(?i)b|c", "aB", "aB"),
        Case("a(?i)b|c", "C", "C"),
        Case("(a(?i)b)c", "aBc", "aBc", "aB"),
        Case("(a(?i)b)c", "aBC", nil),
        Case("(?i)a(?-i)b", "AB Ab", "Ab"),
        Case("(?i)[a-f]+", "xCAfE", "CAfE"),
        Case("(?i)[^a]", "Ab", "b"),
        Case("(?i)É", "é", "é"),
        Case("(?i)[а-я]+", "ЖИВ", "ЖИВ"),
        Case("(?i)σ", "Σ", "Σ"),
        Case("(?i)k", "\u{212A}", nil),
        Case("(?is)A.", "a\n", "a\n"),
        // Literals that are looked for first, and what must still hold then.
        Case("foo.*bar", "foo bar", "foo bar"),
        Case("foo.*bar", "bar foo", nil),
        Case(#"\d+ms"#, "took 12s, 15ms", "15ms"),
        Case("x*abcx*", "xxabcxx", "xxabcxx"),
        Case("(?:abc){2}", "abcab abcabc", "abcabc"),
        Case(#"\berror\b"#, "terror error", "error"),
        Case("(?i:a)b", "aB Ab", "Ab"),
        Case("error|warn|fail", "no failure, no error", "fail"),
        Case("warn|warning", "a long line that ends in a warning", "warn"),
        Case("warning|warn|alarm", "a long line that ends in a warning", "warning"),
        Case("(?i)error|warn", "a long line that ends in a Warning", "Warn"),
        Case("(?i:e)rror|warn", "a long line with a WARNING and an Error", "Error"),
        Case("(error|warn)s? in", "a line of errors and warns in the end", "warns in", "warn"),
        Case("(?:error|warn)+$", "errorwarnx warnerror", "warnerror"),
        Case("ab|cd|ef|gh|ij|kl|mn|op|qr", "xqr", "qr"),
    ]

    @Test(arguments: cases) func matchesAsTheTableSays(_ one: Case) throws {
        let regex = try LinearRegex(one.pattern)
        let text = Array(one.text.utf8)
        #expect(Self.groups(regex.groups(in: text), text) == one.groups)
        #expect(regex.matches(text) == (one.groups != nil))
        // All ways of matching find the same, and a matcher remembers nothing of the line before.
        var matcher = regex.makeMatcher()
        for engine in [RegexMatcher.Engine.backtracker, .pike, .automatic, .pike, .backtracker] {
            let ranges = matcher.groups(in: text, by: engine)
            #expect(Self.groups(ranges, text) == one.groups, "\(engine)")
            let isMatch = matcher.matches(text)
            #expect(isMatch == (one.groups != nil))
        }
    }

    static func groups(_ ranges: [Range<Int>?]?, _ text: [UInt8]) -> [String]? {
        ranges?.map { range in range.map { String(decoding: text[$0], as: UTF8.self) } ?? "-" }
    }

    @Test func namesGroups() throws {
        let regex = try LinearRegex("(?<when>a)(b)(?P<level>c)")
        #expect(regex.captureNames == [nil, "when", nil, "level"])
        #expect(regex.groupNumber(named: "level") == 3)
        #expect(regex.groupNumber(named: "no") == nil)
    }

    @Test func goesOnFromAnyPlace() throws {
        let text = Array("ab ab é ab".utf8)
        let word = try LinearRegex(#"\bab\b"#)
        #expect(word.first(in: text, from: 1) == 3..<5)
        #expect(word.first(in: text, from: 5) == 9..<11)
        #expect(word.first(in: text, from: 10) == nil)
        #expect(word.first(in: text, from: 99) == nil)
        #expect(word.first(in: text, from: -1) == nil)
        // The start of the line stays where it is.
        #expect(try LinearRegex("^b").first(in: text, from: 1) == nil)
        // The second byte of é is no place to start at.
        #expect(try LinearRegex(".").first(in: text, from: 7) == 8..<9)
        #expect(try LinearRegex("").first(in: text, from: 11) == 11..<11)
    }

    @Test func takesInvalidBytesOneByOne() throws {
        let text: [UInt8] = [0x61, 0xE9, 0x62, 0xC3, 0x80, 0xFF, 0xF0, 0x9F]
        #expect(try LinearRegex("^a.b..{3}$").first(in: text) == 0..<8)
        #expect(try LinearRegex("^.{7}$").first(in: text) == 0..<8)
        #expect(try LinearRegex(#"a\xE9b"#).first(in: text) == 0..<3)
        #expect(try LinearRegex(#"a\u{E9}b"#).first(in: text) == nil)
        #expect(try LinearRegex(#"[\xF0-\xFF]+"#).first(in: text) == 5..<7)
        #expect(try LinearRegex(#"[\x61-\xFF]+"#).first(in: text) == 0..<8)
        #expect(try LinearRegex("À").first(in: text) == 3..<5)
        #expect(try LinearRegex(#"[^\x80-\xFF]+"#).first(in: text, from: 1) == 2..<3)
        // Surrogates and overlong forms are no characters.
        let surrogate: [UInt8] = [0xED, 0xA0, 0x80]
        #expect(try LinearRegex("^...$").matches(surrogate))
        let overlong: [UInt8] = [0xC0, 0xAF, 0xE0, 0x80, 0xAF, 0xF4, 0x90, 0x80, 0x80]
        #expect(try LinearRegex("^.{9}$").matches(overlong))
    }
}
