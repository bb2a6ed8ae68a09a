import ArgumentParser
import GhostClient
import GhostDaemon
import GhostModel

/// A conversation with the Ghost that runs a project, over its control socket.
enum Connection {
    /// Asks the Ghost of `project`; one that is not running is a failure that says what to do.
    static func with<Answer>(_ project: Project, _ body: (GhostClient) async throws -> Answer) async throws -> Answer {
        let client = GhostClient(.unixSocket(path: project.socket))
        let result: Result<Answer, any Error>
        do {
            result = .success(try await body(client))
        } catch let error as GhostClientError where error.code == .notReachable {
            let message = "Ghost is not running for \(project.directory); start it with \"ghost up\""
            result = .failure(GhostFailure(.notRunning, message))
        } catch let error as GhostClientError {
            result = .failure(GhostFailure(ExitCode(error.code), error.sentence))
        } catch {
            result = .failure(error)
        }
        try await client.shutdown()
        return try result.get()
    }

    /// Asks for something that Ghost answers with 422 if the configuration of `project` is wrong.
    ///
    /// The failure has the code that reading the same configuration here ends with; 65 if it can be read here.
    static func withConfiguration<Answer>(
        of project: Project,
        _ body: (GhostClient) async throws -> Answer
    ) async throws -> Answer {
        try await with(project) { client in
            do {
                return try await body(client)
            } catch let error as GhostClientError where error.code == .refused(status: 422) {
                throw GhostFailure(code(ofConfiguration: project), error.sentence)
            }
        }
    }

    private static func code(ofConfiguration project: Project) -> GhostDaemon.ExitCode {
        do {
            _ = try project.loadConfiguration()
        } catch let failure as GhostFailure {
            return failure.exitCode
        } catch {
            return .configuration
        }
        // Right in itself, and too much for the Ghost that runs: for the files that it may open, or with its variables.
        return .badData
    }

    /// The names as daemons of the project; an unknown one is a failure that names the nearest.
    ///
    /// All are checked before anything is done to the first.
    static func names(_ words: [String], of project: Project, in statuses: [DaemonStatus]) throws -> [DaemonName] {
        let known = statuses.map(\.name.text)
        return try words.map { word in
            guard let status = statuses.first(where: { $0.name.text == word }) else {
                throw GhostFailure(.noInput, project.unknownDaemon(word, known: known))
            }
            return status.name
        }
    }
}

extension GhostClientError {
    /// What to tell the user: Ghost's own words where it had some.
    var sentence: String {
        switch code {
        case .refused: detail
        default: description
        }
    }
}
