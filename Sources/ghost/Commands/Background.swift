import GhostClient
import GhostDaemon
import GhostModel
import GhostSystem

/// `ghost up -d`: starts a Ghost in the background and waits for what comes of it.
struct Background {
    let project: Project

    /// How long the API may take to answer.
    static let longestStart: Duration = .seconds(30)
    /// How long the daemons may take to come up before the table is shown all the same.
    static let longestSettling: Duration = .seconds(30)

    func start() async throws {
        if try project.isRunning() {
            throw GhostFailure(
                .alreadyRunning,
                "another Ghost already runs this project (\(project.state.path)); see it with \"ghost status\""
            )
        }
        let arguments = CommandLine.arguments.dropFirst().filter { $0 != "-d" && $0 != "--detach" }
        let ghost = try DetachedGhost.start(
            arguments + ["--in-background"],
            of: project,
            in: Terminal.currentFolder
        )
        let client = GhostClient(.unixSocket(path: project.socket))
        let result: Result<[DaemonStatus], any Error>
        do {
            result = .success(try await settle(ghost, client))
        } catch {
            result = .failure(error)
        }
        try await client.shutdown()
        report(try result.get(), of: ghost)
    }

    private func settle(_ ghost: DetachedGhost, _ client: GhostClient) async throws -> [DaemonStatus] {
        let deadline = ContinuousClock.now + Self.longestStart
        while true {
            if let failure = ghost.failure { throw failure }
            do {
                return try await client.settledDaemons(within: Self.longestSettling)
            } catch let error as GhostClientError
                where error.code == .notReachable || error.code == .refused(status: 503)
            {
                guard ContinuousClock.now < deadline else {
                    let log = project.state.ghostLog
                    throw GhostFailure(.inputOutput, "Ghost runs (pid \(ghost.pid)) but does not answer; see \(log)")
                }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    private func report(_ daemons: [DaemonStatus], of ghost: DetachedGhost) {
        Terminal.print("ghost \(GhostVersion.text) runs \(project.file) in the background (pid \(ghost.pid))")
        if !daemons.isEmpty {
            Terminal.print(ProcessTable(daemons: daemons, now: Clocks.wall()).rendered(color: Terminal.hasColor))
        }
        let troubled = daemons.filter { $0.want == .up && ![.up, .completed, .scheduled].contains($0.phase) }
        guard !troubled.isEmpty else { return }
        let names = troubled.map(\.name.text).joined(separator: ", ")
        let advice = "\"ghost why \(troubled[0].name)\" tells why; \"ghost down\" stops everything"
        Terminal.fail(GhostFailure(.cannotSpawn, "not up: \(names); \(advice)"))
    }
}
