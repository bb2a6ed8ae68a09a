import Foundation
import GhostModel
import GhostTestSupport
import Testing

@testable import GhostLogs

/// Compares Ghost's totals with those of simulated stories, whose truth is computed without reading any log.
@Suite(.enabled(if: Generator.isAvailable))
struct GeneratedLogsTests {
    @Test(arguments: ["1", "2", "3", "4", "5", "6"])
    func story_totalsEqualTheTruth(seed: String) throws {
        let story = try Generator.make("clean", seed: seed, hours: "1")
        for vocabulary in Vocabulary.allCases {
            let differences = story.differences(vocabulary, strictest: .ideal)
            #expect(differences.isEmpty, "seed \(seed), \(vocabulary): \(differences)")
        }
    }

    @Test(arguments: Generator.variants)
    func damagedLogs_totalsLieBetweenStrictAndIdeal(variant: String) throws {
        let story = try Generator.make(variant, seed: "7", hours: "1")
        for vocabulary in Vocabulary.allCases {
            let differences = story.differences(vocabulary, strictest: .strict)
            #expect(differences.isEmpty, "\(variant), \(vocabulary): \(differences)")
        }
    }

    @Test func unfinishedLastRecord_isAwaitedThenCounted() throws {
        let story = try Generator.make("no_final_newline", seed: "7", hours: "1")
        let name = "daemon/\(ComponentKind.sentinel.fileName)"
        let before = story.read(.daemon).sentinel.fold.observations
        try story.folder.append("\n", to: name)
        let after = story.read(.daemon).sentinel.fold.observations
        #expect(after.up + after.down + after.error == before.up + before.down + before.error + 1)
    }

    @Test func futureTimes_countButAreNotTheLatest() throws {
        let story = try Generator.make("future_clock", seed: "7", hours: "1")
        for vocabulary in Vocabulary.allCases {
            let differences = story.differences(vocabulary, strictest: .ideal)
            let expected = ["lifecycle.lastEvent", "sentinel.lastEvent", "watchdog.lastRestart"]
            #expect(differences.allSatisfy { text in expected.contains { text.hasPrefix($0) } }, "\(differences)")
            let data = story.read(vocabulary).status(at: Generator.readingInstant, plan: MonitorPlan())
            #expect(data.watchdog.lastRestart.map { $0 < Generator.readingInstant } ?? true)
        }
    }

    @Test func tornRecords_areNotCountedBeyondTheTolerance() throws {
        let story = try Generator.make("interleaved", seed: "7", hours: "1")
        let tolerated = TruthValue(story.truth)["tornPairs"]
        for vocabulary in Vocabulary.allCases {
            let ideal = TruthValue(story.truth)["ideal"][vocabulary.rawValue]
            let data = story.read(vocabulary).status(at: Generator.readingInstant, plan: MonitorPlan())
            let found: [(ComponentKind, Int, Int)] = [
                (.sentinel, data.sentinel.facts.records, ideal["sentinel"]["records"].integer),
                (.watchdog, data.watchdog.facts.records, ideal["watchdog"]["records"].integer),
                (.selfcheck, data.selfcheck.facts.records, ideal["selfcheck"]["healthChecks"].integer),
                (.lifecycle, data.lifecycle.facts.records, ideal["lifecycle"]["records"].integer),
            ]
            for (kind, got, best) in found {
                #expect((best...best + tolerated[kind.rawValue].integer).contains(got), "\(kind) \(vocabulary)")
            }
        }
    }

    @Test func duplicatedLines_areCountedAsWritten() throws {
        let story = try Generator.make("duplicate_lines", seed: "7", hours: "1")
        for vocabulary in Vocabulary.allCases {
            let written = TruthValue(story.truth)["asWritten"][vocabulary.rawValue]
            let data = story.read(vocabulary).status(at: Generator.readingInstant, plan: MonitorPlan())
            #expect(data.sentinel.facts.records == written["sentinel"]["records"].integer)
            #expect(data.watchdog.restartCount == written["watchdog"]["restartsOk"].integer)
            #expect(data.selfcheck.healthChecks == written["selfcheck"]["healthChecks"].integer)
        }
    }
}

/// The two vocabularies that each story is written in.
enum Vocabulary: String, CaseIterable, Sendable {
    case daemon
    case monitor
}

/// Which truth a total may not fall below.
enum Truth: String {
    case ideal
    case strict
}

