import GhostSystem
import GhostTestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

@Suite struct ExecutableLookupTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("#!/bin/sh\n", to: "tool", mode: 0o755)
        try folder.write("words\n", to: "plain")
        mkdir(folder.path("sub"), 0o755)
        try folder.write("#!/bin/sh\n", to: "sub/inner", mode: 0o755)
    }

    private func resolve(_ program: String, path: String? = nil) throws(ExecutableLookupError) -> String {
        try ExecutableLookup.resolve(program, path: path, workingDirectory: folder.path)
    }

    @Test func programsAreFound() throws {
        #expect(try resolve("/bin/sh") == "/bin/sh")
        #expect(try resolve("./tool") == folder.path + "/./tool")
        #expect(try resolve("sub/inner") == folder.path + "/sub/inner")
        #expect(try resolve("tool", path: "/nowhere:\(folder.path)") == folder.path + "/tool")
        #expect(try resolve("inner", path: "sub") == folder.path + "/sub/inner")
        #expect(try resolve("tool", path: "") == folder.path + "/tool")
        #expect(try resolve("sh") == "/usr/bin/sh" || resolve("sh") == "/bin/sh")
    }

    @Test func anUnusableFileInPathDoesNotHideAUsableOne() throws {
        try folder.write("words\n", to: "sub/tool")
        #expect(try resolve("tool", path: "sub:\(folder.path)") == folder.path + "/tool")
    }

    @Test(
        arguments: [
            ("missing", "/b:a:/b:a", "missing not found in PATH (looked in /b, DIR/a); install it or give its path"),
            ("missing", "a:/b", "missing not found in PATH (looked in DIR/a, /b); install it or give its path"),
            ("./missing", nil, "./missing not found: there is no file DIR/./missing"),
            ("plain/x", nil, "plain/x not found: there is no file DIR/plain/x"),
            ("./plain", nil, "DIR/./plain is not executable; make it so with chmod +x"),
            ("./sub", nil, "DIR/./sub is a directory, not a program"),
            ("sub", "/nowhere:.", "DIR/./sub is a directory, not a program"),
            ("", nil, "the command is empty; name a program"),
        ] as [(String, String?, String)]
    )
    func faultsAreNamed(program: String, path: String?, expected: String) {
        let error = #expect(throws: ExecutableLookupError.self) { try resolve(program, path: path) }
        #expect(error?.description.replacing(folder.path, with: "DIR") == expected)
    }

    @Test func faultsOfTheWorkingDirectoryAreNamed() {
        let missing = #expect(throws: ExecutableLookupError.self) {
            try ExecutableLookup.resolve("sh", path: nil, workingDirectory: "/nowhere/at/all")
        }
        #expect(missing?.reason == .noWorkingDirectory("/nowhere/at/all"))
        let file = #expect(throws: ExecutableLookupError.self) {
            try ExecutableLookup.resolve("sh", path: nil, workingDirectory: folder.path("plain"))
        }
        #expect(file?.reason == .workingDirectoryIsAFile(folder.path("plain")))
    }
}
