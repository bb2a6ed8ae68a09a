import ArgumentParser
import GhostClient
import GhostDaemon
import GhostModel
import GhostSystem

/// `ghost upgrade`: another Ghost takes over while every daemon goes on.
struct Upgrade: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let the running Ghost go on in another program; no daemon is touched.",
        discussion: """
            The running Ghost lets the program read its command line and configuration first. If that fails it goes on as \
            it is. Otherwise it leaves its daemons to the keeper and becomes that program, with the same process number \
            and at the same terminal, which takes over again what it finds. The keeper stays as it is.
            """
    )

    @OptionGroup var projectOptions: ProjectOptions

    @Option(help: ArgumentHelp("The program to go on in; this one by default.", valueName: "path"))
    var binary: String?

    /// How long the new Ghost may take until it answers.
    private static let longestStart: Duration = .seconds(30)

    func run() async throws {
        let project = projectOptions.project
        let program = binary?.absolutePath(in: Terminal.currentFolder) ?? OwnProgram.path
        let socket = try? FileStatus(path: project.socket)
        let before = try await Connection.with(project) { client in
            let daemons = try await client.daemons()
            Terminal.note(try await client.upgrade(to: program))
            return daemons
        }
        let after = try await successor(of: socket, project, program)
        report(before, after, project, program)
    }

    /// Waits for the new Ghost, which is known by its new socket.
    private func successor(of socket: FileStatus?, _ project: Project, _ program: String) async throws -> [DaemonStatus]
    {
        let deadline = ContinuousClock.now + Self.longestStart
        let client = GhostClient(.unixSocket(path: project.socket))
        var daemons: [DaemonStatus]?
        while daemons == nil, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(20))
            let present = try? FileStatus(path: project.socket)
            guard let present, present.inode != socket?.inode || present.modified != socket?.modified else { continue }
            daemons = try? await client.settledDaemons(within: .seconds(10))
        }
        try await client.shutdown()
        guard let daemons else {
            throw GhostFailure(
                .inputOutput,
                "\(program) has taken over and does not answer within \(Self.longestStart.configurationText); the daemons go "
                    + "on, and \(project.state.ghostLog) or its terminal says what it has to say"
            )
        }
        return daemons
    }

    private func report(_ before: [DaemonStatus], _ after: [DaemonStatus], _ project: Project, _ program: String) {
        let pids = Dictionary(after.map { ($0.name, $0.pid) }) { first, _ in first }
        let running = before.filter { $0.pid != nil }
        let kept = running.filter { pids[$0.name] == $0.pid }
        let others = running.filter { pids[$0.name] != $0.pid }.map(\.name.text)
        Terminal.print(
            "\(program) runs \(project.file) now; of \(running.count) daemons \(kept.count) were not touched"
        )
        if !others.isEmpty { Terminal.warn("no longer the same process: \(others.joined(separator: ", "))") }
    }
}
