import GhostModel
import GhostSystem
import GhostTestSupport
import Synchronization
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

@Suite struct SystemSpawnerTests {
    let folder: TemporaryFolder
    let spawner = SystemSpawner()

    init() throws {
        folder = try TemporaryFolder()
    }

    /// A process of a test and its end, once it has ended.
    private final class Child: Sendable {
        let ends = Mutex<[ProcessExit]>([])
        var end: ProcessExit? { ends.withLock(\.first) }
    }

    private func shell(_ script: String, environment: [String: String] = [:]) -> SpawnRequest {
        SpawnRequest(
            executable: "/bin/sh",
            arguments: ["sh", "-c", script],
            environment: ["PATH": "/usr/bin:/bin"].merging(environment) { $1 },
            workingDirectory: folder.path,
            output: .file(folder.path("out"))
        )
    }

    private func spawn(_ request: SpawnRequest) throws -> (any RunningProcess, Child) {
        let child = Child()
        let process = try spawner.spawn(request) { exit in child.ends.withLock { $0.append(exit) } }
        return (process, child)
    }

    private func run(_ script: String, environment: [String: String] = [:]) async throws -> ProcessExit {
        let (_, child) = try spawn(shell(script, environment: environment))
        try await eventually("it ends") { child.end != nil }
        return try #require(child.end)
    }

    @Test(arguments: [
        ("exit 0", GhostModel.ExitStatus.exited(0)), ("exit 7", .exited(7)), ("exit 255", .exited(255)),
        ("kill -9 $$", .signaled(9)), ("kill -15 $$", .signaled(15)),
    ])
    func theExitStatusIsTrue(script: String, expected: GhostModel.ExitStatus) async throws {
        #expect(try await run(script).status == expected)
    }

    @Test func outputOfBothStreamsIsAppendedInOrder() async throws {
        try folder.write("before\n", to: "out")
        _ = try await run("echo one; echo two >&2; echo three")
        #expect(folder.read("out") == "before\none\ntwo\nthree\n")
    }

    @Test func aRemovedFolderForOutputIsMadeAgain() async throws {
        var request = shell("echo here")
        request.output = .file(folder.path("a/b/out"))
        let (_, child) = try spawn(request)
        try await eventually("it ends") { child.end != nil }
        #expect(folder.read("a/b/out") == "here\n")
    }

    @Test func theChildHasItsOwnSessionFolderEnvironmentAndNothingElse() async throws {
        let leak = open("/dev/null", O_RDONLY)  // without O_CLOEXEC
        defer { close(leak) }
        try #require(leak >= 0)
        _ = try await run(
            """
            pwd; echo "$GREETING"; echo "home=$HOME"
            read -r line || echo no input
            ls /proc/self/fd | tr '\\n' ' '; echo
            awk '{ print ($5 == $6) ? "leader group" : "other group" }' /proc/$$/stat
            grep ^SigBlk /proc/self/status | tr -d '\\t'
            """,
            environment: ["GREETING": "hello world"]
        )
        // ls has one descriptor more than its three: the folder it lists.
        #expect(
            (folder.read("out") ?? "").split(separator: "\n").map { $0.trimmingSuffix(" ") } == [
                folder.path, "hello world", "home=", "no input", "0 1 2 3", "leader group",
                "SigBlk:0000000000000000",
            ]
        )
    }

    @Test func signalsReachTheWholeGroup() async throws {
        let (process, child) = try spawn(shell("sleep 1000 & sleep 1000 & echo up; wait"))
        try await eventually("it runs") { folder.read("out") == "up\n" }
        process.signalGroup(.term)
        try await eventually("it ends") { child.end != nil }
        #expect(child.end?.status == .signaled(SIGTERM))
        #expect(child.end?.remains != .lingering)
        try await eventually("its group is empty") { kill(-process.identity.pid, 0) != 0 }
    }

    @Test func whatTheLeaderLeavesBehindIsKilled() async throws {
        let (process, child) = try spawn(shell("trap '' TERM; (trap '' TERM HUP; sleep 1000) & exit 3"))
        try await eventually("it ends") { child.end != nil }
        #expect(child.end?.status == .exited(3))
        #expect(child.end?.remains != .nothing)
        try await eventually("its group is empty") { kill(-process.identity.pid, 0) != 0 }
    }

    @Test func anEndIsToldOnceAndNothingIsSentAfterIt() async throws {
        let (process, child) = try spawn(shell("exit 0"))
        try await eventually("it ends") { child.end != nil }
        for _ in 0..<100 { process.signalGroup(.kill) }
        #expect(child.ends.withLock(\.count) == 1)
        #expect(!process.identity.isAlive)
    }

    @Test func usageIsMeasured() async throws {
        let end = try await run("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done")
        #expect(end.usage.userTime + end.usage.systemTime > .zero)
        #expect(end.usage.peakResidentBytes > 100_000)
    }

    @Test func manyAtOnceAreAllTold() async throws {
        let children = try (0..<50).map { code in try spawn(shell("exit \(code)")).1 }
        try await eventually("all end") { children.allSatisfy { $0.end != nil } }
        #expect(children.map { $0.end?.status } == (0..<50).map { .exited($0) })
    }

    @Test func aMissingInterpreterIsExplained() throws {
        let script = try folder.write("#!/nowhere/interpreter\n", to: "script", mode: 0o755)
        var request = shell("")
        request.executable = script
        let error = #expect(throws: SpawnError.self) { try spawn(request) }
        #expect(error?.description.contains("its interpreter") == true, "\(String(describing: error))")
    }

    @Test func whatCannotBeHandedOverIsRefused() throws {
        var request = shell("true")
        request.arguments.append("a\0b")
        #expect(throws: SpawnError(executable: "/bin/sh", reason: .unusableText("an argument holds a NUL byte"))) {
            try spawn(request)
        }
        request = shell("true", environment: ["A=B": "c"])
        #expect(throws: SpawnError.self) { try spawn(request) }
    }

    @Test func outputThatIsNoFileIsRefusedAtOnce() throws {
        mkfifo(folder.path("pipe"), 0o600)
        var request = shell("true")
        request.output = .file(folder.path("pipe"))
        #expect(throws: SpawnError.self) { try spawn(request) }
        request.output = .file(folder.path)
        #expect(throws: SpawnError.self) { try spawn(request) }
    }

    @Test func descriptorsAreGivenBack() async throws {
        func openDescriptors() -> Int {
            (0..<1024).count { fcntl($0, F_GETFD) >= 0 }
        }
        _ = try await run("true")
        let before = openDescriptors()
        for _ in 0..<20 { _ = try await run("true") }
        _ = try? spawn(
            SpawnRequest(
                executable: "/nowhere",
                arguments: ["x"],
                environment: [:],
                workingDirectory: "/",
                output: .file(folder.path("out"))
            )
        )
        // Other tests open descriptors at the same time; a leak would show as at least twenty.
        try await eventually("descriptors are closed") { openDescriptors() < before + 20 }
    }
}

extension StringProtocol {
    fileprivate func trimmingSuffix(_ character: Character) -> String {
        var copy = String(self)
        while copy.last == character { copy.removeLast() }
        return copy
    }
}
