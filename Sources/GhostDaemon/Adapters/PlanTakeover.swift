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
    private let notes: @Sendable (Plan) -> [String]
    private let limits: LiveLimits
    private let file: String
    private let logger: Logger
    private var plan: Plan
    private var zone: ZoneTable?
    /// What the files of the configuration were like at the last look, and what they said.
    private var lastLook: (files: [String: FileStatus?], change: PlanChange?)?
    private nonisolated let published: Mutex<[DaemonName: [DaemonName]]>

    /// - Parameters:
    ///   - configuration: what the supervisor and the monitor were made from.
    ///   - file: the absolute path of the configuration.
    ///   - load: reads the configuration as it is now.
    ///   - notes: what of a plan cannot be done here.
    ///   - limits: how limits of runs that go on are changed.
    init(
        supervisor: Supervisor,
        monitor: OrchestratorMonitor,
        configuration: Configuration,
        file: String,
        logger: Logger,
        load: @escaping @Sendable () throws -> Configuration,
        notes: @escaping @Sendable (Plan) -> [String] = { _ in [] },
        limits: LiveLimits = LiveLimits()
    ) {
        self.supervisor = supervisor
        self.monitor = monitor
        self.file = file
        self.logger = logger
        self.load = load
        self.notes = notes
        self.limits = limits
        plan = configuration.plan
        zone = configuration.zone
        published = Mutex(configuration.plan.hardNeeds)
    }

    /// What each daemon cannot start without.
    nonisolated var needs: [DaemonName: [DaemonName]] { published.withLock { $0 } }

    /// What ``take()`` would do now.
    func report() throws(ControlRefusal) -> PlanReport {
        let next = try read()
        let change = change(to: next)
        let later = touchedRuns(change).compactMap { limits.obstacle($0.limits, $0.run) }
        return PlanReport(change, notes: notes(next.plan) + later)
    }

    /// What the configuration would change now; nil if it is as it was taken over, or cannot be read.
    ///
    /// Read only when one of its files is another than at the last look.
    func pending() -> PlanChange? {
        var files: [String: FileStatus?] = [:]
        for path in Set([file] + plan.daemons.flatMap(\.environmentFiles)) {
            files[path] = .some(try? FileStatus(path: path))
        }
        if let lastLook, lastLook.files == files { return lastLook.change }
        let change = (try? load()).map { PlanChange(from: plan, to: $0.plan) }
        lastLook = (files, change)
        return change
    }

    private func change(to next: Configuration) -> PlanChange {
        var change = PlanChange(from: plan, to: next.plan)
        if next.zone != zone { change.otherSections.append("timezone") }
        return change
    }

    private func read() throws(ControlRefusal) -> Configuration {
        do {
            return try load()
        } catch {
            throw .badConfiguration("\(error)")
        }
    }

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
        let change = change(to: configuration)
        let later = try await take(change, configuration.plan, before: plan)
        let rules = await monitor.take(configuration.rules)
        let lines = [Self.sentence(of: change)] + later + rules.lines
        return Acknowledgement(message: lines.joined(separator: "\n"))
    }

    /// Returns what does not hold yet, one sentence each.
    private func take(_ change: PlanChange, _ next: Plan, before: Plan) async throws(ControlRefusal) -> [String] {
        guard !change.isEmpty else { return [] }
        // At once: whoever asks next compares with this.
        plan.daemons = next.daemons
        lastLook = nil
        guard await supervisor.give(.takeOver(change)) == .taken else {
            plan = before
            throw .closing
        }
        // Limits of memory and processors hold at once.
        let later = touchedRuns(change).compactMap { limits.change($0.limits, $0.run) }
        let needs = plan.hardNeeds
        published.withLock { $0 = needs }
        return later
    }

    /// The runs that go on under other limits of memory and processors, with these.
    private func touchedRuns(_ change: PlanChange) -> [(run: RunID, limits: ResourceLimits)] {
        let touched = change.daemons.filter { daemon in
            daemon.fate == .live && daemon.fields.contains { $0.key == "limits.memory" || $0.key == "limits.cpu" }
        }
        guard !touched.isEmpty else { return [] }
        let statuses = supervisor.statuses
        return touched.compactMap { daemon in
            guard let plan = change.next.first(where: { $0.name == daemon.name }),
                let status = statuses.first(where: { $0.name == daemon.name }), status.pid != nil,
                let number = status.run?.split(separator: "#").last.flatMap({ Int($0) })
            else { return nil }
            return (RunID(daemon: daemon.name, number: number), plan.process.limits)
        }
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

/// How the limits of runs that go on are changed.
struct LiveLimits: Sendable {
    /// Changes them; says why they do not hold yet, if so.
    var change: @Sendable (ResourceLimits, RunID) -> String? = { _, _ in nil }
    /// Says the same before.
    var obstacle: @Sendable (ResourceLimits, RunID) -> String? = { _, _ in nil }
}
