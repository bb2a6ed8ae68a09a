import GhostModel
import GhostServer
import GhostSupervision
import GhostSystem
import GhostTasks

/// Carries out what the control routes are asked.
struct SupervisorControl: ControlPort {
    let supervisor: Supervisor
    let journal: EventJournal
    /// Takes over a changed configuration.
    let takeover: PlanTakeover
    /// Set when Ghost is to stop, or to go on in another program.
    let ending: Latch<GhostEnding>
    /// Looks whether another program can take over; nil if this Ghost does not know how it was started.
    let rehearsal: UpgradeRehearsal?
    /// Runs tasks, which end with this Ghost.
    let tasks: ExecutorUnifier

    /// How long an upgrade waits for a task that runs.
    static let taskPatience: Duration = .seconds(10)
    /// The pause between two looks at a daemon that somebody waits for.
    private static let interval: Duration = .milliseconds(10)

    func give(
        _ order: DaemonOrder,
        to name: DaemonName,
        by who: Operator,
        wait: Duration?
    ) async throws(ControlRefusal) -> OrderAnswer {
        guard let before = status(of: name) else { throw unknown(name) }
        if case .signal = order, before.pid == nil { throw .noProcess(name) }
        // First, so that what follows from it finds it as its cause.
        journal.report(order, of: name, by: who)
        switch await supervisor.give(.daemon(name, order)) {
        case .taken: break
        case .unknownDaemon: throw unknown(name)
        case .noProcess: throw .noProcess(name)
        case .closing: throw .closing
        }
        guard let after = status(of: name) else { throw unknown(name) }
        if order.isMet(by: before) { return OrderAnswer(daemon: after, outcome: .unchanged) }
        if case .signal = order { return OrderAnswer(daemon: after, outcome: .done) }
        let deadline = ContinuousClock.now + (wait ?? .zero)
        while true {
            guard let status = status(of: name) else { throw unknown(name) }
            switch settling(of: status, after: before.run) {
            case .reached: return OrderAnswer(daemon: status, outcome: .done)
            case .missed: return OrderAnswer(daemon: status, outcome: .failed)
            case .underway where ContinuousClock.now >= deadline || Task.isCancelled:
                return OrderAnswer(daemon: status, outcome: .underway)
            case .underway: try? await Task.sleep(for: Self.interval)
            }
        }
    }

    func settled(within wait: Duration) async throws(ControlRefusal) -> [DaemonStatus] {
        // Before the first start every daemon would seem to be at rest.
        guard await supervisor.give(.answer) == .taken else { throw .closing }
        let deadline = ContinuousClock.now + wait
        while true {
            let statuses = supervisor.statuses
            let isUnderway = statuses.contains { status in
                settling(of: status, after: nil) == .underway
            }
            if !isUnderway || ContinuousClock.now >= deadline || Task.isCancelled { return statuses }
            try? await Task.sleep(for: Self.interval)
        }
    }

    func shutdown(by who: Operator) async {
        journal.reportShutdown(by: who)
        ending.set(.stop)
    }

    func upgrade(to program: String, by who: Operator) async throws(ControlRefusal) -> Acknowledgement {
        guard let rehearsal else { throw .unsupported("This Ghost cannot be upgraded while it runs.") }
        try await rehearsal.check(program)
        guard ending.current == nil, await supervisor.give(.answer) == .taken else { throw .closing }
        let task = await tasks.rest(within: Self.taskPatience)
        ending.set(.upgrade(program))
        return Acknowledgement(message: Self.farewell(program, interrupted: task))
    }

    /// What is answered to an upgrade.
    ///
    /// - Parameter task: the file of a task that did not end in time.
    static func farewell(_ program: String, interrupted task: String?) -> String {
        let daemons = "going on in \(program); no daemon is touched"
        guard let task else { return daemons }
        return "\(daemons), but the task \(task) was still running after \(taskPatience.configurationText) and is stopped; "
            + "its script is in \".failed\" in the inbox"
    }

    func reload(by who: Operator) async throws(ControlRefusal) -> Acknowledgement {
        try await takeover.take()
    }

    func planned() async throws(ControlRefusal) -> PlanReport {
        try await takeover.report()
    }

    private func settling(of status: DaemonStatus, after run: String?) -> Settling {
        Settling(
            of: status,
            at: Clocks.wall(),
            after: run,
            among: supervisor.statuses,
            needs: takeover.needs[status.name] ?? []
        )
    }

    private func status(of name: DaemonName) -> DaemonStatus? { supervisor.statuses.first { $0.name == name } }

    private func unknown(_ name: DaemonName) -> ControlRefusal {
        .unknownDaemon(name.text, nearest: NearestWord.to(name.text, among: supervisor.statuses.map(\.name.text)))
    }
}

extension DaemonOrder {
    /// Whether a daemon is as asked already.
    fileprivate func isMet(by status: DaemonStatus) -> Bool {
        switch self {
        case .start: status.want == .up && status.phase == .up
        case .stop: status.want == .down && status.phase == .down
        case .restart, .signal: false
        }
    }
}
