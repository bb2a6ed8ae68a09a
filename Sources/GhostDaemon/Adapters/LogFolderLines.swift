import GhostLogs
import GhostModel
import GhostServer
import GhostSystem

/// Reads the last lines of component logs for the server, off the cooperative pool.
actor LogFolderLines: LogSource {
    /// How far back a request can make Ghost read, in bytes.
    static let farthestBack = 4 << 20

    private let executor = BlockingExecutor(label: "ghost.loglines")
    private let folder: String

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(folder: String) {
        self.folder = folder
    }

    func lastLines(of component: ComponentKind, count: Int) async -> [String] {
        // Where both file names of a component exist, the one that Ghost writes comes last.
        component.fileNames.reversed().flatMap { name in
            // A log that is missing or cannot be read has no lines; that it has trouble is said by the status.
            let tail = try? LastLines.read(path: "\(folder)/\(name)", count: count, longest: Self.farthestBack)
            return tail?.lines.map { String(decoding: $0, as: UTF8.self) } ?? []
        }.suffix(count)
    }
}
