import GhostModel
import Testing

@testable import GhostLogs

struct SentinelFoldTests {
    @Test func observations_giveStatesAndTransitions() {
        let fold = folded(
            SentinelFold.self,
            """
            \(stamp(0)) 🟢 api is running (PID: 1)
            \(stamp(1)) 🟢 db is running (PID: 2)
            \(stamp(2)) ❌ api NOT running exit=1
            \(stamp(3)) 🟢 api is running (PID: 3)
            \(stamp(4)) ❌ db ERROR: cannot look

            """
        )
        #expect(fold.observations == SentinelState.Observations(up: 3, down: 1, error: 1))
        #expect(fold.names(in: .up) == ["api"])
        #expect(fold.names(in: .down) == ["db"])
        #expect(fold.daemons.map(\.transitions) == [2, 1])
        #expect(fold.daemons.map(\.pid) == [3, nil])
        #expect(fold.daemons[0].since == .at("2026-11-22T16:04:03.000Z"))
        #expect(fold.ledger.records == 5)
        #expect(fold.daemons[1].fault.text == "\(stamp(4)) ❌ db ERROR: cannot look")
    }

    /// The same text again, with fields behind it, says the same again.
    @Test func aLineThatComesAgain_keepsItsProcess() {
        let line = "🟢 api is running (PID: 7) ready=true run=api#1"
        let fold = folded(SentinelFold.self, (0..<3).map { "\(stamp($0)) \(line)\n" }.joined())
        #expect(fold.daemons.map(\.pid) == [7])
        #expect(fold.observations.up == 3)
    }

    @Test func drift_isThatOfTheProcess_untilItIsSaidAnew() throws {
        let up = "🟢 api is running (PID: 7) ready=true run=api#1"
        let steps = [
            (up, []),
            ("\(up) drift=program,port found=port evidence=\"drift=none\"", ["program", "port"]),
            (up, ["program", "port"]),
            ("\(up) drift=port cleared=program", ["port"]),
            ("❌ api NOT running exit=1 run=api#1", []),
            ("🟢 api is running (PID: 8) ready=true run=api#2", []),
            ("🟢 api is running (PID: 8) ready=true run=api#2 drift=memory|x,<b>,user", ["user"]),
            ("🟢 api is running (PID: 8) ready=true run=api#2 drift=none cleared=user", []),
        ]
        var text = ""
        for (index, step) in steps.enumerated() {
            text += "\(stamp(index)) \(step.0)\n"
            let fold = folded(SentinelFold.self, text)
            #expect(fold.daemons.first?.drift == step.1, "\(step.0)")
            let again = try SentinelFold(saved: fold.saved())
            #expect(again.daemons.first?.drift == step.1, "and so after it was saved")
        }
    }

    @Test func askedForStop_isNoFault() {
        let fold = folded(SentinelFold.self, "\(stamp()) ❌ job NOT running want=down exit=0 run=job#1\n")
        #expect(fold.names(in: .down).isEmpty)
        #expect(fold.names(in: .stopped) == ["job"])
        #expect(fold.recentErrors.texts.isEmpty)
        #expect(fold.observations.down == 1)
        #expect(fold.ledger.errors.groups(files: [""]).isEmpty)
    }

    @Test func recentErrors_areTheNewestThree() {
        let lines = (0..<5).map { "\(stamp($0)) ❌ d\($0) NOT running" }
        let fold = folded(SentinelFold.self, lines.joined(separator: "\n") + "\n")
        #expect(fold.recentErrors.texts == [lines[4], lines[3], lines[2]])
    }

