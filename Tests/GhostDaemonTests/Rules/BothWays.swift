import GhostDaemon
import GhostModel

@testable import GhostLogs

/// The totals of one component's log, counted by the hand-written fold and by the built-in rules.
enum BothWays {
    static let readAt = Timestamp(milliseconds: 1_798_000_000_000)

    static func lines(_ text: [UInt8], _ body: (Span<UInt8>, Int64) -> Void) {
        var splitter = LineSplitter()
        splitter.split(text.span) { line, start, _ in body(line, start) }
        splitter.finish { line, start, _ in body(line, start) }
    }

    static func fold<Fold: ComponentFold>(_: Fold.Type, _ text: [UInt8]) -> Fold {
        var fold = Fold()
        var stamps = StampReader()
        lines(text) { line, start in
            var context = LineContext(file: 0, generation: 1, readAt: readAt)
            context.offset = start
            fold.fold(line, &stamps, context)
        }
        return fold
    }

    static func rules(_ component: ComponentRules, _ text: [UInt8]) -> RuleSnapshot {
        var fold = RuleFold(component)
        lines(text) { line, start in
            fold.fold(line: line, file: 0, generation: 1, offset: start, readAt: readAt)
        }
        return fold.snapshot(now: readAt)
    }

    static func byHand(_ kind: ComponentKind, _ text: [UInt8]) -> [String: String] {
        switch kind {
        case .sentinel: totals(fold(SentinelFold.self, text))
        case .watchdog: totals(fold(WatchdogFold.self, text))
        case .executor: totals(fold(ExecutorFold.self, text))
        case .selfcheck: totals(fold(SelfCheckFold.self, text))
        case .lifecycle: totals(fold(LifecycleFold.self, text))
        }
    }

    static func byRules(_ kind: ComponentKind, _ snapshot: RuleSnapshot) -> [String: String] {
        var result = ledger(
            records: snapshot.records - (snapshot.counters["heartbeats"] ?? 0),
            heartbeats: snapshot.counters["heartbeats"] ?? 0,
            damaged: snapshot.damagedLines + snapshot.unknownLines,
            last: snapshot.lastEvent
        )
        func count(_ names: String...) {
            for name in names { result[name] = "\(snapshot.counters[name] ?? 0)" }
        }
        func names(_ state: String) -> String {
            snapshot.entities.filter { $0.value.state == state }.keys.sorted().joined(separator: ",")
        }
        switch kind {
        case .sentinel:
            count("up", "down", "error")
            result["upNow"] = names("up")
            result["downNow"] = names("down")
            result["stopped"] = names("stopped")
            result["recentErrors"] = snapshot.lists["recentErrors"]?.joined(separator: "\n")
            for (name, daemon) in snapshot.entities {
                result["\(name) pid"] = daemon.values["pid"]?.description ?? "none"
                result["\(name) since"] = daemon.since?.description ?? "none"
            }
        case .watchdog:
            count("restartCount", "failedCount", "refusedCount")
            result["lastRestart"] = snapshot.times["lastRestart"]?.description ?? "none"
            for (name, daemon) in snapshot.entities {
                result["\(name) restarted"] = "\(daemon.counters["restartCount"] ?? 0)"
                result["\(name) failed"] = "\(daemon.counters["failedCount"] ?? 0)"
                result["\(name) last"] = daemon.times["lastAttempt"]?.description ?? "none"
                result["\(name) looping"] = "\(daemon.state == "failed")"
            }
        case .executor:
            count("startedTasks", "completedTasks", "failedTasks", "idle", "processing", "coordinating", "error")
            result["activeTasks"] = "\(snapshot.entities.count)"
            result["gaveUp"] = "\(snapshot.state == "gave-up")"
        case .selfcheck:
            count("healthyChecks", "warningChecks", "criticalChecks")
            result["last"] = snapshot.times["lastHealthCheck"]?.description ?? "none"
            result["status"] = snapshot.values["status"]?.description ?? "none"
            result["healthy"] = snapshot.values["healthy"]?.description ?? "none"
        case .lifecycle:
            for kind in LifecycleRecord.Kind.allCases { count("\(kind)") }
            count("failedStarts")
            result["managedNow"] = names("managed")
            result["managedEver"] = snapshot.entities.keys.sorted().joined(separator: ",")
            result["startupOrder"] = snapshot.values["startupOrder"]?.description ?? "[]"
            result["lastBoot"] = snapshot.times["lastBoot"]?.description ?? "none"
        }
        return result
    }

