import Foundation
import GhostClient
import GhostModel
import GhostTestSupport
import Testing

/// The stream of the real program, read with a client that is not Ghost's own.
struct StreamEndToEndTests {
    static func restart(_ attempt: Int) -> String {
        "[\(Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)))] ✅ relayCore restart attempt \(attempt)\n"
    }

    static func monitor(_ folder: TemporaryFolder, port: Int) async throws -> RunningGhost {
        let arguments = [
            "monitor", "--log-dir", "logs", "--state-dir", "state", "--port", "\(port)", "--status-port", "0",
        ]
        let ghost = try GhostProgram.start(arguments, in: folder)
        try await eventually("ghost listens") {
            if let exit = ghost.exit { throw TestFailure("ghost ended with \(exit): \(ghost.output)") }
            return ghost.port != nil
        }
        return ghost
    }

    private func curl(_ ghost: RunningGhost, after id: String? = nil, in folder: TemporaryFolder) throws -> RunningGhost
    {
        let header = id.map { "-H 'Last-Event-ID: \($0)'" } ?? ""
        let url = "http://127.0.0.1:\(ghost.port ?? 0)/api/orchestrator/stream"
        return try GhostProgram.startInShell("exec curl -sN \(header) \(url)", in: folder)
    }

    private func client(_ transcripts: [RunningGhost]) throws -> StreamClient {
        var client = StreamClient()
        // A stream that was cut off may have left half an event behind, which its reader forgets.
        for transcript in transcripts {
            let text = transcript.output
            guard let end = text.range(of: "\n\n", options: .backwards)?.upperBound else { continue }
            try client.take(String(text[..<end]))
        }
        return client
    }

    /// Kills Ghost while logs grow, starts it again, and goes on with the last id: in the end the changes say what the status
    /// says, no event came twice and none is missing.
    @Test func aStream_goesOnAcrossAKillAndARestart() async throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.restart(1), to: "logs/watchdog-restarts.log")
        let log = try #require(FileHandle(forWritingAtPath: folder.path("logs/watchdog-restarts.log")))
        try log.seekToEnd()

        let first = try await Self.monitor(folder, port: 0)
        let before = try curl(first, in: folder)
        try await eventually("the snapshot comes") { try client([before]).names.first == "snapshot" }
        for attempt in 2...10 {
            try log.write(contentsOf: Data(Self.restart(attempt).utf8))
            try await Task.sleep(for: .milliseconds(3))
        }
        try await eventually("the changes come") {
            (try client([before]).data["watchdog"] as? [String: Any])?["restartCount"] as? Int == 10
        }
        let lastID = try #require(try client([before]).lastID)
        first.send(SIGKILL)
        try await eventually("ghost is gone") { first.exit != nil }
        try await eventually("its stream ended") { before.exit != nil }
        for attempt in 11...15 { try log.write(contentsOf: Data(Self.restart(attempt).utf8)) }

        let second = try await Self.monitor(folder, port: 0)
        let after = try curl(second, after: lastID, in: folder)
        for attempt in 16...20 { try log.write(contentsOf: Data(Self.restart(attempt).utf8)) }
        try await eventually("the changes come") {
            (try client([before, after]).data["watchdog"] as? [String: Any])?["restartCount"] as? Int == 20
        }
        let whole = try client([before, after])
        #expect(whole.names.count { $0 == "snapshot" } == 1)
        #expect(!whole.names.contains("gap"))
        let sequences = whole.events
        #expect(sequences == Array((sequences.first ?? 0)..<((sequences.first ?? 0) + sequences.count)))

        try await eventually("changes and status agree") {
            let url = "http://127.0.0.1:\(second.port ?? 0)/api/orchestrator/status"
            let status = try GhostProgram.startInShell("exec curl -s \(url)", in: folder)
            try await eventually("curl ends") { status.exit != nil }
            return try client([before, after]).timeless == StreamClient.timeless(status: Array(status.output.utf8))
        }
        _ = try await second.stop()
    }
}
