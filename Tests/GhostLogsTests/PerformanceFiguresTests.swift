import GhostModel
import GhostTestSupport
import Testing

@testable import GhostLogs

/// What the component objects say about recent time and about how long things take.
struct PerformanceFiguresTests {
    private func status(
        watchdog: String = "",
        executor: String = "",
        sentinel: String = "",
        at instant: Timestamp = .test
    ) -> OrchestrationData {
        snapshot(watchdog: watchdog, executor: executor, sentinel: sentinel).status(at: instant, plan: MonitorPlan())
    }

    private func snapshot(watchdog: String = "", executor: String = "", sentinel: String = "") -> OrchestrationSnapshot
    {
        OrchestrationSnapshot(
            folded(SentinelFold.self, sentinel),
            folded(WatchdogFold.self, watchdog),
            folded(ExecutorFold.self, executor),
            SelfCheckFold(),
            LifecycleFold()
        )
    }

    @Test func durations_comeFromStartAndEnd() {
        // Stamps are a few seconds before the instant of the test.
        let text = """
            \(stamp(0)) executing task 1
            \(stamp(2)) executing task 2
            \(stamp(4)) ✅ task 1 completed
            \(stamp(5)) ❌ task 2 failed: exit 1
            \(stamp(6)) ✅ task 9 completed
            \(stamp(7)) ✅ task 8 completed duration=30ms

            """
        let executor = status(executor: text).executor
        // 30 ms, 3 s and 4 s; of the task that was never seen to start nothing is known.
        #expect(abs((executor.durationP50 ?? 0) - 3000) <= 94)
        #expect(abs((executor.durationP95 ?? 0) - 4000) <= 125)
        #expect(executor.recentStarted == RecentCount(minute: 1, hour: 2, day: 2))
        #expect(
            executor.recentCompleted == RecentCount(minute: 2, hour: 3, day: 3) || executor.recentCompleted.hour == 3
        )
        #expect(executor.recentFailed.hour == 1)
        #expect(executor.facts.recentErrors.hour == 1)
        // Counting began a minute ago: of the two minutes since then four tasks ended.
        #expect(executor.tasksPerMinute == 2)
        #expect(status().executor.durationP50 == nil)
        #expect(status().executor.tasksPerMinute == 0)
    }

    @Test func recovery_lastsFromTheFirstFailureToTheSuccess() {
        let text = """
            \(stamp(0)) ❌ api restart attempt 1 - exit 1
            \(stamp(3)) ❌ api restart attempt 2 - exit 1
            \(stamp(4)) ✅ db restart attempt 1
            \(stamp(10)) ✅ api restart attempt 3
            \(stamp(11)) ✅ api restart attempt 1 downtime=2s

            """
        let watchdog = status(watchdog: text).watchdog
        // 10 s, then 2 s; of db nothing is known but that it was restarted.
        #expect(watchdog.meanTimeToRecovery == 6000)
        #expect(watchdog.successRate == 0.6)
        #expect(watchdog.recentRestarts == RecentCount(minute: 3, hour: 3, day: 3))
        #expect(watchdog.recentFailures == RecentCount(minute: 1, hour: 2, day: 2))
        let later = status(watchdog: text, at: Timestamp.test.advanced(by: .seconds(7200))).watchdog
        #expect(later.recentRestarts == RecentCount(minute: 0, hour: 0, day: 3))
        #expect(later.restartCount == 3)
        #expect(status().watchdog.successRate == nil)
        #expect(status().watchdog.meanTimeToRecovery == nil)
    }

    @Test func recentCounts_areFieldsBesideTheTotals() throws {
        let data = status(
            watchdog: "\(stamp(30)) ✅ api restart attempt 1\n",
            executor: "\(stamp(30)) ✅ task 1 completed\n",
            sentinel: "\(stamp(30)) 🟢 api is running (PID: 1)\n\(stamp(31)) ❌ api NOT running\n"
        )
        let text = String(decoding: try JSONText.encode(StatusBody(data: data)), as: UTF8.self)
        for field in [
            #""restartCount":1,"restartCount1h":1,"restartCount1m":1,"restartCount24h":1"#,
            #""completedTasks":1,"completedTasks1h":1,"completedTasks1m":1,"completedTasks24h":1"#,
            #""observations1m":{"down":1,"error":0,"up":1}"#, #""errorCount24h":1"#, #""healthChecks24h":0"#,
            #""failedStarts1h":0"#, #""durationP50":null"#, #""meanTimeToRecovery":null"#, #""successRate":1"#,
            #""tasksPerMinute":1"#,
        ] {
            #expect(text.contains(field), "\(field)")
        }
    }

    /// Between two deadlines the answers are equal but for the times that are their own.
    @Test func nextDeadline_isNeverTooLate() {
        let snapshot = snapshot(
            watchdog: "\(stamp(0)) ❌ api restart attempt 1 - exit 1\n\(stamp(59)) ✅ api restart attempt 2\n",
            executor: "\(stamp(50)) executing task 1\n\(stamp(55)) ✅ task 1 completed\n",
            sentinel: "\(stamp(59)) 🟢 api is running (PID: 1)\n"
        )
        func answer(_ instant: Timestamp) -> OrchestrationData {
            var data = snapshot.status(at: instant, plan: MonitorPlan())
            data.timestamp = .test
            return data
        }
        var instant = Timestamp.test
        var changes = 0
        for _ in 0..<200 {
            guard let next = snapshot.nextDeadline(after: instant) else { break }
            #expect(next > instant)
            #expect(answer(next.advanced(by: .milliseconds(-1))) == answer(instant), "\(instant) to \(next)")
            if answer(next) != answer(instant) { changes += 1 }
            instant = next
        }
        // The sentinel and the executor fall silent in that time.
        #expect(answer(instant).sentinel.status == .unknown)
        #expect(changes > 50)
    }

    @Test func nothingRead_hasNoDeadline() {
        #expect(snapshot().nextDeadline(after: .test) == nil)
    }
}

