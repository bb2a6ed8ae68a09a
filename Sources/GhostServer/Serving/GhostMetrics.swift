import GhostModel

/// What Ghost tells Prometheus.
struct GhostMetrics {
    /// Nil as long as the logs have not been read.
    var data: OrchestrationData?
    var requests: [(route: RequestTally.Route, code: Int, count: Int)]
    var stream: StreamFigures
    var process: ProcessFigures?
    var version: String

    private typealias Sample = MetricsText.Sample

    /// How many daemons are listed by their names.
    static let mostDaemons = 1000

    func encoded(as format: MetricsText.Format) -> [UInt8] {
        var text = MetricsText(format)
        text.append(.gauge, "ghost_build_info", "What runs.", [Sample([("version", version)], 1)])
        if let data {
            appendHealth(data, to: &text)
            appendComponents(data, to: &text)
            appendCounters(data, to: &text)
            appendDaemons(data, to: &text)
        }
        appendServing(to: &text)
        appendProcess(to: &text)
        return text.finish()
    }

    private func appendHealth(_ data: OrchestrationData, to text: inout MetricsText) {
        let states = OverallHealth.allCases.map { health in
            Sample([("state", health.rawValue)], health == data.overallHealth ? 1 : 0)
        }
        text.append(.gauge, "ghost_health", "1 for the overall health as it is.", states)
        text.append(
            .gauge,
            "ghost_health_ratio",
            "Share of the components that work.",
            [Sample([], data.healthPercentage / 100)]
        )
        text.append(.gauge, "ghost_sequence", "Newest committed change.", [Sample([], Int(clamping: data.sequence))])
        text.append(
            .counter,
            "ghost_losses",
            "Times that bytes of logs were gone before they could be read.",
            [Sample([], data.lossesTotal)]
        )
        let isSaved = data.persistence.state == .saved
        text.append(
            .gauge,
            "ghost_state_saved",
            "1 if the state would survive the end of Ghost.",
            [Sample([], isSaved ? 1 : 0)]
        )
    }

    private func appendComponents(_ data: OrchestrationData, to text: inout MetricsText) {
        let five = ComponentKind.allCases.map { (name: $0.rawValue, component: data.component($0)) }
        let rules = data.rules.sorted { $0.key < $1.key }
        func each(_ ofFive: (any OrchestrationComponent) -> Int, _ ofRule: (RuleSnapshot) -> Int?) -> [Sample] {
            five.map { Sample([("component", $0.name)], ofFive($0.component)) }
                + rules.compactMap { name, rule in ofRule(rule).map { Sample([("component", name)], $0) } }
        }
        text.append(
            .gauge,
            "ghost_component_working",
            "1 if the component is active or idle.",
            each({ $0.status.isWorking ? 1 : 0 }, { $0.status.isWorking ? 1 : 0 })
        )
        text.append(
            .counter,
            "ghost_component_records",
            "Records counted in the component's logs.",
            each({ $0.facts.records }, \.records)
        )
        text.append(
            .counter,
            "ghost_component_damaged_lines",
            "Lines that could not be read.",
            each({ $0.facts.damagedLines }, \.damagedLines)
        )
        text.append(
            .counter,
            "ghost_component_loss_bytes",
            "Bytes of lines that were passed over.",
            each({ $0.facts.lossBytes }, { _ in nil })
        )
    }

    private func appendCounters(_ data: OrchestrationData, to text: inout MetricsText) {
        let seen = data.sentinel.observations
        text.append(
            .counter,
            "ghost_sentinel_observations",
            "Observations of daemons.",
            [
                Sample([("kind", "up")], seen.up), Sample([("kind", "down")], seen.down),
                Sample([("kind", "error")], seen.error),
            ]
        )
        text.append(
            .counter,
            "ghost_watchdog_attempts",
            "Attempts to restart a daemon.",
            [
                Sample([("result", "restarted")], data.watchdog.restartCount),
                Sample([("result", "failed")], data.watchdog.failedCount - data.watchdog.refusedCount),
                Sample([("result", "refused")], data.watchdog.refusedCount),
            ]
        )
        text.append(
            .counter,
            "ghost_executor_tasks",
            "Tasks by how they ended.",
            [
                Sample([("result", "completed")], data.executor.completedTasks),
                Sample([("result", "failed")], data.executor.failedTasks),
            ]
        )
        text.append(
            .gauge,
            "ghost_executor_active_tasks",
            "Tasks that run.",
            [Sample([], data.executor.activeTasks)]
        )
        text.append(
            .counter,
            "ghost_selfcheck_checks",
            "Checks by what they found.",
            [
                Sample([("result", "healthy")], data.selfcheck.healthyChecks),
                Sample([("result", "warning")], data.selfcheck.warningChecks),
                Sample([("result", "critical")], data.selfcheck.criticalChecks),
            ]
        )
        text.append(
            .counter,
            "ghost_lifecycle_starts",
            "Starts of daemons by how they ended.",
            [
                Sample([("result", "started")], data.lifecycle.startedCount),
                Sample([("result", "failed")], data.lifecycle.failedStarts),
            ]
        )
        text.append(
            .gauge,
            "ghost_lifecycle_managed_daemons",
            "Daemons that run under management.",
            [Sample([], data.lifecycle.managedDaemons)]
        )
    }