    private static func ledger(records: Int, heartbeats: Int, damaged: Int, last: Timestamp?) -> [String: String] {
        [
            "records": "\(records)", "heartbeats": "\(heartbeats)", "damaged": "\(damaged)",
            "lastEvent": last?.description ?? "none",
        ]
    }

    private static func ledger(_ fold: some ComponentFold) -> [String: String] {
        ledger(
            records: fold.ledger.records,
            heartbeats: fold.ledger.heartbeats,
            damaged: fold.ledger.damagedLines,
            last: fold.ledger.lastEvent
        )
    }

    private static func totals(_ fold: SentinelFold) -> [String: String] {
        var result = ledger(fold)
        result["up"] = "\(fold.observations.up)"
        result["down"] = "\(fold.observations.down)"
        result["error"] = "\(fold.observations.error)"
        result["upNow"] = fold.names(in: .up).joined(separator: ",")
        result["downNow"] = fold.names(in: .down).joined(separator: ",")
        result["stopped"] = fold.names(in: .stopped).joined(separator: ",")
        result["recentErrors"] = fold.recentErrors.texts.joined(separator: "\n")
        for (name, daemon) in zip(fold.names.names, fold.daemons) {
            result["\(name) pid"] = daemon.pid.map { "\($0)" } ?? "none"
            result["\(name) since"] = daemon.since?.description ?? "none"
        }
        return result
    }

    private static func totals(_ fold: WatchdogFold) -> [String: String] {
        var result = ledger(fold)
        result["restartCount"] = "\(fold.restarts)"
        result["failedCount"] = "\(fold.failures)"
        result["refusedCount"] = "\(fold.refusals)"
        result["lastRestart"] = fold.lastRestart?.description ?? "none"
        for (name, counts) in zip(fold.names.names, fold.daemons) {
            result["\(name) restarted"] = "\(counts.restartCount)"
            result["\(name) failed"] = "\(counts.failedCount)"
            result["\(name) last"] = counts.lastAttempt?.description ?? "none"
            result["\(name) looping"] = "\(counts.crashLooping)"
        }
        return result
    }

    private static func totals(_ fold: ExecutorFold) -> [String: String] {
        var result = ledger(fold)
        result["startedTasks"] = "\(fold.started)"
        result["completedTasks"] = "\(fold.completed)"
        result["failedTasks"] = "\(fold.failed)"
        result["idle"] = "\(fold.phases.idle)"
        result["processing"] = "\(fold.phases.processing)"
        result["coordinating"] = "\(fold.phases.coordinating)"
        result["error"] = "\(fold.phases.error)"
        result["activeTasks"] = "\(fold.activeTasks)"
        if case .tooManyErrors = fold.failure { result["gaveUp"] = "true" } else { result["gaveUp"] = "false" }
        return result
    }

    private static func totals(_ fold: SelfCheckFold) -> [String: String] {
        var result = ledger(fold)
        result["healthyChecks"] = "\(fold.healthy)"
        result["warningChecks"] = "\(fold.warning)"
        result["criticalChecks"] = "\(fold.critical)"
        result["last"] = fold.lastTime?.description ?? "none"
        result["status"] = fold.last?.status.rawValue ?? "none"
        result["healthy"] = (fold.last?.healthy).map { "\($0)" } ?? "none"
        return result
    }

    private static func totals(_ fold: LifecycleFold) -> [String: String] {
        var result = ledger(fold)
        for kind in LifecycleRecord.Kind.allCases { result["\(kind)"] = "\(fold.count(kind))" }
        result["failedStarts"] = "\(fold.failedStarts)"
        result["managedNow"] = fold.managedNow.joined(separator: ",")
        result["managedEver"] = fold.managedEver.joined(separator: ",")
        result["startupOrder"] = "[\(fold.startupOrder.joined(separator: ", "))]"
        result["lastBoot"] = fold.lastBoot?.description ?? "none"
        return result
    }
}
