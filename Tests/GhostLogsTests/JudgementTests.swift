import Foundation
import GhostModel
import GhostTestSupport
import Testing

@testable import GhostLogs

struct JudgementTests {
    /// Logs of a system in which all is well.
    private static let calm: [String: String] = [
        "sentinel-status.log":
            "\(stamp()) 🟢 api is running (PID: 1)\n\(stamp(50)) heartbeat every=60s watching=\"api\"\n",
        "watchdog-restarts.log": "",
        "executor-status.log": "\(stamp(55)) idle\n",
        "selfcheck-status.log": "\(stamp(30)) 🟢 health check: healthy (4/4)\n",
        "lifecycle-status.log": "Startup order: [api]\n\(stamp()) managing api (attempt 1)\n",
    ]

    @Test func calm_isHealthy() throws {
        let data = try judge(Self.calm)
        #expect(data.overallHealth == .healthy)
        #expect(data.healthPercentage == 100)
        #expect((data.activeComponents, data.errorComponents, data.totalComponents) == (5, 0, 5))
        #expect(data.reasons.isEmpty)
        #expect(statuses(data) == [.active, .idle, .idle, .active, .active])
        #expect(data.sentinel.monitoring)
        #expect(data.daemons == DaemonTally(total: 1, up: 1, down: 0, names: []))
        #expect(data.countedSince == .at("2026-11-22T16:04:00.000Z"))
    }

    @Test func deadDaemon_isCriticalAndSaysWhere() throws {
        var logs = Self.calm
        logs["sentinel-status.log", default: ""] += "\(stamp(52)) ❌ api NOT running exit=1\n"
        let data = try judge(logs)
        #expect(data.overallHealth == .critical)
        #expect(data.daemons.names == ["api"])
        #expect(data.reasons.count == 1)
        #expect(data.reasons.first?.file == "sentinel-status.log")
        #expect(data.reasons.first?.line == "\(stamp(52)) ❌ api NOT running exit=1")
        #expect(data.reasons.first?.offset == Self.calm["sentinel-status.log"].map { Int64($0.utf8.count) })
    }

    @Test func fewDeadDaemons_areAWarning() throws {
        var logs = Self.calm
        let others = (0..<4).map { "\(stamp(51)) 🟢 d\($0) is running (PID: 1)\n" }.joined()
        logs["sentinel-status.log", default: ""] += others + "\(stamp(52)) ❌ api NOT running exit=1\n"
        #expect(try judge(logs).overallHealth == .warning)
    }

    @Test func silence_isUnknownAfterThreeBeats() throws {
        let data = try judge(Self.calm, at: .at("2026-11-22T16:05:25.000Z"))
        #expect(data.executor.status == .idle)
        let later = try judge(Self.calm, at: .at("2026-11-22T16:05:25.001Z"))
        #expect(later.executor.status == .unknown)
        #expect(later.executor.error == "Silent for 30s; a line is due every 10s")
        #expect(later.overallHealth == .warning)
        let muchLater = try judge(Self.calm, at: .at("2026-11-22T17:05:00.000Z"))
        #expect(statuses(muchLater) == [.unknown, .idle, .unknown, .unknown, .active])
        #expect(muchLater.selfcheck.healthChecks == 1)
        #expect(muchLater.overallHealth == .critical)
        #expect(!muchLater.sentinel.monitoring)
    }

    @Test func heartbeat_setsTheRhythm() throws {
        var logs = Self.calm
        logs["watchdog-restarts.log"] = "\(stamp(0)) heartbeat every=10s\n"
        #expect(try judge(logs).watchdog.status == .unknown)
        logs["watchdog-restarts.log"] = "\(stamp(0)) heartbeat every=20s\n"
        #expect(try judge(logs).watchdog.status == .idle)
        logs["executor-status.log"] = "\(stamp(0)) heartbeat every=60s\n"
        #expect(try judge(logs).executor.status == .idle)
    }

    @Test func missingFile_isUnknown() throws {
        var logs = Self.calm
        logs["executor-status.log"] = nil
        let data = try judge(logs)
        #expect(data.executor.status == .unknown)
        #expect(data.executor.error == "Log file not found")
        #expect(data.overallHealth == .warning)
        #expect(data.healthPercentage == 80)
    }

    @Test func emptyFile_isIdleWhereSilenceSaysNothing() throws {
        let data = try judge(Self.calm.mapValues { _ in "" })
        #expect(statuses(data) == [.unknown, .idle, .unknown, .unknown, .idle])
    }