    @Test func watchedSet_forgetsOthers() {
        let text = """
            \(stamp(0)) 🟢 old is running (PID: 1)
            \(stamp(1)) ❌ api NOT running
            \(stamp(2)) heartbeat every=60s watching="api,db"

            """
        let fold = folded(SentinelFold.self, text)
        #expect(fold.names.names == ["api"])
        #expect(fold.names(in: .down) == ["api"])
        // A name that is seen again after it was forgotten is forgotten by the next heartbeat too.
        let again = folded(
            SentinelFold.self,
            text + "\(stamp(3)) 🟢 old is running (PID: 1)\n\(stamp(4)) heartbeat every=60s watching=\"api,db\"\n"
        )
        #expect(again.names.names == ["api"])
        #expect(again.observations.up == 2)
        #expect(folded(SentinelFold.self, text + "\(stamp(5)) heartbeat every=60s watching=\"\"\n").names.names.isEmpty)
    }

    @Test func names_areBoundedAndTheRestIsCounted() {
        let text = (0..<NameTable.capacity + 7).map { "\(stamp()) 🟢 d\($0) is running (PID: 1)\n" }.joined()
        let fold = folded(SentinelFold.self, text)
        #expect(fold.daemons.count == NameTable.capacity)
        #expect(fold.ledger.namesOverflow == 7)
        #expect(fold.observations.up == NameTable.capacity + 7)
    }
}

struct WatchdogFoldTests {
    @Test func attempts_areCountedPerDaemonAndByTheClock() {
        let fold = folded(
            WatchdogFold.self,
            """
            \(stamp(9)) ✅ api restart attempt 1
            \(stamp(3)) ✅ api restart attempt 1
            \(stamp(4)) ❌ db restart attempt 1 - Command failed
                at load (node:internal/300)

            \(stamp(5)) ❌ db restart attempt 4 - Max restart attempts exceeded

            """
        )
        #expect((fold.restarts, fold.failures, fold.refusals) == (2, 2, 1))
        #expect(fold.lastRestart == .at("2026-11-22T16:04:09.000Z"))
        #expect(fold.names.names == ["api", "db"])
        #expect(fold.daemons[0].lastAttempt == .at("2026-11-22T16:04:09.000Z"))
        #expect(fold.daemons[1].failedCount == 2)
        #expect(fold.ledger.damagedLines == 0)
    }

    @Test func crashLoop_endsWithASuccess() {
        let loop = "\(stamp(1)) ❌ api restart attempt 6 - crash loop: 5 deaths within 1m crash_loop=true retry=5m\n"
        #expect(folded(WatchdogFold.self, loop).daemons.map(\.crashLooping) == [true])
        let after = folded(WatchdogFold.self, loop + "\(stamp(2)) ✅ api restart attempt 7 exit=1\n")
        #expect(after.daemons.map(\.crashLooping) == [false])
    }

    @Test func futureTime_countsButIsNotBelieved() {
        let fold = folded(
            WatchdogFold.self,
            """
            \(stamp(1)) ✅ api restart attempt 1
            [2026-11-22T16:09:59.000Z] ✅ api restart attempt 1
            [2026-11-22T16:10:00.001Z] ✅ api restart attempt 1
            [1970-01-01T00:00:00.000Z] ✅ api restart attempt 1

            """
        )
        #expect(fold.restarts == 4)
        #expect(fold.lastRestart == .at("2026-11-22T16:09:59.000Z"))
        #expect(fold.ledger.firstEvent == .at("2026-11-22T16:04:01.000Z"))
    }
}

struct ExecutorFoldTests {
    @Test func daemonVocabulary_countsTasksAtTheirEnd() {
        let rest = "| Sentinel: 🟢 | Watchdog: 🟢 | Daemons: 7"
        let fold = folded(
            ExecutorFold.self,
            """
            \(stamp(0)) IDLE | Patch: none \(rest)
            \(stamp(1)) PROCESSING | Patch: P1 \(rest)
            \(stamp(2)) ERROR | Patch: P2 \(rest) | Error: Patch processing failed
            \(stamp(3)) COORDINATING | Patch: none \(rest) | Error: Insufficient daemons

            """
        )
        #expect((fold.started, fold.completed, fold.failed, fold.activeTasks) == (2, 1, 1, 0))
        #expect(fold.phase == .coordinating)
        #expect(fold.phases == ExecutorFold.PhaseCounts(idle: 1, processing: 1, coordinating: 1, error: 1))
    }

