import GhostModel
import GhostServer
import GhostSystem

/// Looks whether another program can take this Ghost's place, before anything is given up.
///
/// The program is run with the words that this Ghost was started with and `--rehearse`: it reads them and the configuration,
/// looks for its keeper, and ends with a line that only a Ghost writes. Starting it blocks, so the actor has a queue of its
/// own.
public actor UpgradeRehearsal {
    private let executor = BlockingExecutor(label: "ghost.upgrade")
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let spawner: SystemSpawner
    private let invocation: Invocation
    private let environment: [String: String]
    private let output: String

    /// How long it may take.
    private static let longest: Duration = .seconds(20)
    /// The most of its output that is read, in bytes, and of that what is told, in characters.
    private static let longestOutput = 65_536
    private static let longestWords = 2000

    /// - Parameter output: a file for what the program says.
    init(spawner: SystemSpawner, invocation: Invocation, environment: [String: String], output: String) {
        self.spawner = spawner
        self.invocation = invocation
        self.environment = environment
        self.output = output
    }

    /// Returns if the program is fit.
    func check(_ program: String) async throws(ControlRefusal) {
        let ended = Latch<ProcessExit>()
        let secret = String(UInt64.random(in: .min ... .max), radix: 36)
        let process: any RunningProcess
        try? AtomicFile.replace(output, with: "", durability: .processEnd)
        do throws(SpawnError) {
            let request = SpawnRequest(
                executable: program,
                arguments: ["ghost"] + invocation.arguments + [Self.word, secret],
                environment: environment,
                workingDirectory: invocation.folder,
                output: .file(output)
            )
            process = try spawner.spawn(request, onExit: ended.set)
        } catch {
            throw .unfitProgram("\(error); this Ghost goes on")
        }
        let exit = await withTaskGroup(of: ProcessExit?.self) { group in
            group.addTask { try? await ended.value() }
            group.addTask {
                try? await Task.sleep(for: Self.longest)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        guard let exit else {
            process.signalGroup(.kill)
            _ = await ended.valueDespiteCancellation()
            throw .unfitProgram(
                "\(program) did not end its rehearsal within \(Self.longest.configurationText); this Ghost goes on"
            )
        }
        let said = (try? AtomicFile.read(output, limit: Self.longestOutput)) ?? ""
        let lines = said.split(separator: "\n")
        guard exit.status.isSuccess else {
            let words = lines.joined(separator: "\n").prefix(Self.longestWords)
            throw .unfitProgram(
                "\(program) cannot take over (\(exit.status.words)), and this Ghost goes on\(words.isEmpty ? "" : ":\n\(words)")"
            )
        }
        // True(1) is content with everything, and is no Ghost.
        guard lines.last.map(String.init) == Self.proof(of: secret) else {
            throw .unfitProgram("\(program) is not ghost, or one that knows no upgrade; this Ghost goes on")
        }
    }

    /// What a program says at the end of a rehearsal to which it was given `secret`.
    public static func proof(of secret: String) -> String { "rehearsed \(secret)" }

    /// The word that makes `ghost up` a rehearsal.
    static let word = "--rehearse"
}
