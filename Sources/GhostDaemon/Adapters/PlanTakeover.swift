import GhostLogs
import GhostModel
import GhostServer
import GhostSupervision
import GhostSystem
import Logging
import Synchronization

/// Takes over a changed configuration while daemons run.
///
/// Reading files blocks, so the actor has a queue of its own.
actor PlanTakeover {
    private let executor = BlockingExecutor(label: "ghost.plan")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let supervisor: Supervisor
    private let monitor: OrchestratorMonitor
    private let load: @Sendable () throws -> Configuration
    private let logger: Logger
    private var plan: Plan
    private var zone: ZoneTable?
    private nonisolated let published: Mutex<[DaemonName: [DaemonName]]>

    /// - Parameters:
    ///   - configuration: what the supervisor and the monitor were made from.
    ///   - load: reads the configuration as it is now.
    init(
        supervisor: Supervisor,
        monitor: OrchestratorMonitor,
        configuration: Configuration,
        logger: Logger,
        load: @escaping @Sendable () throws -> Configuration
    ) {
        self.supervisor = supervisor
        self.monitor = monitor
        self.load = load
        self.logger = logger
        plan = configuration.plan
        zone = configuration.zone
        published = Mutex(configuration.plan.hardNeeds)
    }

    /// What each daemon cannot start without.
    nonisolated var needs: [DaemonName: [DaemonName]] { published.withLock { $0 } }

    /// Reads the configuration and takes it over; a wrong one changes nothing.
    func take() async throws(ControlRefusal) -> Acknowledgement {
        let configuration: Configuration
        do {
            configuration = try load()
        } catch {
            let sentence = "the changed configuration is refused, and the one before goes on: \(error)"
            logger.error("\(sentence)")
            await monitor.refuseRules(sentence)
            throw .badConfiguration("\(error)")
        }
        let next = configuration.plan
        let before = plan
        var change = PlanChange(from: before, to: next)
        if configuration.zone != zone { change.otherSections.append("timezone") }
        try await take(change, next, before)
        let rules = await monitor.take(configuration.rules)
        let lines = [Self.sentence(of: change)] + rules.lines
        return Acknowledgement(message: lines.joined(separator: "\n"))
    }

    private func take(_ change: PlanChange, _ next: Plan, _ before: Plan) async throws(ControlRefusal) {
        guard !change.isEmpty else { return }
        // At once: whoever asks next compares with this.
        plan.daemons = next.daemons
        guard await supervisor.give(.takeOver(change)) == .taken else {
            plan = before
            throw .closing
        }
        let needs = plan.hardNeeds
        published.withLock { $0 = needs }
    }

    /// What is told of a change: a line for each daemon that it touches, and one for what it does not take up.
    static func sentence(of change: PlanChange) -> String {
        var lines = change.daemons.filter { $0.fate != .leave }.map(\.description)
        if lines.isEmpty { lines.append("no daemon has changed") }
        if !change.otherSections.isEmpty {
            let sections = change.otherSections.joined(separator: ", ")
            lines.append("changes of \(sections) hold from the next start of Ghost on")
        }
        return lines.joined(separator: "\n")
    }
}
