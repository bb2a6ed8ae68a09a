import GhostDaemon
import GhostTestSupport
import Testing

/// The table of exit codes in the documentation is the one in the program.
struct ExitCodeTests {
    @Test func theDocumentationHasEveryCodeOnce() throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let page = try #require(TemporaryFolder.text(of: "/\(root)/docs/cli.md"))
        let table = page.split(separator: "## Exit codes")[1].split(separator: "\n## ")[0]
        let codes = table.split(separator: "\n").compactMap { line in
            line.hasPrefix("| ") ? Int32(line.dropFirst(2).prefix { $0.isNumber }) : nil
        }
        #expect(codes == ExitCode.allCases.map(\.rawValue).sorted())
    }
}