/// What was read before is recognised as a whole: it must count exactly as if it were taken apart again.
struct KnownBodiesTests {
    @Test(arguments: 0..<12)
    func knownTexts_countAsUnknownOnes(seed: UInt64) throws {
        check(SentinelFold.self, seed)
        check(WatchdogFold.self, seed)
        check(LifecycleFold.self, seed)
        check(SelfCheckFold.self, seed)
        check(ExecutorFold.self, seed)
    }

    private func check<Fold: ComponentFold>(_ type: Fold.Type, _ seed: UInt64) {
        var log = RandomLog(seed: seed)
        // Few different ones, so that most come again; every other log is one of Windows.
        let pool = (0..<25).map { _ in log.line(Fold.kind) }
        let ends = ["", "", "", " ", "\u{1B}[0m", "m", "|", "\0"].map { $0 + (seed % 2 == 0 ? "\n" : "\r\n") }
        let lines = (0..<240).map { _ in
            pool[log.number(below: pool.count)].dropLast() + ends[log.number(below: ends.count)]
        }
        let bytes = Array(lines.joined().utf8)
        var together = Fold()
        together.add(bytes)
        var oneByOne = Fold()
        var stamps = StampReader()
        var splitter = LineSplitter()
        var context = LineContext(file: 0, generation: 1, readAt: .test)
        splitter.split(bytes.span) { line, start, _ in
            context.offset = start
            oneByOne.fold(line, &stamps, context)
        }
        #expect(together.saved() == oneByOne.saved(), "\(Fold.kind), seed \(seed)")
        #expect(together.facts == oneByOne.facts)
        #expect(together.ledger.news.newest?.offset == oneByOne.ledger.news.newest?.offset)
        #expect(together.ledger.news.cause == oneByOne.ledger.news.cause)
    }

