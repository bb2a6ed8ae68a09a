import GhostModel

/// From folds to the objects of the API.
extension OrchestrationSnapshot {
    func sentinelState(_ judgement: ComponentJudgement, _ lastCheck: Timestamp) -> SentinelState {
        let fold = sentinel.fold
        var daemons: [String: ObservedDaemon] = [:]
        for (name, daemon) in zip(fold.names.names, fold.daemons) {
            daemons[name] = ObservedDaemon(
                state: daemon.state,
                pid: daemon.pid,
                since: daemon.since,
                transitions: daemon.transitions
            )
        }
        return SentinelState(
            status: judgement.status,
            lastCheck: lastCheck,
            error: judgement.error,
            monitoring: judgement.status == .active,
            recentErrors: fold.recentErrors.texts,
            observations: fold.observations,
            upNow: fold.names(in: .up),
            downNow: fold.names(in: .down),
            daemons: daemons,
            facts: sentinel.facts
        )
    }

    func watchdogState(_ judgement: ComponentJudgement, _ lastCheck: Timestamp) -> WatchdogState {
        let fold = watchdog.fold
        return WatchdogState(
            status: judgement.status,
            lastCheck: lastCheck,
            error: judgement.error,
            restartCount: fold.restarts,
            failedCount: fold.failures,
            lastRestart: fold.lastRestart,
            refusedCount: fold.refusals,
            // Two names that differ only in unreadable bytes have one text; their counts stay apart in the totals.
            perDaemon: Dictionary(zip(fold.names.names, fold.daemons), uniquingKeysWith: { first, _ in first }),
            facts: watchdog.facts
        )
    }

    func executorState(_ judgement: ComponentJudgement, _ lastCheck: Timestamp) -> ExecutorState {
        let fold = executor.fold
        return ExecutorState(
            status: judgement.status,
            lastCheck: lastCheck,
            error: judgement.error,
            activeTasks: fold.activeTasks,
            completedTasks: fold.completed,
            failedTasks: fold.failed,
            startedTasks: fold.started,
            phase: fold.phase,
            phases: [
                ExecutorState.Phase.idle.rawValue: fold.phases.idle,
                ExecutorState.Phase.processing.rawValue: fold.phases.processing,
                ExecutorState.Phase.coordinating.rawValue: fold.phases.coordinating,
                ExecutorState.Phase.error.rawValue: fold.phases.error,
            ],
            facts: executor.facts
        )
    }

    func selfCheckState(_ judgement: ComponentJudgement, _ lastCheck: Timestamp) -> SelfCheckState {
        let fold = selfcheck.fold
        return SelfCheckState(
            status: judgement.status,
            lastCheck: lastCheck,
            error: judgement.error,
            healthChecks: fold.ledger.records,
            lastHealthCheck: fold.lastTime,
            healthyChecks: fold.healthy,
            warningChecks: fold.warning,
            criticalChecks: fold.critical,
            last: fold.last,
            facts: selfcheck.facts
        )
    }

    func lifecycleState(_ judgement: ComponentJudgement, _ lastCheck: Timestamp) -> LifecycleState {
        let fold = lifecycle.fold
        return LifecycleState(
            status: judgement.status,
            lastCheck: lastCheck,
            error: judgement.error,
            managedDaemons: fold.managedCount,
            startupOrder: fold.startupOrder,
            managedNow: fold.managedNow,
            managedEver: fold.managedEver,
            startedCount: fold.count(.started),
            failedStarts: fold.failedStarts,
            facts: lifecycle.facts
        )
    }
}
