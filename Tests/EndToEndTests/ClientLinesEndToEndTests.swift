import Foundation
import GhostClient
import GhostModel
import GhostTestSupport
import Synchronization
import Testing

/// Lines and events of the real program, as the Swift client and `ghost logs` follow them.
@Suite(.timeLimit(.minutes(5)))
struct ClientLinesEndToEndTests {
    /// What two readers were told.
    private final class Seen: Sendable {
        private let state = Mutex<(lines: [LogUpdate], events: [JournalUpdate])>(([], []))

        func follow(lines: LogLines) async {
            do throws(GhostClientError) {
                for try await update in lines { state.withLock { $0.lines.append(update) } }
            } catch {
                Issue.record(error)
            }
        }

        func follow(events: JournalEvents) async {
            do throws(GhostClientError) {
                for try await update in events { state.withLock { $0.events.append(update) } }
            } catch {
                Issue.record(error)
            }
        }

        var messages: [String] {
            state.withLock(\.lines).flatMap { update -> [String] in
                guard case .lines(let lines, _) = update else { return [] }
                return lines.map(\.message)
            }
        }
        var isStreaming: Bool { state.withLock(\.lines).contains(.connection(.streaming, because: nil)) }
        var events: [JournalEvent] {
            state.withLock(\.events).compactMap { update in if case .event(let event) = update { event } else { nil } }
        }
        var gaps: Int {
            let lines = state.withLock(\.lines).count { if case .gap = $0 { true } else { false } }
            return lines + state.withLock(\.events).count { if case .gap = $0 { true } else { false } }
        }
    }

    private static func up(_ folder: TemporaryFolder, port: Int) async throws -> RunningGhost {
        let ghost = try GhostProgram.start(["up", "--port", "\(port)", "--status-port", "0"], in: folder)
        try await eventually("ghost listens") {
            if let exit = ghost.exit { throw TestFailure("ghost ended with \(exit): \(ghost.output)") }
            return ghost.port != nil
        }
        return ghost
    }

    private static func line(_ number: Int) -> String { "2026-11-22T16:00:00.000Z INFO 🟢 line \(number)\n" }

    private static func append(_ numbers: ClosedRange<Int>, to folder: TemporaryFolder) throws {
        let log = try #require(FileHandle(forWritingAtPath: folder.path(".ghost/logs/daemons/old.log")))
        try log.seekToEnd()
        for number in numbers { try log.write(contentsOf: Data(line(number).utf8)) }
        try log.close()
    }

    @Test func readers_missNothing_andAreToldNothingTwice_acrossAKillAndARotation() async throws {
        let folder = try TemporaryFolder()
        try folder.write("daemons: { api: sleep 1000 }\n", to: "ghost.yaml")
        try folder.write(Self.line(0), to: ".ghost/logs/daemons/old.log")
        let first = try await Self.up(folder, port: 0)
        let port = try #require(first.port)
        let client = GhostClient(.http(host: "127.0.0.1", port: port))
        let options = FollowOptions(retry: RetryPolicy(delay: .milliseconds(50)))
        try await eventually("the daemon is up") { try await client.daemons().first?.phase == .up }
        let known = try await client.events(after: nil, limit: 1)
        let position = StreamPosition(epoch: known.epoch, sequence: known.next)
        let seen = Seen()
        let readers = [
            Task { await seen.follow(lines: client.logLines(LogFilter(daemons: ["old"]), options: options)) },
            Task { await seen.follow(events: client.events(after: position, options: options)) },
        ]
        try await eventually("the stream is open") { seen.isStreaming }
        try Self.append(1...10, to: folder)
        try await eventually("the lines come") { seen.messages.count == 10 }
        first.send(SIGKILL)
        try await eventually("ghost is gone") { first.exit != nil }
        try Self.append(11...15, to: folder)
        let log = folder.path(".ghost/logs/daemons/old.log")
        try FileManager.default.moveItem(atPath: log, toPath: log + ".1")
        try folder.write(Self.line(16), to: ".ghost/logs/daemons/old.log")
        try Self.append(17...20, to: folder)
        let second = try await Self.up(folder, port: port)
        try Self.append(21...25, to: folder)
        try await eventually("what was missed comes") { seen.messages.count >= 25 }
        #expect(seen.messages == (1...25).map { String(Self.line($0).dropLast()) })

        _ = try await GhostProgram.run("stop", "api", in: folder)
        try await eventually("the end is told") { seen.events.contains { $0.kind == .ended } }
        let sequences = seen.events.map(\.sequence)
        #expect(sequences == Array((known.next + 1)..<(known.next + 1 + UInt64(sequences.count))))
        #expect(seen.events.contains { $0.kind == .adopted })
        #expect(seen.gaps == 0)

        for reader in readers {
            reader.cancel()
            await reader.value
        }
        try await client.shutdown()
        _ = try await second.stop()
    }

    @Test func ghostLogs_asksTheGhostThatRuns_andGoesOnAcrossItsRestart() async throws {
        let folder = try TemporaryFolder()
        try folder.write("daemons: { api: sleep 1000 }\n", to: "ghost.yaml")
        try folder.write((0..<30).map(Self.line).joined(), to: ".ghost/logs/daemons/old.log")
        let questions: [[String]] = [
            ["-n", "7"], ["old", "--json", "-n", "3"], ["-g", "line 1[05]$"], ["--level", "error", "old"],
            ["old", "--until", "2026-11-22T16:00:00Z"], ["-n", "0"],
        ]
        func answers() async throws -> [String] {
            var answers: [String] = []
            for question in questions {
                let run = try GhostProgram.start(["logs"] + question, in: folder)
                try await eventually("ghost logs ends") { run.exit != nil }
                #expect(run.exit == .exited(0))
                answers.append(run.output)
            }
            return answers
        }
        let first = try await Self.up(folder, port: 0)
        let told = try await answers()
        #expect(told[0] == (23..<30).map { "old | " + Self.line($0) }.joined())
        let unknown = try await GhostProgram.run("logs", "ol", in: folder)
        #expect(unknown.exit == .exited(66))
        #expect(unknown.output.contains("did you mean \"old\"?"))

        let follower = try GhostProgram.start(["logs", "-f", "-n", "1", "old"], in: folder)
        try await eventually("it shows the last line") { follower.output.contains("line 29\n") }
        try Self.append(30...31, to: folder)
        try await eventually("it goes on") { follower.output.contains("line 31\n") }
        first.send(SIGKILL)
        try await eventually("it says that nothing comes") {
            follower.output.contains("ghost: Ghost does not answer any more; waiting for it\n")
        }
        try Self.append(32...33, to: folder)
        let second = try await Self.up(folder, port: 0)
        try await eventually("it goes on across the restart") { follower.output.contains("line 33\n") }
        let lines = follower.output.split(separator: "\n").filter { !$0.hasPrefix("ghost: ") }
        #expect(lines == (29...33).map { Self.line($0).dropLast() })
        #expect(follower.exit == nil)
        follower.send(SIGTERM)
        _ = try await second.stop()

        try folder.write((0..<30).map(Self.line).joined(), to: ".ghost/logs/daemons/old.log")
        #expect(try await answers() == told)
        let reader = try GhostProgram.start(["logs", "-f", "old"], in: folder)
        try await eventually("it says what it does") {
            reader.output.contains("ghost: Ghost is not running; the files are followed\n")
        }
        reader.send(SIGTERM)
    }
}
