import Testing

@testable import GhostLogs

/// Which files a component is read from.
struct FilePatternTests {
    @Test(arguments: [
        ("mailer*.log", "/var/log/mailer-1.log", true),
        ("mailer*.log", "/home/me/.ghost/logs/mailer.log", true),
        ("mailer*.log", "/var/log/mailer/x.log", false),
        ("app/*.log", "/var/log/app/x.log", true),
        ("app/*.log", "/var/log/myapp/x.log", false),
        ("/var/log/*.log", "/var/log/x.log", true),
        ("/var/log/*.log", "/srv/var/log/x.log", false),
        ("**/x.log", "/a/b/c/x.log", true),
        ("x.log", "/a/xx.log", false),
        ("[a-c].log", "/a/b.log", true),
        // What is hidden is meant only where its dot is written.
        ("*.log", "/a/.log", false),
    ])
    func path_isMeantOrNot(pattern: String, path: String, isMeant: Bool) throws {
        #expect(try FilePattern(pattern).matches(path) == isMeant)
    }

    @Test(arguments: ["/a b/*.log", "/a/[x]{y,z}?.log", "/a/\\.log", "/a/!x.log"])
    func escapedPath_meansItself(path: String) throws {
        #expect(try FilePattern(FilePattern.escaped(path)).matches(path))
        #expect(!FilePattern.hasChoice(FilePattern.escaped(path)))
        #expect(try !FilePattern(FilePattern.escaped(path)).matches("/a b/x.log"))
    }
}