    @Test func monitorVocabulary_pairsStartsWithEnds() {
        var text = "\(stamp(0)) executing task 1\n\(stamp(1)) executing task a-task-with-a-long-name\n"
        #expect(folded(ExecutorFold.self, text).activeTasks == 2)
        text += "\(stamp(2)) ✅ task 1 completed exit=0\n"
        #expect(folded(ExecutorFold.self, text).activeTasks == 1)
        text += "\(stamp(3)) ❌ task a-task-with-a-long-name failed: exit 3\n"
        let fold = folded(ExecutorFold.self, text)
        #expect((fold.started, fold.completed, fold.failed, fold.activeTasks) == (2, 1, 1, 0))
    }

    @Test func idleAndBoot_closeOpenTasks() {
        let open = "\(stamp(0)) executing task 1\n\(stamp(9)) executing task 2\n"
        #expect(folded(ExecutorFold.self, open + "\(stamp(10)) idle\n").activeTasks == 0)
        var fold = folded(ExecutorFold.self, open)
        fold.note(boot: .at("2026-11-22T16:04:05.000Z"))
        #expect(fold.activeTasks == 1)
    }

    @Test func openTasks_areBounded() {
        let count = ExecutorFold.openTaskCapacity + 3
        let text = (0..<count).map { "\(stamp()) executing task \($0)\n" }.joined()
        let fold = folded(ExecutorFold.self, text)
        #expect(fold.activeTasks == ExecutorFold.openTaskCapacity)
        #expect(fold.ledger.namesOverflow == 3)
        #expect(fold.started == count)
    }
}

struct SelfCheckFoldTests {
    @Test func checks_areCountedByVerdict() {
        let fold = folded(
            SelfCheckFold.self,
            """
            \(stamp(0)) 🟢 SYSTEM HEALTHY | Total: 10 | Healthy: 9 | Warning: 0 | Critical: 0
            \(stamp(60)) 🟡 health check: warning (3/4) warning=1 critical=0 failing="disk: 85% used"
            \(stamp(30)) 🔴 health check: critical (2/4)

            """
        )
        #expect((fold.healthy, fold.warning, fold.critical) == (1, 1, 1))
        #expect(fold.lastTime == .at("2026-11-22T16:05:00.000Z"))
        #expect(fold.last == SelfCheckState.LastCheck(status: .critical, healthy: 2, warning: nil, critical: nil))
    }
}

struct LifecycleFoldTests {
    @Test func daemons_areManagedFromStartToEnd() {
        let text = """
            Startup order: [db, api, web] at=2026-11-22T16:04:00.000Z pid=4242
            \(stamp(1)) Starting daemon: db (attempt 1) run=db#1
            \(stamp(2)) managing db (attempt 1) pid=7 run=db#1
            \(stamp(3)) ✅ Daemon started successfully: api
            \(stamp(4)) managing web (attempt 1)
            \(stamp(5)) 🔄 Daemon health check failed: api, attempting restart exit=signal:9
            \(stamp(6)) ❌ web failed reason="exit 1"
            \(stamp(7)) Cannot start x: dependency y not running

            """
        let fold = folded(LifecycleFold.self, text)
        #expect(fold.startupOrder == ["db", "api", "web"])
        #expect(fold.managedNow == ["db"])
        #expect(fold.managedEver == ["api", "db", "web"])
        #expect((fold.count(.started), fold.failedStarts, fold.managedCount) == (3, 1, 1))
        #expect(fold.lastBoot == .at("2026-11-22T16:04:00.000Z"))
        let booted = folded(
            LifecycleFold.self,
            text + "\(stamp(8)) 🚀 Lifecycle governor started. Startup queue: a, b\n"
        )
        #expect(booted.startupOrder == ["a", "b"])
        #expect(booted.managedNow.isEmpty)
        #expect(booted.managedEver == ["api", "db", "web"])
        let released = folded(LifecycleFold.self, text + "\(stamp(8)) released db exit=0 run=db#1\n")
        #expect(released.managedNow.isEmpty)
    }