    private func appendDaemons(_ data: OrchestrationData, to text: inout MetricsText) {
        text.append(
            .gauge,
            "ghost_daemons",
            "Daemons under watch.",
            [
                Sample([("state", "up")], data.daemons.up), Sample([("state", "down")], data.daemons.down),
                Sample([("state", "stopped")], max(0, data.daemons.total - data.daemons.up - data.daemons.down)),
            ]
        )
        let watched = data.sentinel.daemons.sorted { $0.key < $1.key }
        text.append(
            .gauge,
            "ghost_daemon_up",
            "1 if the newest observation of the daemon is that it runs.",
            watched.prefix(Self.mostDaemons).map { Sample([("daemon", $0.key)], $0.value.state == .up ? 1 : 0) }
        )
        let restarted = data.watchdog.perDaemon.sorted { $0.key < $1.key }
        text.append(
            .counter,
            "ghost_daemon_restarts",
            "Restarts of the daemon that succeeded.",
            restarted.prefix(Self.mostDaemons).map { Sample([("daemon", $0.key)], $0.value.restartCount) }
        )
        text.append(
            .counter,
            "ghost_daemon_failed_restarts",
            "Attempts to restart the daemon that did not succeed.",
            restarted.prefix(Self.mostDaemons).map { Sample([("daemon", $0.key)], $0.value.failedCount) }
        )
        text.append(
            .gauge,
            "ghost_daemons_not_listed",
            "Daemons beyond those that are listed by their names.",
            [Sample([], max(0, max(watched.count, restarted.count) - Self.mostDaemons))]
        )
    }

    private func appendServing(to text: inout MetricsText) {
        let counts = requests.map { entry in
            Sample([("route", entry.route.name), ("code", entry.code == 0 ? "other" : "\(entry.code)")], entry.count)
        }
        text.append(.counter, "ghost_http_requests", "Requests by what they asked for and the answer's code.", counts)
        text.append(.gauge, "ghost_stream_subscribers", "Open streams.", [Sample([], stream.subscribers)])
        text.append(.counter, "ghost_stream_subscriptions", "Streams there ever were.", [Sample([], stream.subscribed)])
        text.append(.counter, "ghost_stream_changes", "Changes sent to all.", [Sample([], stream.changes)])
        text.append(
            .counter,
            "ghost_stream_gaps",
            "Times that a subscriber missed changes and began anew.",
            [Sample([], stream.gaps)]
        )
        text.append(
            .counter,
            "ghost_stream_stalled",
            "Subscribers closed because they took nothing.",
            [Sample([], stream.stalled)]
        )
    }

    private func appendProcess(to text: inout MetricsText) {
        guard let process else { return }
        let seconds = [Sample([], process.cpuSeconds)]
        text.append(.counter, "process_cpu_seconds", "User and system time of Ghost.", seconds)
        text.append(
            .gauge,
            "process_resident_memory_bytes",
            "Memory of Ghost that is resident.",
            [Sample([], process.residentBytes)]
        )
        text.append(.gauge, "process_open_fds", "Open descriptors.", [Sample([], process.openDescriptors)])
        text.append(.gauge, "process_max_fds", "Limit of open descriptors.", [Sample([], process.mostDescriptors)])
        text.append(
            .gauge,
            "process_start_time_seconds",
            "When Ghost started, in seconds since 1970.",
            [Sample([], process.startedAt)]
        )
    }
}
