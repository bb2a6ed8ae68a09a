import GhostClient
import GhostModel
import GhostTestSupport
import Testing

/// Lines of logs, as users and programs ask for them.
@Suite(.timeLimit(.minutes(5)))
struct LogsEndToEndTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("daemons: { api: { command: \"true\" }, db: { command: \"true\" } }\n", to: "ghost.yaml")
        try folder.write(
            "2026-11-22T16:00:01.000Z INFO one\n2026-11-22T16:00:03.000Z ERROR three\n    at load (x)\n",
            to: ".ghost/logs/daemons/api.log"
        )
        try folder.write("2026-11-22T16:00:02.000Z WARN two\n", to: ".ghost/logs/daemons/db.log")
    }

    private func logs(_ arguments: String...) async throws -> [String] {
        let run = try GhostProgram.start(["logs"] + arguments, in: folder)
        try await eventually("ghost logs ends") { run.exit != nil }
        return run.output.split(separator: "\n").map(String.init)
    }

    @Test func lines_areMergedAndFiltered() async throws {
        #expect(
            try await logs() == [
                "api | 2026-11-22T16:00:01.000Z INFO one", "db  | 2026-11-22T16:00:02.000Z WARN two",
                "api | 2026-11-22T16:00:03.000Z ERROR three", "api |     at load (x)",
            ]
        )
        #expect(try await logs("--level", "error", "api").count == 2)
        #expect(try await logs("-g", "t(wo|hree)$").count == 2)
        #expect(try await logs("--since", "2026-11-22T16:00:02Z", "--until", "2026-11-22T16:00:03Z").count == 1)
        let json = try #require(try await logs("--json", "-n", "1", "db").first)
        let line = try JSONText.decode(LogLineBody.self, from: Array(json.utf8))
        #expect(line.daemon == "db")
        #expect(line.level == .warning)
        #expect(line.offset == 0)
    }

    @Test(arguments: [
        (["--level", "loud"], "there is no level \"loud\""), (["--since", "soon"], "\"soon\" is neither a time"),
        (["-g", "("], "the expression \"(\" cannot be used"),
        (["-f", "--until", "1m"], "--follow goes on, and --until ends"),
    ])
    func mistakes_areToldInOneSentence(arguments: [String], sentence: String) async throws {
        let run = try GhostProgram.start(["logs"] + arguments, in: folder)
        try await eventually("ghost logs ends") { run.exit != nil }
        #expect(run.exit == .exited(64))
        #expect(run.output.contains(sentence))
    }

    @Test func anOpenAddress_isRefusedBeforeAnythingStarts() async throws {
        let run = try await GhostProgram.run("up", "--host", "0.0.0.0", "--port", "0", "--status-port", "0", in: folder)
        #expect(run.exit == .exited(78))
        #expect(run.output.contains("server.host 0.0.0.0 can be reached from other machines"))
        #expect(run.output.contains("--require-token does the first"))
    }
}