/// The generator of test logs, where it is at hand.
enum Generator {
    /// Damages that every total survives.
    ///
    /// Absent are those whose truth leaves a choice that Ghost takes otherwise: `duplicate_lines` are counted as
    /// written, `interleaved` may bring a few records too many, `future_clock` times are not believed, and
    /// `no_final_newline` records are awaited.
    static let variants = [
        "truncated_tail", "truncated_emoji", "crlf", "lone_cr", "bom", "invalid_utf8", "invalid_utf8_in_emoji",
        "nul_bytes",
        "huge_line", "huge_line_last", "missing_brackets", "no_timestamp", "wrong_dates", "other_zones", "emoji_vs",
        "duplicate_ts", "clock_back", "mojibake_macroman", "mojibake_latin1", "mojibake_partial", "ansi", "injection",
        "utf16", "empty",
        "blank", "missing", "directories", "symlink_loop", "fifo", "unknown_names", "old", "rotated", "rotated_gap",
    ]

    static let isAvailable = script != nil

    /// When the stories are read: some months after they happened.
    static let readingInstant = Timestamp.at("2026-01-01T00:00:00.000Z")

    private static let script: String? = {
        let path = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("../shared/testdata/genlogs.py").standardizedFileURL.path
        return FileManager.default.fileExists(atPath: path)
            && FileManager.default.fileExists(atPath: "/usr/bin/python3")
            ? path : nil
    }()

    static func make(_ variant: String, seed: String, hours: String) throws -> Story {
        let folder = try TemporaryFolder()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [script ?? "", "variant", variant, "--seed", seed, "--hours", hours, "--out", folder.path]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        let data = try Data(contentsOf: URL(fileURLWithPath: folder.path("truth.json")))
        let truth = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        return Story(folder: folder, truth: truth)
    }
}

/// Generated logs and what is true about them.
struct Story {
    let folder: TemporaryFolder
    let truth: [String: Any]

    /// The snapshot after reading the logs of one vocabulary, at an instant shortly after their end.
    func read(_ vocabulary: Vocabulary) -> OrchestrationSnapshot {
        var reader = ComponentLogReader(folder: folder.path(vocabulary.rawValue))
        // Small budgets, so that lines are cut at many places.
        while reader.read(upTo: 300_000, now: Generator.readingInstant) == .unfinished {}
        return reader.snapshot
    }

    /// What does not agree with the truth, in words.
    func differences(_ vocabulary: Vocabulary, strictest: Truth) -> [String] {
        let found = Self.totals(read(vocabulary), vocabulary)
        let ideal = expected(.ideal, vocabulary)
        let strict = expected(strictest, vocabulary)
        return ideal.keys.sorted().compactMap { key in
            let (got, best, least) = (found[key] ?? "absent", ideal[key] ?? "absent", strict[key] ?? "absent")
            if got == best || got == least { return nil }
            if let got = Int(got), let best = Int(best), let least = Int(least),
                (least...max(least, best)).contains(got)
            {
                return nil
            }
            return "\(key): got \(got), strict \(least), ideal \(best)"
        }
    }

    private func expected(_ kind: Truth, _ vocabulary: Vocabulary) -> [String: String] {
        let all = TruthValue(truth)[kind.rawValue][vocabulary.rawValue]
        var result: [String: String] = [:]
        let sentinel = all["sentinel"]
        for key in ["up", "down", "error"] { result["sentinel.\(key)"] = sentinel[key].text }
        result["sentinel.upNow"] = sentinel["upNow"].text
        result["sentinel.downNow"] = sentinel["downNow"].text
        result["sentinel.lastEvent"] = sentinel["lastRecord"].text
        for (name, daemon) in sentinel["perDaemon"].entries {
            result["sentinel.\(name).transitions"] = daemon["transitions"].text
        }
        let watchdog = all["watchdog"]
        result["watchdog.ok"] = watchdog["restartsOk"].text
        result["watchdog.failed"] = watchdog["restartsFailed"].text
        result["watchdog.refused"] = watchdog["ofWhichRefused"].text
        result["watchdog.lastRestart"] = watchdog["lastRestartOkByClock"].text
        for (name, daemon) in watchdog["perDaemon"].entries {
            result["watchdog.\(name).ok"] = daemon["ok"].text
            result["watchdog.\(name).failed"] = "\(daemon["failed"].integer + daemon["refused"].integer)"
        }
        let executor = all["executor"]
        result["executor.started"] = executor["tasksStarted"].text
        result["executor.completed"] = executor["tasksCompleted"].text
        result["executor.failed"] = executor["tasksFailed"].text
        for (phase, count) in executor["phases"].entries { result["executor.\(phase)"] = count.text }
        let selfcheck = all["selfcheck"]
        for key in ["healthChecks", "healthy", "warning", "critical"] {
            result["selfcheck.\(key)"] = selfcheck[key].text
        }
        result["selfcheck.last.status"] = selfcheck["last"]["status"].text
        result["selfcheck.last.healthy"] = selfcheck["last"]["healthy"].text
        let lifecycle = all["lifecycle"]
        for key in ["startupOrder", "managedNow", "managedEver"] { result["lifecycle.\(key)"] = lifecycle[key].text }
        result["lifecycle.lastEvent"] = lifecycle["lastRecord"].text
        for (kind, count) in lifecycle["byKind"].entries { result["lifecycle.\(kind)"] = count.text }
        return result
    }

