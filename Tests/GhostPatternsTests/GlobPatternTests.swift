import GhostTestSupport
import Testing

@testable import GhostPatterns

@Suite struct GlobPatternTests {
    static let cases: [(pattern: String, matching: [String], other: [String])] = [
        ("app.log", ["app.log"], ["app.log.1", "xapp.log", "", "app-log"]),
        ("*.log", ["app.log", "a.b.log"], ["log", ".log", ".app.log", "a/app.log", "app.log.1"]),
        ("*", ["a", "é", "a.b"], [".a", "a/b"]),
        (".*", [".", ".a"], ["a"]),
        ("a*", ["a", "a.", "ab"], ["b", "a/b"]),
        ("*a*a*", ["aa", "xaxax"], ["a", "xax"]),
        ("?.log", ["a.log", "é.log", "❌.log"], [".log", "ab.log", "..log", "/.log"]),
        ("a?c", ["abc", "a.c"], ["ac", "a/c"]),
        ("[ab].log", ["a.log", "b.log"], ["c.log", "ab.log"]),
        ("[!ab].log", ["c.log", "é.log"], ["a.log", "..log", "/.log"]),
        ("[^ab]", ["c"], ["a"]),
        ("x[!a]y", ["x.y"], ["x/y", "xay"]),
        ("x[+-0]y", ["x.y", "x-y"], ["x/y"]),
        ("[]a]", ["]", "a"], ["b"]),
        ("[a-c]x", ["bx"], ["dx"]),
        ("[a-]", ["a", "-"], ["b"]),
        ("[.]a", [], [".a"]),
        ("{a,b}.log", ["a.log", "b.log"], ["c.log", "ab.log"]),
        ("{a,b{c,d}}", ["a", "bc", "bd"], ["b", "c"]),
        ("a{,.gz}", ["a", "a.gz"], ["a."]),
        ("{*.log,*.txt}", ["a.log", "a.txt"], [".a.log", "a.csv"]),
        ("a{b}c", ["abc"], ["a{b}c"]),
        ("a}b,c", ["a}b,c"], []),
        (#"\*\?\[\{\\"#, [#"*?[{\"#], ["a"]),
        (#"[\]]"#, ["]"], [#"\"#]),
        ("/var/log/*.log", ["/var/log/a.log"], ["/var/log/a/b.log", "/var/log/.log"]),
        ("/var/*/a.log", ["/var/x/a.log"], ["/var/x/y/a.log", "/var/.x/a.log"]),
        ("/var/**/*.log", ["/var/a.log", "/var/x/a.log", "/var/x/y/a.log"], ["/var/.x/a.log", "/a.log", "/vara.log"]),
        ("**/a.log", ["a.log", "x/a.log", "x/y/a.log"], ["xa.log", ".x/a.log", "/a.log"]),
        ("**/.a", [".a", "x/.a"], ["x/.y/.a"]),
        ("a/**", ["a/b", "a/b/c"], ["a", "a/", "a/.b", "a/b/.c"]),
        ("**", ["a", "a/b"], ["", "/a", "a/.b", "a/"]),
        ("/**", ["/a", "/a/b"], ["/", "a"]),
        ("a/**/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["ab", "a/x"]),
        ("журнал-*.log", ["журнал-1.log"], ["журнал.log"]),
    ]

    @Test(arguments: cases) func matchesAsTheTableSays(
        _ one: (pattern: String, matching: [String], other: [String])
    ) throws {
        let glob = try GlobPattern(one.pattern)
        for path in one.matching { #expect(glob.matches(path), "\(one.pattern) matches \(path)") }
        for path in one.other { #expect(!glob.matches(path), "\(one.pattern) does not match \(path)") }
    }

    @Test(arguments: [
        ("*.log", "", false), ("/*.log", "/", false), ("/var/log/*.log", "/var/log", false),
        ("/var/log/app.log", "/var/log", false), ("/var/l*/app.log", "/var", false), ("/var/**/x", "/var", true),
        ("**", "", true), ("logs/a?/b", "logs", false), ("/a/{b,c}/d", "/a", false), (#"/a\*/b[c]/d"#, "/a*", false),
        ("/a/b", "/a", false), ("a", "", false),
    ]) func knowsWhereToLook(_ pattern: String, _ folder: String, _ isRecursive: Bool) throws {
        let glob = try GlobPattern(pattern)
        #expect(glob.fixedFolder == folder)
        #expect(glob.isRecursive == isRecursive)
        #expect(glob.text == pattern)
        #expect(glob.description == pattern)
    }

    @Test func isEqualByItsText() throws {
        #expect(try GlobPattern("*.log") == GlobPattern("*.log"))
        #expect(try GlobPattern("*.log") != GlobPattern("*.txt"))
    }

    static let refused: [(pattern: String, offset: Int, message: String)] = [
        ("", 0, "The pattern is empty and would match nothing; write a path, or * for every name."),
        ("a[b", 1, "This set is not closed; add ] or write \\[ for the character."),
        ("[]", 0, "This set is not closed; add ] or write \\[ for the character."),
        ("[a\\", 0, "This set is not closed; add ] or write \\[ for the character."),
        ("[z-a]", 1, "This range ends before it starts; swap its ends, or write \\- for the character."),
        ("a[b/c]", 3, "A set stands for one character of a name and cannot hold a slash; remove it."),
        ("é{a,b", 2, "These braces are not closed; add } or write \\{ for the character."),
        ("a\\", 1, "The pattern ends in a backslash; write \\\\ for the character."),
        ("a/b**", 3, "** stands for whole folders and has to be alone between slashes; write * for a part of a name."),
        ("**.log", 0, "** stands for whole folders and has to be alone between slashes; write * for a part of a name."),
        ("***", 0, "** stands for whole folders and has to be alone between slashes; write * for a part of a name."),
        ("{**/a,b}", 1, "** cannot stand inside braces; write one pattern for each alternative."),
        (String(repeating: "{", count: 17), 16, "Braces are nested more than 16 deep; take some apart."),
        (
            String(repeating: "a", count: 4097), 4096,
            "The pattern has 4097 bytes, more than 4096; split it into several patterns."
        ),
        (
            String(repeating: "?*", count: 2048), 0,
            "The pattern needs more than 10000 steps; split it into several patterns."
        ),
    ]

    @Test(arguments: refused) func refusesWithASentence(_ one: (pattern: String, offset: Int, message: String)) {
        let failure = #expect(throws: GlobFailure.self) { _ = try GlobPattern(one.pattern) }
        #expect(failure?.message == one.message)
        #expect(failure?.offset == one.offset)
        #expect(failure?.description == one.message + "\n" + (failure?.excerpt ?? ""))
    }

    @Test func isLinear() throws {
        let path = [UInt8](repeating: 0x61, count: 4000)
        for pattern in [
            String(repeating: "a*", count: 40) + "b", String(repeating: "{a,aa}", count: 60) + "b", "**/*b",
        ] {
            let result = try GlobPattern(pattern).work(on: path.span)
            #expect(!result.isMatch)
            #expect(result.work > 0)
            #expect(result.work <= 4 * pattern.utf8.count * (path.count + 1))
        }
    }

    @Test func takesAnyBytes() throws {
        let path: [UInt8] = [0xFF, 0xE9, 0x2E, 0x6C]
        #expect(try GlobPattern("??.l").matches(path))
        #expect(try GlobPattern("*.l").matches(path))
        var random = SeededRandom(seed: 3)
        let glob = try GlobPattern("**/[!a]*{x,?}")
        for _ in 0..<200 {
            let bytes = (0..<Int.random(in: 0...30, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            let first = glob.matches(bytes)
            #expect(glob.matches(bytes) == first)
        }
    }
}
