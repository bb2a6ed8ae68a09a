import GhostModel

/// From folds to the objects of the API.
extension OrchestrationSnapshot {
    func sentinelState(
        _ judgement: ComponentJudgement,
        _ lastCheck: Timestamp,
        at instant: Timestamp
    ) -> SentinelState {
        let fold = sentinel.fold
        let recent = fold.ledger.recent.sums(at: instant)
        var daemons: [String: ObservedDaemon] = [:]
        for (name, daemon) in zip(fold.names.names, fold.daemons) {
            daemons[name] = ObservedDaemon(
                state: daemon.state,
                pid: daemon.pid,
                since: daemon.since,
                transitions: daemon.transitions,
                drift: daemon.drift
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
            recentObservations: SentinelState.RecentObservations(
                minute: .init(up: recent[0].minute, down: recent[1].minute, error: recent[2].minute),
                hour: .init(up: recent[0].hour, down: recent[1].hour, error: recent[2].hour),
                day: .init(up: recent[0].day, down: recent[1].day, error: recent[2].day)
            ),
            facts: sentinel.facts(recent)
        )
    }

    func watchdogState(
        _ judgement: ComponentJudgement,
        _ lastCheck: Timestamp,
        at instant: Timestamp
    ) -> WatchdogState {
        let fold = watchdog.fold
        let recent = fold.ledger.recent.sums(at: instant)
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
            recentRestarts: recent[0],
            recentFailures: recent[1],
            successRate: fold.successRate,
            meanTimeToRecovery: fold.meanRecovery,
            facts: watchdog.facts(recent)
        )
    }

    func executorState(
        _ judgement: ComponentJudgement,
        _ lastCheck: Timestamp,
        at instant: Timestamp
    ) -> ExecutorState {
        let fold = executor.fold
        let recent = fold.ledger.recent.sums(at: instant)
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
            recentCompleted: recent[1],
            recentFailed: recent[2],
            recentStarted: recent[0],
            durationP50: fold.durations.quantile(0.5),
            durationP95: fold.durations.quantile(0.95),
            tasksPerMinute: fold.tasksPerMinute(ended: recent[1].hour + recent[2].hour, at: instant),
            facts: executor.facts(recent)
        )
    }

    func selfCheckState(
        _ judgement: ComponentJudgement,
        _ lastCheck: Timestamp,
        at instant: Timestamp
    ) -> SelfCheckState {
        let fold = selfcheck.fold
        let recent = fold.ledger.recent.sums(at: instant)
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
            recentHealthy: recent[0],
            recentWarning: recent[1],
            recentCritical: recent[2],
            facts: selfcheck.facts(recent)
        )
    }

    func lifecycleState(
        _ judgement: ComponentJudgement,
        _ lastCheck: Timestamp,
        at instant: Timestamp
    ) -> LifecycleState {
        let fold = lifecycle.fold
        let recent = fold.ledger.recent.sums(at: instant)
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
            recentStarts: recent[0],
            recentFailedStarts: recent[1],
            facts: lifecycle.facts(recent)
        )
    }
}
