import GhostModel
import Testing

@testable import GhostLogs

struct CommitPacerTests {
    private func at(_ milliseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: milliseconds * 1_000_000) }

    @Test func firstChange_isCommittedAtOnce() {
        let pacer = CommitPacer()
        #expect(pacer.decide(bytes: 1, now: at(0)) == .commit)
    }

    @Test func changesUnderLoad_areGrouped() {
        var pacer = CommitPacer()
        pacer.succeeded(at: at(100))
        #expect(pacer.decide(bytes: 1, now: at(100)) == .wait(.milliseconds(5)))
        #expect(pacer.decide(bytes: 1, now: at(104)) == .wait(.milliseconds(1)))
        #expect(pacer.decide(bytes: 1, now: at(105)) == .commit)
        #expect(pacer.decide(bytes: 1, now: at(60_000)) == .commit)
        #expect(pacer.decide(bytes: CommitPacer.longestGroupBytes - 1, now: at(101)) == .wait(.milliseconds(4)))
        #expect(pacer.decide(bytes: CommitPacer.longestGroupBytes, now: at(101)) == .commit)
    }

    @Test func failures_areTriedAgainAfterGrowingPauses() {
        var pacer = CommitPacer()
        var now: Int64 = 0
        for expected: Int64 in [100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000] {
            pacer.failed(at: at(now))
            #expect(pacer.isFailing)
            #expect(pacer.decide(bytes: .max, now: at(now)) == .wait(.milliseconds(expected)))
            now += expected
            #expect(pacer.decide(bytes: 0, now: at(now)) == .commit)
        }
        pacer.succeeded(at: at(now))
        #expect(!pacer.isFailing)
        pacer.failed(at: at(now))
        #expect(pacer.decide(bytes: 0, now: at(now)) == .wait(CommitPacer.firstRetry))
    }
}
