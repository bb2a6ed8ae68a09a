import GhostModel
import GhostSystem

/// A Ghost in the background: a process with a session of its own, which outlives the terminal.
public struct DetachedGhost: Sendable {
    /// Its process number.
    public let pid: Int32
    private let ended: Latch<ProcessExit>
    private let log: String
    /// How long the log was before this Ghost wrote to it.
    private let logStart: Int64

    /// Starts `ghost` with these arguments; its output goes to `ghost.log` in the state folder.
    ///
    /// - Parameter folder: the absolute path of the folder that relative paths in the arguments start from.
    public static func start(
        _ arguments: [String],
        of project: Project,
        in folder: String
    ) throws(GhostFailure) -> DetachedGhost {
        do throws(SystemCallFailure) {
            try project.state.create()
        } catch {
            throw GhostFailure(error, inStateFolderOtherwise: .cannotCreate)
        }
        let log = project.state.ghostLog
        let start = (try? FileStatus(path: log))?.length ?? 0
        let ended = Latch<ProcessExit>()
        do throws(SpawnError) {
            let request = SpawnRequest(
                executable: OwnProgram.path,
                arguments: ["ghost"] + arguments,
                environment: HostEnvironment.all(),
                workingDirectory: folder,
                output: .file(log)
            )
            let process = try SystemSpawner().spawn(request, onExit: ended.set)
            return DetachedGhost(pid: process.identity.pid, ended: ended, log: log, logStart: start)
        } catch {
            throw GhostFailure(.cannotSpawn, "Ghost cannot be started in the background: \(error)")
        }
    }

    /// How it ended, if it has; with what it said.
    public var failure: GhostFailure? {
        guard let exit = ended.current else { return nil }
        let said = (try? AtomicFile.readBytes(log, limit: Int(logStart) + 65_536))?.dropFirst(Int(logStart)) ?? []
        let lines = String(decoding: said, as: UTF8.self).split(separator: "\n")
        let reasons = lines.filter { $0.hasPrefix("ghost: ") }.map { String($0.dropFirst("ghost: ".count)) }
        let message =
            reasons.isEmpty ? "Ghost ended in the background: \(exit.status.words)" : reasons.joined(separator: "\n")
        guard case .exited(let number) = exit.status, let code = ExitCode(rawValue: number), number != 0 else {
            return GhostFailure(.internalFault, "\(message); see \(log)")
        }
        return GhostFailure(code, message)
    }
}
