import ArgumentParser
import GhostClient
import GhostDaemon
import GhostModel
import GhostSystem

/// `ghost down`: stop everything.
struct Down: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Stop all daemons in reverse order, and Ghost itself.",
        discussion: """
            Works as well when Ghost was killed: then what it left running is stopped. Nothing to stop is no failure.
            """
    )

    @OptionGroup var projectOptions: ProjectOptions

    func run() async throws {
        let project = projectOptions.project
        let client = GhostClient(.unixSocket(path: project.socket))
        let result: Result<Void, any Error>
        do {
            result = .success(try await stop(project, client))
        } catch {
            result = .failure(error)
        }
        try await client.shutdown()
        try result.get()
    }

    /// What became of the wish to stop everything.
    private enum Outcome {
        /// These daemons had a process.
        case stopped([String])
        /// Nobody answers.
        case notRunning
        case failed(any Error)
    }

    /// How long a Ghost that is starting may take to answer.
    private static let longestStart: Duration = .seconds(10)

    private func stop(
        _ project: Project,
        _ client: GhostClient,
        until last: ContinuousClock.Instant? = nil
    ) async throws {
        let deadline = last ?? ContinuousClock.now + Self.longestStart
        switch await outcome(project, client) {
        case .stopped(let names):
            Terminal.print("stopped: \(names.isEmpty ? "no daemon ran" : list(names))")
        case .notRunning:
            project.stopRelaunching()
            // The keeper may have started one just before.
            if try project.isRunning(), ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(50))
                try await stop(project, client, until: deadline)
                return
            }
            let stopped = try project.stopLeftovers()
            Terminal.print(
                stopped.isEmpty
                    ? "nothing to stop: Ghost is not running for \(project.directory)"
                    : "Ghost was not running; stopped what it had left: \(list(stopped))"
            )
        case .failed(let error):
            throw error
        }
    }

    private func outcome(_ project: Project, _ client: GhostClient) async -> Outcome {
        do {
            let daemons = try await client.daemons()
            try await client.stopEverything()
            try await waitUntilGone(project, client)
            return .stopped(daemons.filter { $0.pid != nil }.map(\.name.text))
        } catch {
            return Self.outcome(of: error)
        }
    }

    private static func outcome(of error: any Error) -> Outcome {
        guard let error = error as? GhostClientError else { return .failed(error) }
        return error.code == .notReachable ? .notRunning : .failed(GhostFailure(ExitCode(error.code), error.sentence))
    }

    /// Waits until the process has ended, and says every few seconds what it waits for.
    private func waitUntilGone(_ project: Project, _ client: GhostClient) async throws {
        var nextWord = ContinuousClock.now + .seconds(3)
        while try project.isRunning() {
            try await Task.sleep(for: .milliseconds(20))
            guard ContinuousClock.now >= nextWord else { continue }
            nextWord = ContinuousClock.now + .seconds(3)
            let left = (try? await client.daemons())?.filter { $0.pid != nil }.map(\.name.text) ?? []
            if !left.isEmpty { Terminal.warn("waiting for \(list(left))") }
        }
    }

    private func list(_ names: [String]) -> String { names.joined(separator: ", ") }
}