    /// What stands around a task is known, whatever the task.
    @Test(arguments: [
        "executing task P1", "✅ task P1 completed", "❌ task P1 failed", "❌ task P1 failed: no disk",
        "IDLE | Patch: none | Daemons: 7", "PROCESSING | Patch: P1 | Daemons: 7",
        "ERROR | Patch: P1 | Daemons: 7 | Error: no", "ERROR | Patch: none | Daemons: 7 | Error: no",
    ])
    func words_aroundATaskAreFound(text: String) throws {
        func key(_ text: String) throws -> (text: String, tag: Int, task: String) {
            let bytes = Array((stamp() + " " + text).utf8)
            let found = TaskOpenings().key(of: bytes.span, 27..<bytes.count)
            let key = try #require(found)
            let task = TaskOpenings.task(in: key.detail)
            return (
                String(decoding: bytes[key.range], as: UTF8.self), key.tag, String(decoding: bytes[task], as: UTF8.self)
            )
        }
        let known = try key(text)
        #expect(text.contains(known.task + known.text))
        #expect(["P1", "none"].contains(known.task))
        let other = try key(text.replacing(known.task, with: "another-task-15"))
        #expect(other.text == known.text && other.task == "another-task-15")
        #expect((other.tag == known.tag) == (known.task == "P1"))
        for index in text.utf8.indices where index < text.firstRange(of: known.task)?.lowerBound ?? text.startIndex {
            var bytes = Array((stamp() + " " + text).utf8)
            bytes[27 + text.utf8.distance(from: text.startIndex, to: index)] ^= 0x01
            #expect(TaskOpenings().key(of: bytes.span, 27..<bytes.count)?.tag != known.tag, "\(index)")
        }
    }

    @Test(arguments: [
        "executing task ", "executing task 0123456789abcdef", "ERROR | Patch: x| Error: y", "task P1", "e",
    ])
    func words_withoutATaskToKnowAreRead(text: String) {
        let bytes = Array((stamp() + " " + text).utf8)
        #expect(TaskOpenings().key(of: bytes.span, 27..<bytes.count) == nil)
    }

    @Test func process_isTakenFromEachLine() {
        let pids = ["1", "22", "unknown", "1234567", "12345678", "0", "7"]
        for pid in pids {
            let text = (pids + [pid]).map { "\(stamp()) 🟢 summarySyncValidator is running (PID: \($0))\n" }.joined()
            let fold = folded(SentinelFold.self, text)
            #expect(fold.daemons.map(\.pid) == [Int32(pid)])
            #expect(fold.observations.up == pids.count + 1)
        }
    }

    /// A text that ends in a number in brackets is known without it; one that ends in the bracket is another one.
    @Test func numberThatWasLeftOut_isNotForgotten() {
        let lines = [
            "❌ summarySyncValidator NOT running (exit: ", "❌ summarySyncValidator NOT running (exit: 3)",
            "🟢 summarySyncValidator is running (PID: x) (5", "🟢 summarySyncValidator is running (PID: x) (5)",
            "🟢 summarySyncValidator is running (PID: x) (", "🟢 summarySyncValidator is running (PID: x) (6)",
        ]
        let fold = folded(SentinelFold.self, (lines + lines).map { "\(stamp()) \($0)\n" }.joined())
        #expect(fold.observations == SentinelState.Observations(up: 8, down: 4))
        #expect(fold.daemons.map(\.pid) == [nil])
    }

    @Test(arguments: [0, 1, 15, 16, 17, 31, 32, 33, 64, 95, 96, 97])
    func image_tellsEveryByteApart(length: Int) throws {
        let bytes = (0..<length + 16).map { UInt8($0 + 1) }
        let text = 16..<length + 16
        guard let image = BodyImage(bytes.span, text) else {
            #expect(length > 96)
            return
        }
        #expect(image == BodyImage(bytes.span, text))
        #expect(image != BodyImage(bytes.span, text, tag: 1))
        #expect(image != BodyImage())
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 0x40
            #expect((BodyImage(other.span, text) == image) == (index < 16), "byte \(index)")
        }
        let longer = bytes + [0]
        #expect(BodyImage(longer.span, text) == image)
        #expect(BodyImage(longer.span, 16..<length + 17) != image)
    }

    /// More texts than are remembered.
    @Test func memory_isBounded() {
        let text = (0..<600).map { "\(stamp()) ✅ d\($0 % 300) restart attempt 1\n" }.joined()
        let fold = folded(WatchdogFold.self, text)
        #expect(fold.daemons.count == 300)
        #expect(fold.daemons.allSatisfy { $0.restartCount == 2 })
    }
}
