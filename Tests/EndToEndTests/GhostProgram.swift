import GhostClient
import GhostModel
import GhostSystem
import GhostTestSupport
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The real `ghost`, run as a user runs it.
struct GhostProgram {
    /// How it ended and what it said.
    struct Outcome {
        var exit: ExitStatus
        /// Standard output and error, as they came.
        var output: String
    }

    private static let spawner = SystemSpawner()

    /// The program beside the tests that are running, or the one that `GHOST_BINARY` names.
    private static var path: String {
        get throws {
            if let named = getenv("GHOST_BINARY") { return String(cString: named) }
            var buffer = [CChar](repeating: 0, count: 4096)
            let count = readlink("/proc/self/exe", &buffer, buffer.count)
            let tests = count > 0 ? String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : ""
            let beside = tests.parentFolder + "/ghost"
            guard access(beside, X_OK) == 0 else { throw TestFailure("there is no program \(beside)") }
            return beside
        }
    }

    /// Runs it to its end.
    static func run(_ arguments: String..., in folder: TemporaryFolder) async throws -> Outcome {
        let run = try start(arguments, in: folder)
        try await eventually("ghost \(arguments.joined(separator: " ")) ends") { run.exit != nil }
        return Outcome(exit: run.exit ?? .unknown, output: run.output)
    }

    /// Starts it and goes on.
    static func start(_ arguments: [String], in folder: TemporaryFolder) throws -> RunningGhost {
        try start(Command(program: path, arguments: arguments), in: folder)
    }

    /// Starts it from a shell that has its path in `$0`.
    static func startInShell(_ script: String, in folder: TemporaryFolder) throws -> RunningGhost {
        try start(Command(program: "/bin/sh", arguments: ["-c", script, path]), in: folder)
    }

    private static func start(_ command: Command, in folder: TemporaryFolder) throws -> RunningGhost {
        let output = folder.path("ghost-\(outputs.add(1, ordering: .relaxed).newValue).out")
        let ending = RunningGhost.Ending()
        let process = try spawner.spawn(
            SpawnRequest(
                command,
                environment: ["PATH": getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"],
                workingDirectory: folder.path,
                output: .file(output)
            )
        ) { ending.set($0.status) }
        return RunningGhost(process: process, ending: ending, outputFile: output, folder: folder)
    }

    private static let outputs = Atomic<Int>(0)
}

/// A `ghost` that runs; killed with everything it runs when the test lets go of it.
final class RunningGhost: Sendable {
    /// How it ended, once it has.
    final class Ending: Sendable {
        private let status = Mutex<ExitStatus?>(nil)
        func set(_ status: ExitStatus) { self.status.withLock { $0 = status } }
        var current: ExitStatus? { status.withLock { $0 } }
    }

    private let process: any RunningProcess
    private let ending: Ending
    private let outputFile: String
    let folder: TemporaryFolder

    init(process: any RunningProcess, ending: Ending, outputFile: String, folder: TemporaryFolder) {
        self.process = process
        self.ending = ending
        self.outputFile = outputFile
        self.folder = folder
    }

    deinit { process.signalGroup(.kill) }

    var pid: Int32 { process.identity.pid }

    func send(_ signal: Int32) { kill(pid, signal) }
    var exit: ExitStatus? { ending.current }
    var output: String { TemporaryFolder.text(of: outputFile) ?? "" }

    /// The port of the orchestrator API, once it is announced.
    var port: Int? {
        guard let start = output.range(of: "orchestrator API  http://127.0.0.1:") else { return nil }
        return Int(output[start.upperBound...].prefix { $0.isNumber })
    }

    /// Asks it to stop, and waits until it has.
    func stop() async throws -> ExitStatus {
        process.signalGroup(.term)
        try await eventually("ghost stops") { exit != nil }
        return exit ?? .unknown
    }
}

extension String {
    fileprivate func range(of text: String) -> Range<String.Index>? { ranges(of: text).first }
}

/// A `ghost up` on a configuration of the test's, with a client for its API.
func withGhostUp(
    _ configuration: String,
    in folder: TemporaryFolder,
    _ body: (RunningGhost, GhostClient) async throws -> Void
) async throws {
    try folder.write(configuration, to: "ghost.yaml")
    let ghost = try GhostProgram.start(["up", "--port", "0", "--status-port", "0"], in: folder)
    try await eventually("ghost listens") {
        if let exit = ghost.exit { throw TestFailure("ghost ended with \(exit): \(ghost.output)") }
        return ghost.port != nil
    }
    let client = GhostClient(.http(host: "127.0.0.1", port: ghost.port ?? 0))
    do {
        try await body(ghost, client)
        try await client.shutdown()
        if ghost.exit == nil { _ = try await ghost.stop() }
    } catch {
        try? await client.shutdown()
        _ = try? await ghost.stop()
        throw error
    }
}