    private static func totals(_ snapshot: OrchestrationSnapshot, _ vocabulary: Vocabulary) -> [String: String] {
        let now = snapshot.lookedAt ?? .test
        let data = snapshot.status(at: now, plan: MonitorPlan())
        func text(_ list: [String]) -> String { list.joined(separator: ",") }
        func text(_ time: Timestamp?) -> String { time?.description ?? "null" }
        var result: [String: String] = [
            "sentinel.up": "\(data.sentinel.observations.up)",
            "sentinel.down": "\(data.sentinel.observations.down)",
            "sentinel.error": "\(data.sentinel.observations.error)",
            "sentinel.upNow": text(data.sentinel.upNow),
            "sentinel.downNow": text(data.sentinel.downNow),
            "sentinel.lastEvent": text(data.sentinel.facts.lastEvent),
            "watchdog.ok": "\(data.watchdog.restartCount)",
            "watchdog.failed": "\(data.watchdog.failedCount)",
            "watchdog.refused": "\(data.watchdog.refusedCount)",
            "watchdog.lastRestart": text(data.watchdog.lastRestart),
            "executor.started": "\(data.executor.startedTasks)",
            "executor.completed": "\(data.executor.completedTasks)",
            "executor.failed": "\(data.executor.failedTasks)",
            "selfcheck.healthChecks": "\(data.selfcheck.healthChecks)",
            "selfcheck.healthy": "\(data.selfcheck.healthyChecks)",
            "selfcheck.warning": "\(data.selfcheck.warningChecks)",
            "selfcheck.critical": "\(data.selfcheck.criticalChecks)",
            "selfcheck.last.status": data.selfcheck.last?.status.rawValue ?? "null",
            "selfcheck.last.healthy": data.selfcheck.last?.healthy.map { "\($0)" } ?? "null",
            "lifecycle.startupOrder": text(data.lifecycle.startupOrder),
            "lifecycle.managedNow": text(data.lifecycle.managedNow),
            "lifecycle.managedEver": text(data.lifecycle.managedEver),
            "lifecycle.lastEvent": text(data.lifecycle.facts.lastEvent),
        ]
        for (name, daemon) in data.sentinel.daemons { result["sentinel.\(name).transitions"] = "\(daemon.transitions)" }
        for (name, counts) in data.watchdog.perDaemon {
            result["watchdog.\(name).ok"] = "\(counts.restartCount)"
            result["watchdog.\(name).failed"] = "\(counts.failedCount)"
        }
        for (phase, count) in data.executor.phases { result["executor.\(phase)"] = "\(count)" }
        let fold = snapshot.lifecycle.fold
        for (kind, name) in kindNames { result["lifecycle.\(name)"] = "\(fold.count(kind))" }
        return result
    }

    private static let kindNames: [(LifecycleRecord.Kind, String)] = [
        (.boot, "boot"), (.starting, "starting"), (.dependencyMissing, "dep"), (.started, "started"),
        (.startFailed, "start_failed"), (.startError, "start_error"), (.removed, "removed"),
        (.healthFailed, "health_failed"), (.attemptsExceeded, "max"), (.stopping, "stopping"), (.stopped, "stopped"),
        (.shutdown, "shutdown"), (.shutdownDone, "shutdown_done"), (.failed, "failed"),
    ]
}

/// A value of the truth file, however deep; absent parts read as null.
struct TruthValue {
    private let value: Any?

    init(_ value: Any?) {
        self.value = value
    }

    subscript(key: String) -> TruthValue { TruthValue((value as? [String: Any])?[key]) }

    var entries: [(String, TruthValue)] {
        (value as? [String: Any] ?? [:]).map { ($0.key, TruthValue($0.value)) }
    }

    var integer: Int { (value as? NSNumber)?.intValue ?? 0 }

    var text: String {
        switch value {
        case let list as [String]: list.joined(separator: ",")
        case let text as String: text
        case let number as NSNumber: number.stringValue
        default: "null"
        }
    }
}
