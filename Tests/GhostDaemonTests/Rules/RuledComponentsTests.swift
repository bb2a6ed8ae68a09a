import GhostModel
import GhostStore
import GhostTestSupport
import Testing

@testable import GhostDaemon
@testable import GhostLogs

/// Components that people describe by rules, read together with the five.
struct RuledComponentsTests {
    private let folder: TemporaryFolder
    private let rules: RuleSet
    private let now: Timestamp

    init() throws {
        folder = try TemporaryFolder()
        now = try #require(Timestamp(rfc3339: "2026-11-22T16:04:00Z"))
        rules = try RuleLoader.load(
            text: """
                components:
                  restarts:
                    files: app/*.log
                    rules:
                      - when: restarted {name}
                        state: active
                        count: restarts
                """,
            file: "rules.yaml"
        )
    }

    private func line(_ second: Int, _ name: String) -> String {
        "2026-11-22T16:03:\(second < 10 ? "0" : "")\(second)Z INFO restarted \(name)\n"
    }

    private func reader(_ saved: SavedState? = nil) -> ComponentLogReader {
        guard let saved else { return ComponentLogReader(folder: folder.path, rules: rules) }
        return ComponentLogReader(folder: folder.path, rules: rules, resuming: saved)
    }

    private func read(_ reader: inout ComponentLogReader) -> OrchestrationData {
        while reader.read(now: now) == .unfinished {}
        return reader.snapshot.status(at: now, plan: MonitorPlan())
    }

    @Test func files_areFolded_andCounted() throws {
        try folder.write(line(30, "api"), to: "app/one.log")
        try folder.write(line(31, "db"), to: "app/two.log")
        var reader = reader()
        let data = read(&reader)
        #expect(data.rules.keys.sorted() == ["restarts"])
        #expect(data.rules["restarts"]?.counters["restarts"] == 2)
        // The five were never there, so that they are no part of this system.
        #expect(data.totalComponents == 1)
        #expect(data.reasons.allSatisfy { $0.component != "sentinel" })
    }

    @Test func withoutRules_theFiveAreCounted() {
        var reader = ComponentLogReader(folder: folder.path)
        let data = read(&reader)
        #expect(data.totalComponents == 5)
        #expect(data.rules.isEmpty)
    }

    @Test func afterARestart_eachLineIsCountedOnce() throws {
        try folder.write(line(30, "api"), to: "app/one.log")
        var first = reader()
        _ = read(&first)
        #expect(first.hasUncommitted)
        let change = try first.change()
        first.forgetChange()
        #expect(!first.hasUncommitted)
        let saved = SavedState(
            sequence: 1,
            folds: [],
            sources: [],
            positions: change.positions.saved,
            losses: [],
            lossesTotal: 0,
            ruleFolds: change.ruleFolds
        )
        try folder.write(line(30, "api") + line(31, "api"), to: "app/one.log")
        var second = reader(saved)
        #expect(read(&second).rules["restarts"]?.counters["restarts"] == 2)
    }

    /// A fold that cannot be gone on with must not stay without the lines that the positions say were read.
    @Test func whenAFoldCannotBeGoneOnWith_allFilesAreReadAnew() throws {
        try folder.write(line(30, "api"), to: "app/one.log")
        var first = reader()
        _ = read(&first)
        let change = try first.change()
        let saved = SavedState(
            sequence: 1,
            folds: [],
            sources: [],
            positions: change.positions.saved,
            losses: [],
            lossesTotal: 0,
            ruleFolds: [SavedRuleFold(component: "restarts", body: [1, 2, 3])]
        )
        var second = reader(saved)
        #expect(read(&second).rules["restarts"]?.counters["restarts"] == 1)
        #expect(second.rulesCountedAnew == ["restarts": .unreadable])
    }
}
