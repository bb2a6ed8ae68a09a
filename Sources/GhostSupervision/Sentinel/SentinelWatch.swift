public import GhostModel
import GhostSystem
public import ServiceLifecycle

/// Compares the processes of all daemons with what was declared, from time to time and all at once.
///
/// Looking reads small files of the kernel, so the actor has a thread of its own. What a look means is decided by
/// ``DriftFindings``; the supervisor tells it.
public actor SentinelWatch: Service {
    private let executor = BlockingExecutor(label: "ghost.sentinel")
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let supervisor: Supervisor
    private let every: Duration
    private let pending: @Sendable () async -> PlanChange?
    private var looker: RunLooker
    private var findings = DriftFindings()

    /// Prepares the watch; nothing is looked at before ``run()``.
    ///
    /// - Parameters:
    ///   - project: what the marks of its processes begin with.
    ///   - environment: Ghost's own.
    ///   - pending: what the configuration on the disk would change now; nil if nothing, or if it cannot be told.
    public init(
        supervisor: Supervisor,
        plan: SentinelPlan,
        project: String,
        environment: [String: String],
        pending: @escaping @Sendable () async -> PlanChange? = { nil }
    ) {
        self.supervisor = supervisor
        every = max(plan.every, SentinelPlan.shortestInterval)
        self.pending = pending
        looker = RunLooker(project: project, path: environment["PATH"])
    }

    /// Looks until shutdown.
    public func run() async {
        try? await cancelWhenGracefulShutdown { try await self.lookAgainAndAgain() }
    }

    private func lookAgainAndAgain() async throws {
        while true {
            try await Task.sleep(for: every)
            await look()
        }
    }

    private func look() async {
        let plans = Dictionary(await supervisor.declared.map { ($0.name, $0) }) { first, _ in first }
        let changes = await pending()?.daemons ?? []
        var looks: [RunLook] = []
        for status in supervisor.statuses where status.phase == .up || status.phase == .starting {
            guard let plan = plans[status.name], let pid = status.pid, let startedAt = status.startedAt,
                let run = status.run.flatMap(RunID.init(description:))
            else { continue }
            var look = RunLook(run: run, plan: plan, startedAt: startedAt, readiness: status.readiness)
            look.pending = RunLook.PendingChange(changes.first { $0.name == status.name }, of: plan, since: startedAt)
            looks.append(look)
            looker.expect(pid: pid, of: run)
        }
        looker.see(&looks)
        supervisor.report(findings.take(looks, at: Moment(monotonic: Clocks.sinceBoot(), wall: Clocks.wall())))
    }
}

extension RunLook.PendingChange {
    /// What a changed configuration says about a daemon; nil if nothing that matters to it.
    init?(_ change: PlanChange.Daemon?, of plan: DaemonPlan, since start: Timestamp) {
        guard let change else { return nil }
        switch change.fate {
        case .add, .leave: return nil
        case .remove: self.init(keys: ["not declared any more"])
        case .restart, .live:
            let keys = change.fields.map(\.key)
            let file = plan.environmentFiles.first { path in
                guard let status = try? FileStatus(path: path) else { return false }
                return Timestamp(milliseconds: status.modified / 1_000_000) > start
            }
            self.init(keys: keys, environmentFile: keys == ["env"] ? file : nil)
        }
    }
}

extension RunID {
    /// Reads `api#3`.
    init?(description text: String) {
        guard let sign = text.lastIndex(of: "#"), let daemon = DaemonName(text[..<sign]),
            let number = Int(text[text.index(after: sign)...]), number > 0
        else { return nil }
        self.init(daemon: daemon, number: number)
    }
}
