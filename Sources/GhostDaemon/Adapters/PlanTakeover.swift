import GhostModel
import GhostServer
import GhostSupervision
import GhostSystem
import Synchronization

/// Takes over a changed configuration while daemons run.
///
/// Reading files blocks, so the actor has a queue of its own.
actor PlanTakeover {
    private let executor = BlockingExecutor(label: "ghost.plan")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let supervisor: Supervisor
    private let load: @Sendable () throws -> Plan
    private var plan: Plan
    private nonisolated let published: Mutex<[DaemonName: [DaemonName]]>

    /// - Parameters:
    ///   - plan: what the supervisor was made from.
    ///   - load: reads the configuration as it is now.
    init(supervisor: Supervisor, plan: Plan, load: @escaping @Sendable () throws -> Plan) {
        self.supervisor = supervisor
        self.plan = plan
        self.load = load
        published = Mutex(plan.hardNeeds)
    }

    /// What each daemon cannot start without.
    nonisolated var needs: [DaemonName: [DaemonName]] { published.withLock { $0 } }

    /// Reads the configuration and takes it over; a wrong one changes nothing.
    func take() async throws(ControlRefusal) -> Acknowledgement {
        let next: Plan
        do {
            next = try load()
        } catch {
            throw .badConfiguration("\(error)")
        }
        let before = plan
        let change = PlanChange(from: before, to: next)
        guard !change.isEmpty else { return Acknowledgement(message: Self.sentence(of: change)) }
        // At once: whoever asks next compares with this.
        plan.daemons = next.daemons
        guard await supervisor.give(.takeOver(change)) == .taken else {
            plan = before
            throw .closing
        }
        let needs = plan.hardNeeds
        published.withLock { $0 = needs }
        return Acknowledgement(message: Self.sentence(of: change))
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