    @Test func ownFailure_isAnErrorUntilTheNextRecord() throws {
        var logs = Self.calm
        logs["lifecycle-status.log", default: ""] += "\(stamp(1)) ❌ Error in lifecycle governance: Error: ENOSPC\n"
        logs["executor-status.log", default: ""] += "\(stamp(57)) coordinating (Too many consecutive errors)\n"
        let data = try judge(logs)
        #expect(data.lifecycle.status == .error)
        #expect(data.executor.status == .error)
        #expect(data.errorComponents == 2)
        #expect(data.reasons.last?.line == "\(stamp(1)) ❌ Error in lifecycle governance: Error: ENOSPC")
        logs["lifecycle-status.log", default: ""] += "\(stamp(2)) Stopping daemon: api\n"
        logs["executor-status.log", default: ""] += "\(stamp(58)) idle\n"
        #expect(try judge(logs).overallHealth == .healthy)
    }

    @Test func bothNames_areReadTheNewerOneLast() throws {
        let folder = try TemporaryFolder()
        try folder.write("\(stamp(0)) idle\n\(stamp(1)) executing task 1\n", to: "executor-status.log")
        let old = "IDLE | Patch: none | Sentinel: 🟢 | Watchdog: 🟢 | Daemons: 7"
        try folder.write(
            "\(stamp(0)) \(old)\n\(stamp(0)) PROCESSING\(old.dropFirst(4))\n",
            to: "executor-coordination.log"
        )
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_000_000)],
            ofItemAtPath: folder.path("executor-coordination.log")
        )
        var reader = ComponentLogReader(folder: folder.path)
        #expect(reader.read(now: .test) == .changed)
        let state = reader.snapshot.status(at: .test, plan: MonitorPlan()).executor
        #expect((state.startedTasks, state.completedTasks, state.activeTasks) == (2, 1, 1))
        #expect(state.facts.sources.map(\.file) == ["executor-status.log", "executor-coordination.log"])
    }

    @Test func governorBoot_closesTheTasksOfTheProcessBefore() throws {
        var logs = Self.calm
        logs["executor-status.log"] = "\(stamp(50)) executing task 1\n\(stamp(58)) executing task 2\n"
        logs["lifecycle-status.log", default: ""] += "Startup order: [api] at=2026-11-22T16:04:55.000Z pid=1\n"
        #expect(try judge(logs).executor.activeTasks == 1)
    }

    @Test func missingFolder_isSaid() throws {
        let folder = try TemporaryFolder()
        var reader = ComponentLogReader(folder: folder.path("nowhere"))
        #expect(reader.read(now: .test) == .changed)
        #expect(reader.read(now: .test) == .unchanged)
        let snapshot = reader.snapshot
        #expect(snapshot.folderCondition == .missing)
        let data = snapshot.status(at: .test, plan: MonitorPlan())
        #expect(data.reasons.first?.component == "monitor")
        #expect(statuses(data).allSatisfy { $0 == .unknown })
    }

    @Test func budget_endsALookAndNothingIsLost() throws {
        let folder = try TemporaryFolder()
        let lines = (0..<2000).map { "\(stamp($0 % 60)) ✅ api restart attempt \($0)\n" }.joined()
        try folder.write(lines, to: "watchdog-restarts.log")
        var reader = ComponentLogReader(folder: folder.path)
        var looks = 0
        while reader.read(upTo: 5 * 999, now: .test) == .unfinished { looks += 1 }
        #expect(looks == lines.utf8.count / 999)
        #expect(reader.snapshot.watchdog.fold.restarts == 2000)
    }

    @Test(arguments: [
        (5, 0, 0, OverallHealth.healthy), (5, 0, 1, .warning), (5, 0, 3, .critical), (4, 0, 0, .warning),
        (4, 1, 0, .critical), (3, 0, 0, .critical), (4, 0, 2, .warning), (0, 0, 0, .critical),
    ])
    func health_followsTheRule(working: Int, failing: Int, down: Int, expected: OverallHealth) {
        let tally = DaemonTally(total: 10, up: 10 - down, down: down)
        #expect(
            OrchestrationSnapshot.overallHealth(
                working: working,
                failing: failing,
                total: 5,
                daemons: tally,
                plan: MonitorPlan()
            ) == expected
        )
    }

    private func judge(_ logs: [String: String], at instant: Timestamp = .test) throws -> OrchestrationData {
        let folder = try TemporaryFolder()
        for (name, text) in logs { try folder.write(text, to: name) }
        var reader = ComponentLogReader(folder: folder.path)
        while reader.read(now: instant) == .unfinished {}
        return reader.snapshot.status(at: instant, plan: MonitorPlan())
    }

    private func statuses(_ data: OrchestrationData) -> [ComponentStatus] {
        ComponentKind.allCases.map { data.component($0).status }
    }
}
