import Testing

@testable import GhostLogs

struct SourcePatternTests {
    @Test(arguments: [
        ("*.log", "a.log", true), ("*.log", "a.log.1", false), ("*.log", ".a.log", false), (".*.log", ".a.log", true),
        ("a?c", "abc", true), ("a?c", "ac", false), ("a?c", "aéc", true), ("[a-c]x", "bx", true),
        ("[a-c]x", "dx", false),
        ("[!a-c]x", "dx", true), ("[]]x", "]x", true), ("[ab", "[ab", true), ("\\*", "*", true), ("\\*", "x", false),
        ("*a*b*c*", "xxaxxbxxcxx", true), ("*a*b*c*", "xxaxxcxxbxx", false), ("*", "", true), ("**", "anything", true),
        ("a.log", "a.log", true), ("a.log", "b.log", false), ("[z-a]", "b", false), ("[a-]", "-", true),
    ])
    func aName_isMatched(pattern: String, name: String, expected: Bool) {
        #expect(NamePattern(pattern).matches(name) == expected)
    }

    @Test func manyStars_takeNoLongTime() {
        let pattern = NamePattern(String(repeating: "*a", count: 40) + "b")
        let name = String(repeating: "a", count: 250)
        let begun = ContinuousClock.now
        #expect(!pattern.matches(name))
        #expect(ContinuousClock.now - begun < .seconds(5))
    }

    @Test(arguments: [
        ("logs/*.log", "/base/logs/a.log", true), ("logs/*.log", "/base/logs/x/a.log", false),
        ("logs/**/*.log", "/base/logs/a.log", true), ("logs/**/*.log", "/base/logs/x/y/a.log", true),
        ("logs/**/*.log", "/base/logs/.git/a.log", false), ("logs/**", "/base/logs/x/y", true),
        ("/var/log/syslog", "/var/log/syslog", true), ("/var/log", "/var/log/syslog", true),
        ("/var/log", "/var/log/apt/term", false), ("/var/log", "/var/log/.x", false), ("../x/*", "/x/a", true),
        ("./logs/./a", "/base/logs/a", true), ("*/q.log", "/base/1/q.log", true),
    ])
    func aPath_isMatched(pattern: String, path: String, expected: Bool) {
        let pattern = SourcePattern(pattern, in: "/base")
        #expect(pattern.isFile(pattern.reach(ofPath: path)) == expected)
    }

    @Test(arguments: [
        ("logs/*.log", "/base/logs"), ("/a/b/c.log", "/a/b"), ("/a/**/c.log", "/a"), ("*.log", "/base"), ("/*", "/"),
    ])
    func theSearch_startsWhereTheFirstWildcardIs(pattern: String, folder: String) {
        #expect(SourcePattern(pattern, in: "/base").fixedFolder == folder)
    }

    @Test func folders_areSearched_onlyIfSomethingInThemMayFit() {
        let pattern = SourcePattern("logs/*/today/*.log", in: "/base")
        for (path, expected) in [
            ("/base", true), ("/base/logs", true), ("/base/other", false), ("/base/logs/x", true),
            ("/base/logs/x/today", true), ("/base/logs/x/yesterday", false), ("/base/logs/x/today/more", false),
        ] {
            #expect(pattern.isFolder(pattern.reach(ofPath: path)) == expected, "\(path)")
        }
    }

    @Test(arguments: [
        ("a.log.1", ["a.log"]), ("a-20261122.log", ["a.log", "a"]), ("a.log", []), ("a.log.2.gz", ["a.log"]),
        ("app-server.log", []), ("x.log.old", ["x.log"]), ("a.1.log", ["a", "a.log"]),
    ])
    func theLogThatAFileWasPutAwayFrom_isGuessed(name: String, bases: [String]) {
        #expect(Set(SiblingName.bases(of: name)).isSuperset(of: bases.filter { SiblingName(name, of: $0) != nil }))
        #expect(SiblingName.bases(of: name).isEmpty == bases.isEmpty)
    }
}
