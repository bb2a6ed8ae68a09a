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

/// A Ghost in the background, which its keeper starts again.
struct BackgroundEndToEndTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let up = ["up", "-d", "--port", "0", "--status-port", "0"]

    /// Who owns the state folder, as it says.
    private var owner: Int32? { number(in: ".ghost/lock") }
    private var keeper: Int32? { number(in: ".ghost/keeper.lock") }

    private func number(in file: String) -> Int32? {
        folder.read(file).flatMap { Int32($0.prefix { $0.isNumber }) }
    }

    private func isThere(_ pid: Int32?) -> Bool { pid.map { kill($0, 0) == 0 } ?? false }

    /// Runs a Ghost in the background for the length of `body`, and ends it whatever happens.
    private func withBackground(_ configuration: String, _ body: (GhostClient) async throws -> Void) async throws {
        try folder.write(configuration, to: "ghost.yaml")
        let start = try await GhostProgram.run("up", "-d", "--port", "0", "--status-port", "0", in: folder)
        #expect(start.exit == .exited(0), "\(start.output)")
        let client = GhostClient(.unixSocket(path: folder.path(".ghost/ghost.sock")), timeout: .seconds(2))
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(client)) } catch { outcome = .failure(error) }
        try await client.shutdown()
        _ = try await GhostProgram.run("down", in: folder)
        try await eventually("the keeper ends") { !isThere(keeper) }
        try outcome.get()
    }

    private func pids(_ client: GhostClient) async throws -> [String: Int32] {
        let daemons = try await client.daemons()
        return Dictionary(daemons.compactMap { one in one.pid.map { (one.name.text, $0) } }) { first, _ in first }
    }

    @Test func aKilledGhost_isBackWithTheSameDaemons_andNotAfterDown() async throws {
        var last: Int32?
        var daemons: [String: Int32] = [:]
        try await withBackground("daemons: { x: sleep 1000, y: sleep 1000 }\n") { client in
            daemons = try await pids(client)
            #expect(daemons.count == 2)
            // The second of them is one that the keeper itself has started.
            for _ in 0..<2 {
                let former = try #require(owner)
                kill(former, SIGKILL)
                try await eventually("another Ghost answers") {
                    guard let owner, owner != former else { return false }
                    return (try? await pids(client)) == daemons
                }
            }
            #expect(folder.read(".ghost/ghost.log")?.contains("it is started again in 0.2 s") == true)
            last = owner
        }
        // Their new parent takes them in when it comes to it.
        try await eventually("all are gone") { !isThere(last) && daemons.values.allSatisfy { !isThere($0) } }
        // The newest that took the lock is the verb itself.
        #expect(!isThere(owner), "no other Ghost was started")
    }

    @Test func aGhostThatCannotStart_isTriedEverMoreSlowly_untilDown() async throws {
        var daemon: Int32?
        try await withBackground("daemons: { x: sleep 1000 }\n") { client in
            daemon = try await pids(client)["x"]
            try folder.write("daemons: { x: { commnd: sleep 1000 } }\n", to: "ghost.yaml")
            kill(try #require(owner), SIGKILL)
            try await eventually("the keeper says why") {
                folder.read(".ghost/ghost.log")?.contains("ended with status 78; it is started again in 1.0 s") == true
            }
            #expect(isThere(daemon), "the daemon goes on")
        }
        try await eventually("down stops it without a Ghost") { !isThere(daemon) }
    }

    @Test func anUpgradeInTheBackground_keepsProcessAndDaemons_andIsStartedAgainToo() async throws {
        let configuration = """
            daemons:
              counter: { command: "i=0; while :; do i=$((i+1)); echo $i; sleep 0.002; done", shell: true }
            """
        try await withBackground(configuration) { client in
            let before = try await pids(client)
            let process = try #require(owner)
            for _ in 0..<2 {
                let upgrade = try await GhostProgram.run("upgrade", in: folder)
                #expect(upgrade.exit == .exited(0), "\(upgrade.output)")
                #expect(upgrade.output.contains("of 1 daemons 1 were not touched"), "\(upgrade.output)")
            }
            #expect(owner == process)
            kill(process, SIGKILL)
            try await eventually("it is started again") {
                guard let owner, owner != process else { return false }
                return (try? await pids(client)) == before
            }
            let written = folder.read(".ghost/logs/daemons/counter.log") ?? ""
            let numbers = written.split(separator: "\n").compactMap { Int($0) }
            #expect(numbers.count > 20)
            #expect(numbers == Array(1...numbers.count), "no line is lost")
        }
    }
}

/// A Ghost in the foreground that goes on in another program.
struct UpgradeEndToEndTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func anUpgradeInTheForeground_staysAtItsTerminal() async throws {
        try await withGhostUp("daemons: { x: sleep 1000 }\n", in: folder) { ghost, client in
            try await eventually("it is up") { try await client.daemons().first?.phase == .up }
            let pid = try #require(try await client.daemons().first?.pid)
            let upgrade = try await GhostProgram.run("upgrade", in: folder)
            #expect(upgrade.output.contains("of 1 daemons 1 were not touched"), "\(upgrade.output)")
            #expect(ghost.exit == nil)
            #expect(kill(pid, 0) == 0)
            try await eventually("it says so where it was started") {
                ghost.output.contains("x is taken over as it runs (x#1, PID \(pid))")
            }
            #expect(ghost.output.contains("leaving x#1 running"))
            #expect(try await ghost.stop() == .exited(0), "it still hears signals")
            #expect(kill(pid, 0) != 0)
        }
    }

    @Test(arguments: [
        ("#!/bin/sh\necho 'ghost: I am not ready'\nexit 78\n", "I am not ready"),
        ("no program at all", "this Ghost goes on"),
        ("#!/bin/sh\necho \"$@\"; env\n", "other is not ghost, or one that knows no upgrade; this Ghost goes on"),
    ])
    func anUnfitProgram_leavesTheOldOneRunning(_ script: String, _ words: String) async throws {
        try folder.write(script, to: "other", mode: 0o755)
        try await withGhostUp("daemons: { x: sleep 1000 }\n", in: folder) { ghost, client in
            try await eventually("it is up") { try await client.daemons().first?.phase == .up }
            let before = try await client.daemons()
            let upgrade = try await GhostProgram.run("upgrade", "--binary", "other", in: folder)
            #expect(upgrade.exit == .exited(65), "\(upgrade.output)")
            #expect(upgrade.output.contains(words), "\(upgrade.output)")
            #expect(try await client.daemons() == before)
            #expect(ghost.exit == nil)
        }
    }
}
