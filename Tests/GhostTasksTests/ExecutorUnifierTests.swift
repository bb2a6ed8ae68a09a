import GhostModel
import GhostTestSupport
import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import GhostTasks

struct ExecutorUnifierTests {
    /// Answers by what the script says, and remembers the order.
    private final class ScriptedRunner: TaskRunner {
        let ran = Mutex<[String]>([])
        /// Whether scripts that wait go on.
        let isReleased = Mutex(false)

        func run(script: String, output: String) async -> TaskResult {
            ran.withLock { $0.append(String(script.split(separator: "/").last ?? "")) }
            if TemporaryFolder.text(of: script) == "wait" {
                while !isReleased.withLock({ $0 }) { await Task.yield() }
            }
            return switch TemporaryFolder.text(of: script) {
            case "fail": .exited(.exited(3))
            case "kill": .exited(.signaled(9))
            case "lost": .notStarted("no shell")
            default: .exited(.exited(0))
            }
        }
    }

    private final class RecordedLog: ComponentLogSink {
        let lines = Mutex<[ComponentLine]>([])
        func write(_ line: ComponentLine) { lines.withLock { $0.append(line) } }
        var texts: [String] { lines.withLock { $0.map(\.text) } }
    }

    private let folder: TemporaryFolder
    private let runner = ScriptedRunner()
    private let log = RecordedLog()

    init() throws { folder = try TemporaryFolder() }

    private func withExecutor(_ body: () async throws -> Void) async throws {
        try await withExecutor { _ in try await body() }
    }

    private func withExecutor(_ body: (ExecutorUnifier) async throws -> Void) async throws {
        let executor = ExecutorUnifier(
            inbox: folder.path("inbox"),
            counter: folder.path("next-task"),
            outputs: folder.path("outputs"),
            runner: runner,
            log: log,
            monotonic: { MonotonicTime(nanoseconds: 0) },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await executor.run() }
            try await body(executor)
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    @Test func scripts_runOnceEachAndAreReported() async throws {
        try folder.write("good", to: "inbox/a")
        try folder.write("fail", to: "inbox/b")
        try await withExecutor {
            try await eventually("both are reported") {
                log.texts.contains { $0.hasSuffix("completed") } && log.texts.contains { $0.hasPrefix("❌ task") }
            }
        }
        #expect(
            Set(runner.ran.withLock { $0 }) == ["1-a", "2-b"] || Set(runner.ran.withLock { $0 }) == ["2-a", "1-b"]
        )
        #expect(log.texts.contains { $0.hasPrefix("✅ task") && $0.hasSuffix("completed") })
        #expect(log.texts.contains { $0.hasPrefix("❌ task") && $0.hasSuffix("failed: exit 3") })
        #expect(folder.read("next-task") == "3\n")
    }

    @Test func ids_areNeverReused_evenWhenTheCounterIsLost() async throws {
        try folder.write("old", to: "inbox/.done/41-old")
        try folder.write("good", to: "inbox/new")
        try await withExecutor {
            try await eventually("it ran") { runner.ran.withLock { $0 == ["42-new"] } }
        }
    }

    @Test func aTaskThatWasRunningWhenGhostEnded_isReportedAndNotRunAgain() async throws {
        try folder.write("good", to: "inbox/.running/7-half")
        try await withExecutor {
            try await eventually("it is put away") { folder.read("inbox/.failed/7-half") != nil }
        }
        #expect(log.texts.contains("❌ task 7 failed: interrupted, Ghost ended while it ran"))
        #expect(runner.ran.withLock { $0.isEmpty })
    }

    @Test func whoeverIsToRest_endsItsTaskAndTakesNoOther() async throws {
        try folder.write("wait", to: "inbox/a")
        try await withExecutor { executor in
            try await eventually("it runs") { runner.ran.withLock { $0 == ["1-a"] } }
            #expect(await executor.rest(within: .zero) == "a")
            try folder.write("good", to: "inbox/b")
            runner.isReleased.withLock { $0 = true }
            #expect(await executor.rest(within: .seconds(120)) == nil)
            #expect(log.texts.contains("✅ task 1 completed"), "\(log.texts)")
        }
        #expect(runner.ran.withLock { $0 == ["1-a"] })
        #expect(folder.read("inbox/b") != nil, "it waits for the next Ghost")
    }

    @Test func aScriptThatCannotStart_saysWhy() async throws {
        try folder.write("lost", to: "inbox/a")
        try await withExecutor {
            try await eventually("it is reported") { log.texts.contains("❌ task 1 failed: no shell") }
        }
    }
}
