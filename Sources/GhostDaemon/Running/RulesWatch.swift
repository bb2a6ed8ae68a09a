import GhostLogs
import GhostModel
import GhostSystem
import Logging
import ServiceLifecycle

/// Takes over a file of rules whenever it changes, while `ghost monitor` runs.
///
/// Reading files blocks, so the actor has a queue of its own. A file that is being written is left alone until it rests.
actor RulesWatch: Service {
    /// How long a file must rest before it is read, and the shortest time between two looks.
    static let rest: Duration = .milliseconds(100)

    private let executor = BlockingExecutor(label: "ghost.rules")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let file: RulesFile
    private let monitor: OrchestratorMonitor
    private let logger: Logger
    private let show: @Sendable (String) -> Void
    private let watch: ChangeWatch
    /// What was last taken over or refused.
    private var seen: Mark?

    /// What tells one content of a file from another without reading it; nil parts where there is no file.
    private struct Mark: Equatable {
        var inode: UInt64?
        var length: Int64?
        var changed: Int64?

        init(_ path: String) {
            guard let facts = try? FileStatus(path: path) else { return }
            (inode, length, changed) = (facts.inode, facts.length, facts.changed)
        }
    }

    /// - Parameter show: tells the user what became of a change.
    init(
        _ file: RulesFile,
        monitor: OrchestratorMonitor,
        logger: Logger,
        show: @escaping @Sendable (String) -> Void
    ) {
        self.file = file
        self.monitor = monitor
        self.logger = logger
        self.show = show
        watch = ChangeWatch(folder: file.path.parentFolder)
    }

    func run() async {
        await cancelWhenGracefulShutdown { await self.follow() }
    }

    private func follow() async {
        while !Task.isCancelled {
            let mark = Mark(file.path)
            if mark != seen {
                guard (try? await Task.sleep(for: Self.rest)) != nil else { return }
                guard mark == Mark(file.path) else { continue }
                seen = mark
                await take()
            }
            await watch.wait()
            guard (try? await Task.sleep(for: Self.rest)) != nil else { return }
        }
    }

    private func take() async {
        do throws(GhostFailure) {
            let rules = try file.load()
            let change = await monitor.take(rules)
            for line in change.lines { show(line) }
        } catch {
            let sentence = "the changed rules are refused, and those before go on: \(error.message)"
            logger.error("\(sentence)")
            await monitor.refuseRules(sentence)
        }
    }
}
