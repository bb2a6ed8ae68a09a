import CAllocationCount
import GhostLogs
import GhostModel

/// Folds the five logs of a folder from their first byte, as Ghost does at a cold start, and prints the totals.
///
/// Usage: `fold FOLDER`. One `name value` a line, beginning with the time that the folding took and how often it asked for memory.
@main
enum Fold {
    /// Later than every time in the logs, so that all of them are believed.
    private static let now = Timestamp(milliseconds: 4_000_000_000_000)

    static func main() {
        guard CommandLine.arguments.count == 2 else {
            print("usage: fold FOLDER")
            return
        }
        var reader = ComponentLogReader(folder: CommandLine.arguments[1])
        let allocationsBefore = allocation_count()
        let time = ContinuousClock().measure {
            while reader.read(now: now) == .unfinished {}
        }
        let allocations = allocation_count() - allocationsBefore
        print("nanoseconds \(Int(time / .nanoseconds(1)))")
        if allocation_count_is_available() { print("allocations \(allocations)") }
        for (name, value) in totals(of: reader.snapshot.status(at: now, plan: MonitorPlan())) { print(name, value) }
    }

    private static func totals(of data: OrchestrationData) -> [(String, Int)] {
        var totals = [
            ("sentinel.up", data.sentinel.observations.up),
            ("sentinel.down", data.sentinel.observations.down),
            ("watchdog.ok", data.watchdog.restartCount),
            ("watchdog.failed", data.watchdog.failedCount),
            ("executor.started", data.executor.startedTasks),
            ("executor.completed", data.executor.completedTasks),
            ("executor.failed", data.executor.failedTasks),
            ("selfcheck.healthy", data.selfcheck.healthyChecks),
            ("selfcheck.warning", data.selfcheck.warningChecks),
            ("selfcheck.critical", data.selfcheck.criticalChecks),
            ("lifecycle.started", data.lifecycle.startedCount),
        ]
        for (name, counts) in data.watchdog.perDaemon {
            totals.append(("watchdog.ok:\(name)", counts.restartCount))
            totals.append(("watchdog.failed:\(name)", counts.failedCount))
        }
        for kind in ComponentKind.allCases {
            let facts = data.component(kind).facts
            totals.append(("\(kind).records", facts.records))
            totals.append(("\(kind).damaged", facts.damagedLines))
        }
        return totals
    }
}