    /// A Ghost that took 300 daemons over told of 300 starts.
    @Test func whatIsTakenOver_isManagedAndNoStart() {
        let text = """
            \(stamp(1)) managing api (attempt 1) pid=7 run=api#1
            Startup order: [api] at=2026-11-22T16:04:02.000Z pid=4243
            \(stamp(3)) managing api (attempt 1) pid=7 run=api#1 adopted=true

            """
        let fold = folded(LifecycleFold.self, text)
        #expect(fold.managedNow == ["api"])
        #expect((fold.count(.started), fold.count(.adopted), fold.managedCount) == (1, 1, 1))
    }
}

struct ErrorLedgerTests {
    @Test(arguments: [
        ("connect ECONNREFUSED 127.0.0.1:5432", "connect ECONNREFUSED #:#"),
        ("exit 3 after 12 ms", "exit # after # ms"),
        ("Command failed: cd /srv/runner && node shell/api.ts", "Command failed: cd <path> && node <path>"),
        ("id 550e8400-e29b-41d4-a716-446655440000 lost", "id # lost"),
        ("commit deadbeefcafe1234 failed", "commit # failed"),
        ("worker12 died", "worker# died"),
        ("facade added", "facade added"),
        ("a\u{1B}[31mb\tc", "a [#mb c"),
    ])
    func message_losesWhatDiffersEachTime(text: String, expected: String) {
        var message: [UInt8] = []
        let bytes = Array(text.utf8)
        MessageNormaliser.append(bytes.span, 0..<bytes.count, to: &message, longest: ErrorLedger.longestMessage)
        #expect(String(decoding: message, as: UTF8.self) == expected)
    }

    @Test func likeErrors_areOneGroup() {
        let fold = folded(
            WatchdogFold.self,
            """
            \(stamp(1)) ❌ api restart attempt 1 - exit 3 after 12 ms
            \(stamp(5)) ❌ db restart attempt 1 - exit 1
            \(stamp(9)) ❌ api restart attempt 2 - exit 4 after 7 ms run=api#4

            """
        )
        let groups = fold.ledger.errors.groups(files: ["watchdog-restarts.log"])
        #expect(groups.map(\.message) == ["api restart failed: exit # after # ms", "db restart failed: exit #"])
        #expect(groups.map(\.count) == [2, 1])
        #expect(groups[0].firstSeen == .at("2026-11-22T16:04:01.000Z"))
        #expect(groups[0].lastSeen == .at("2026-11-22T16:04:09.000Z"))
        let before =
            "\(stamp(1)) ❌ api restart attempt 1 - exit 3 after 12 ms\n\(stamp(5)) ❌ db restart attempt 1 - exit 1\n"
        #expect(groups[0].position.offset == Int64(before.utf8.count))
        #expect(groups[0].position.file == "watchdog-restarts.log")
    }

    @Test func groups_areBoundedAndTheQuietestGoes() {
        let names: [String] = (0..<ErrorLedger.capacity + 5).map { "d\($0)" }
        let text = names.map { "\(stamp()) ❌ \($0) NOT running\n" }.joined()
        let errors = folded(SentinelFold.self, text).ledger.errors
        let groups = errors.groups(files: [""])
        let expected = names.suffix(ErrorLedger.capacity).reversed().map { "\($0) NOT running" }
        #expect(groups.map(\.message) == expected)
        #expect(errors.evictedGroups == 5)
    }

    @Test func damagedLine_isAnErrorOfItsOwn() {
        let fold = folded(SentinelFold.self, "\(stamp()) ⚠️ advisory only\n")
        #expect(fold.ledger.damagedLines == 1)
        #expect(fold.ledger.errors.groups(files: [""]).map(\.category) == [.parse])
    }
}
