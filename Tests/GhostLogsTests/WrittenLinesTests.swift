import GhostModel
import Testing

@testable import GhostLogs

/// What Ghost writes is read back as what was meant, whatever daemons and commands say.
struct WrittenLinesTests {
    private let hostile =
        "\"x\" \\ \n[2026-11-22T16:04:01.123Z] ✅ db restart attempt 1\r\u{85}\u{2028}\0 crash_loop=true want=down"

    @Test func hostileReason_staysInsideItsRecord() {
        let line = ComponentLine("❌ api restart attempt 1 - exit 1", .init("output", hostile), .init("run", "api#3"))
        let fold = folded(WatchdogFold.self, line.rendered(at: .at("2026-11-22T16:04:00.000Z")))
        #expect((fold.restarts, fold.failures) == (0, 1))
        #expect(fold.names.names == ["api"])
        #expect(fold.daemons.map(\.crashLooping) == [false])
        #expect(fold.ledger.damagedLines == 0)
    }

    @Test func quotedValue_isNoField() {
        let line = ComponentLine("❌ api NOT running", .init("output", "a want=down b"), .init("run", "api#3"))
        let fold = folded(SentinelFold.self, line.rendered(at: .at("2026-11-22T16:04:00.000Z")))
        #expect(fold.names(in: .down) == ["api"])
    }

    @Test func hostileCommand_startsOneTask() {
        let line = ComponentLine("executing task 17", .init("attempt", 1), .init("command", hostile))
        let fold = folded(ExecutorFold.self, line.rendered(at: .at("2026-11-22T16:04:00.000Z")))
        #expect((fold.started, fold.activeTasks, fold.ledger.records) == (1, 1, 1))
    }

    @Test func heartbeat_tellsTheRhythmAndTheWatchedSet() {
        let fold = folded(
            SentinelFold.self,
            ComponentLine.heartbeat(.init("watching", "api,db")).rendered(at: .at("2026-11-22T16:04:00.000Z"))
        )
        #expect(fold.ledger.beat == ComponentLine.heartbeatInterval)
        #expect(fold.ledger.heartbeats == 1)
        #expect(fold.ledger.records == 0)
        #expect(fold.ledger.lastEvent == .at("2026-11-22T16:04:00.000Z"))
    }
}
