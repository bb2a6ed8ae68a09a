import GhostClient
import GhostModel
import GhostTestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Taking over a changed configuration, with the real program.
struct ReloadEndToEndTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func name(_ text: String) throws -> DaemonName { try #require(DaemonName(text)) }

    @Test func onlyWhatHasChangedIsTouched() async throws {
        try await withGhostUp("daemons: { a: sleep 1000, b: sleep 1000, c: sleep 1000 }\n", in: folder) { _, client in
            try await eventually("all are up") { try await client.daemons().allSatisfy { $0.phase == .up } }
            let before = try await client.daemons()
            try folder.write("daemons: { a: sleep 1000, b: sleep 2000, d: sleep 1000 }\n", to: "ghost.yaml")
            let reload = try await GhostProgram.run("reload", in: folder)
            #expect(reload.exit == .exited(0))
            #expect(
                reload.output == "restart b: command: sleep 1000 → sleep 2000\nadd d\nremove c\n",
                "\(reload.output)"
            )
            try await eventually("it is as written") {
                let now = try await client.daemons()
                return Set(now.map(\.name.text)) == ["a", "b", "d"] && now.allSatisfy { $0.phase == .up }
                    && now.contains { $0.run == "b#2" }
            }
            #expect(try await client.daemon(name("a")).pid == before.first { $0.name.text == "a" }?.pid)
            #expect(try await client.daemon(name("b")).restarts == 0, "that is no death")
            #expect(try await GhostProgram.run("reload", in: folder).output == "no daemon has changed\n")

            try folder.write("daemons: { a: { comand: x } }\n", to: "ghost.yaml")
            let wrong = try await GhostProgram.run("reload", in: folder)
            #expect(wrong.exit == .exited(78), "\(wrong.output)")
            #expect(try await GhostProgram.run("plan", in: folder).exit == .exited(78))
            #expect(wrong.output.contains("did you mean \"command\"?"), "\(wrong.output)")
            #expect(try await client.daemons().count == 3, "a wrong one changes nothing")

            #expect(unlink(folder.path("ghost.yaml")) == 0)
            for verb in ["reload", "plan", "check"] {
                let absent = try await GhostProgram.run(verb, in: folder)
                #expect(absent.exit == .exited(66), "\(verb): \(absent.output)")
                #expect(absent.output.contains("there is no configuration"), "\(verb): \(absent.output)")
            }
        }
    }
}
