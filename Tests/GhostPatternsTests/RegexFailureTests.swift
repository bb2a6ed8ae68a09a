import GhostPatterns
import Testing

@Suite struct RegexFailureTests {
    static let refused: [(pattern: String, offset: Int, message: String)] = [
        ("a(b", 1, "This group is not closed; add ) or write \\( for the character."),
        ("a(?i", 1, "This group is not closed; add ) or write \\( for the character."),
        ("a)b", 1, "There is no group to close here; write \\) for the character."),
        ("é[ab", 2, "This class is not closed; add ] or write \\[ for the character."),
        ("[]", 0, "This class is not closed; add ] or write \\[ for the character."),
        ("[a-", 0, "This class is not closed; add ] or write \\[ for the character."),
        ("[z-a]", 1, "This range ends before it starts; swap its ends, or write \\- for the character."),
        (#"[a-\d]"#, 1, "A range goes from one character to another; write \\- if a hyphen is meant."),
        (
            "[[:letter:]]", 1,
            "There is no class [:letter:]; there are alnum, alpha, ascii, blank, cntrl, digit, graph, lower, print, "
                + "punct, space, upper, word and xdigit."
        ),
        ("*a", 0, "There is nothing here to repeat; write a backslash before it for the character."),
        ("a|+", 2, "There is nothing here to repeat; write a backslash before it for the character."),
        ("{2}", 0, "There is nothing here to repeat; write a backslash before it for the character."),
        ("a**", 2, "This repeats a repetition; put (?:…) around what is repeated twice."),
        ("a{2}{3}", 4, "This repeats a repetition; put (?:…) around what is repeated twice."),
        ("a*+", 2, "Possessive repetition is not needed, because matching never runs away; remove the second +."),
        ("a{2", 1, "This looks like a repetition such as {2,5}; write \\{ if the character is meant."),
        ("a{,3}", 1, "A repetition starts with its least number; write {0, instead of {,."),
        ("a{3,2}", 1, "The most repetitions are fewer than the least; swap the two numbers."),
        ("a{1001}", 2, "A repetition counts to 1000 at most; use * or + for more."),
        ("a{99999999999999999999}", 2, "A repetition counts to 1000 at most; use * or + for more."),
        (
            "a(?=b)", 1,
            "Look-ahead and look-behind are not supported, because they do not match in linear time; match the "
                + "surroundings as well and put ( ) around what is wanted."
        ),
        (
            "(?<!b)a", 0,
            "Look-ahead and look-behind are not supported, because they do not match in linear time; match the "
                + "surroundings as well and put ( ) around what is wanted."
        ),
        (
            #"(a)\1"#, 3,
            "References back to a group are not supported, because they do not match in linear time; "
                + "write out what may stand there."
        ),
        (
            "(?P<x>a)(?P=x)", 8,
            "References back to a group are not supported, because they do not match in linear time; "
                + "write out what may stand there."
        ),
        (#"\p{L}"#, 0, "Unicode properties are not supported; write a range such as [\\u{400}-\\u{4FF}]."),
        (#"a\y"#, 1, "The escape \\y is not known; without the backslash it is the character itself."),
        (
            #"[\b]"#, 1,
            "\\b and \\B are no characters; write \\x08 for backspace, or move it out of the class."
        ),
        ("a\\", 1, "The pattern ends in a backslash; write \\\\ for the character."),
        (#"\x4"#, 0, "A code is written \\x1B with two digits, \\u00E9 with four, or \\u{1F600} in braces."),
        (#"\u{12"#, 0, "A code is written \\x1B with two digits, \\u00E9 with four, or \\u{1F600} in braces."),
        (#"\u{D800}"#, 0, "There is no such character; code points end at 10FFFF, and D800 to DFFF are none."),
        (#"\u{FFFFFFFF}"#, 0, "There is no such character; code points end at 10FFFF, and D800 to DFFF are none."),
        ("(?>a)", 0, "This kind of group is not known; there are ( ), (?: ), (?<name> ) and (?i: )."),
        ("(?", 0, "This kind of group is not known; there are ( ), (?: ), (?<name> ) and (?i: )."),
        ("(?x)a", 2, "There is no flag x; there are i (either case), s (. matches all) and m (lines)."),
        ("(?<1a>b)", 3, "A name is letters, digits and _, does not start with a digit, and ends at >."),
        ("(?<a b>c)", 3, "A name is letters, digits and _, does not start with a digit, and ends at >."),
        ("(?<a>b)(?<a>c)", 10, "There already is a group with the name a; names are used once."),
        (
            "x(?:[a-z]{100}){200}", 15,
            "With this the pattern has more than 10000 steps once its repetitions are written out; repeat less often, "
                + "or use * or +."
        ),
        (
            "(((a{1000}){1000}){1000}){1000}", 11,
            "With this the pattern has more than 10000 steps once its repetitions are written out; repeat less often, "
                + "or use * or +."
        ),
        (
            String(repeating: "a", count: 4097), 4096,
            "The pattern has 4097 bytes, more than 4096; split it into several patterns."
        ),
        (
            String(repeating: "(a)", count: 101), 300,
            "The pattern has more than 100 groups; write (?:…) for those whose text is not needed."
        ),
        (
            String(repeating: "(?:", count: 101), 300,
            "Groups are nested more than 100 deep; take some apart."
        ),
    ]

    @Test(arguments: refused) func refusesWithASentence(_ one: (pattern: String, offset: Int, message: String)) {
        let failure = #expect(throws: RegexFailure.self) { _ = try LinearRegex(one.pattern) }
        #expect(failure?.message == one.message)
        #expect(failure?.offset == one.offset)
    }

    @Test func showsThePlace() {
        let failure = #expect(throws: RegexFailure.self) { _ = try LinearRegex("é\tx)y") }
        #expect(failure?.excerpt == "é\\u{9}x)y\n       ^")
        #expect(failure?.description == (failure?.message ?? "") + "\n" + (failure?.excerpt ?? ""))
        let atEnd = #expect(throws: RegexFailure.self) { _ = try LinearRegex("ab\\") }
        #expect(atEnd?.excerpt == "ab\\\n  ^")
    }

    @Test func showsPartOfALongPattern() throws {
        let long = String(repeating: "a", count: 300) + ")" + String(repeating: "b", count: 300)
        let failure = try #require(#expect(throws: RegexFailure.self) { _ = try LinearRegex(long) })
        let lines = failure.excerpt.split(separator: "\n")
        #expect(lines[0] == "…" + String(repeating: "a", count: 50) + ")" + String(repeating: "b", count: 49) + "…")
        #expect(lines[1] == String(repeating: " ", count: 51) + "^")
    }

    @Test func acceptsWhatJustFits() throws {
        _ = try LinearRegex(String(repeating: "a", count: 4096))
        _ = try LinearRegex(String(repeating: "(a)", count: 100))
        _ = try LinearRegex(String(repeating: "(?:", count: 100) + String(repeating: ")", count: 100))
        _ = try LinearRegex("(?:[a-z]{100}){99}")
        _ = try LinearRegex("x{1000}")
    }
}
