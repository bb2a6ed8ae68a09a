public import GhostModel

extension OrchestrationSnapshot {
    /// Judges the state at an instant: the same snapshot and the same instant give the same answer.
    public func status(at instant: Timestamp, plan: MonitorPlan) -> OrchestrationData {
        let judgements = Judgements(self, at: instant)
        let lastCheck = lookedAt ?? instant
        let rules = ruled?.snapshots(at: instant) ?? []
        let counted = counted(judgements)
        let working = counted.count { $0.1.status.isWorking } + rules.count { $0.status.isWorking }
        let failing = counted.count { $0.1.status == .error } + rules.count { $0.status == .error }
        let total = counted.count + rules.count
        let daemons = daemonTally
        return OrchestrationData(
            sentinel: sentinelState(judgements.sentinel, lastCheck, at: instant),
            watchdog: watchdogState(judgements.watchdog, lastCheck, at: instant),
            executor: executorState(judgements.executor, lastCheck, at: instant),
            selfcheck: selfCheckState(judgements.selfcheck, lastCheck, at: instant),
            lifecycle: lifecycleState(judgements.lifecycle, lastCheck, at: instant),
            overallHealth: Self.overallHealth(
                working: working,
                failing: failing,
                total: total,
                daemons: daemons,
                plan: plan
            ),
            activeComponents: working,
            errorComponents: failing,
            totalComponents: total,
            healthPercentage: (1000 * Double(working) / Double(total)).rounded() / 10,
            daemons: daemons,
            rules: Dictionary(rules.map { ($0.component, $0) }) { first, _ in first },
            rulesRefused: rulesRefused,
            reasons: reasons(judgements, rules),
            countedSince: countedSince,
            epoch: epoch,
            sequence: sequence,
            persistence: persistence,
            losses: losses,
            lossesTotal: lossesTotal,
            lastUpdate: lastCheck,
            timestamp: instant
        )
    }

    /// The rule of the overall health; the shares come from the configuration.
    static func overallHealth(
        working: Int,
        failing: Int,
        total: Int,
        daemons: DaemonTally,
        plan: MonitorPlan
    ) -> OverallHealth {
        if working == total, daemons.down == 0 { return .healthy }
        let shareWorking = Double(working) / Double(total)
        let shareDown = daemons.total == 0 ? 0 : Double(daemons.down) / Double(daemons.total)
        let isTolerable =
            shareWorking >= plan.warningShareWorking && failing == 0 && shareDown < plan.criticalShareDown
        return isTolerable ? .warning : .critical
    }

    private var daemonTally: DaemonTally {
        let down = sentinel.fold.names(in: .down)
        return DaemonTally(
            total: sentinel.fold.daemons.count,
            up: sentinel.fold.names(in: .up).count,
            down: down.count,
            names: down
        )
    }

    /// The judgements that enter the health.
    ///
    /// Where people describe components of their own, those of the five that were never there are no part of the system.
    private func counted(_ judgements: Judgements) -> [(ComponentKind, ComponentJudgement)] {
        guard ruled != nil else { return judgements.all }
        return judgements.all.filter { _, judgement in judgement.wasEverSeen }
    }

    /// What lowers the health: first what concerns Ghost itself, then the components, then the daemons by name.
    private func reasons(_ judgements: Judgements, _ rules: [RuleSnapshot]) -> [HealthReason] {
        var reasons: [HealthReason] = []
        if folderCondition == .missing {
            reasons.append(HealthReason(component: "monitor", message: "The log folder \(folder) does not exist"))
        }
        if persistence.state == .memory, let message = persistence.message {
            reasons.append(HealthReason(component: "monitor", message: message))
        }
        if let rulesRefused { reasons.append(HealthReason(component: "monitor", message: rulesRefused)) }
        for (kind, judgement) in counted(judgements) where !judgement.status.isWorking {
            reasons.append(
                HealthReason(
                    component: kind.rawValue,
                    message: judgement.error ?? judgement.status.rawValue,
                    file: judgement.evidence?.file,
                    offset: judgement.evidence?.offset,
                    line: judgement.evidence?.line
                )
            )
        }
        for rule in rules where !rule.status.isWorking || rule.meaning == .warning {
            let reason = rule.reasons.first
            reasons.append(
                HealthReason(
                    component: rule.component,
                    message: rule.error ?? reason?.message ?? "it is \(rule.state)",
                    file: reason?.position?.file,
                    offset: reason?.position?.offset,
                    line: reason?.line
                )
            )
        }
        for notice in (ruled?.notices ?? []).prefix(Self.longestFileReasons) {
            reasons.append(HealthReason(component: "monitor", message: notice))
        }
        let fold = sentinel.fold
        let down = fold.daemons.indices.filter { fold.daemons[$0].state == .down }
            .sorted { fold.names.names[$0] < fold.names.names[$1] }
        for number in down.prefix(Self.longestDaemonReasons) {
            let fault = fold.daemons[number].fault
            let files = ComponentKind.sentinel.fileNames
            reasons.append(
                HealthReason(
                    component: ComponentKind.sentinel.rawValue,
                    message: "\(fold.names.names[number]) is down",
                    file: files.indices.contains(fault.file) ? files[fault.file] : nil,
                    offset: fault.offset,
                    line: fault.text
                )
            )
        }
        return reasons
    }

    /// How many files are named among the reasons.
    private static let longestFileReasons = 20

    /// How many daemons are named among the reasons; `daemons.names` has them all.
    private static let longestDaemonReasons = 20
}

/// The judgements of all five components.
private struct Judgements {
    let sentinel: ComponentJudgement
    let watchdog: ComponentJudgement
    let executor: ComponentJudgement
    let selfcheck: ComponentJudgement
    let lifecycle: ComponentJudgement

    var all: [(ComponentKind, ComponentJudgement)] {
        [
            (.sentinel, sentinel), (.watchdog, watchdog), (.executor, executor), (.selfcheck, selfcheck),
            (.lifecycle, lifecycle),
        ]
    }

    init(_ snapshot: OrchestrationSnapshot, at instant: Timestamp) {
        sentinel = ComponentJudgement(
            snapshot.sentinel,
            at: instant,
            hasWork: !snapshot.sentinel.fold.daemons.isEmpty,
            failure: nil
        )
        let watchdogFold = snapshot.watchdog.fold
        watchdog = ComponentJudgement(
            snapshot.watchdog,
            at: instant,
            hasWork: watchdogFold.restarts + watchdogFold.failures > 0,
            failure: nil
        )
        var executorFailure: (String, NotedLine)?
        if case .tooManyErrors(let line) = snapshot.executor.fold.failure {
            executorFailure = ("The executor stopped after too many consecutive errors", line)
        }
        executor = ComponentJudgement(
            snapshot.executor,
            at: instant,
            hasWork: snapshot.executor.fold.activeTasks > 0,
            failure: executorFailure
        )
        selfcheck = ComponentJudgement(
            snapshot.selfcheck,
            at: instant,
            hasWork: snapshot.selfcheck.fold.ledger.records > 0,
            failure: nil
        )
        var lifecycleFailure: (String, NotedLine)?
        if case .governance(let line) = snapshot.lifecycle.fold.failure {
            lifecycleFailure = ("The governor reports an error of its own", line)
        }
        lifecycle = ComponentJudgement(
            snapshot.lifecycle,
            at: instant,
            hasWork: snapshot.lifecycle.fold.managedCount > 0,
            failure: lifecycleFailure
        )
    }
}
