import GhostModel
import GhostSupervision
import Testing

@Suite struct RestartHistoryTests {
    private var now = MonotonicTime(nanoseconds: 0)
    private var history = RestartHistory()
    private let policy = RestartPolicy(backoff: Backoff(jitter: false))

    private mutating func die(
        _ quality: RestartHistory.Quality,
        after pause: Duration = .seconds(20),
        _ policy: RestartPolicy? = nil
    ) -> RestartHistory.Verdict {
        now = now + pause
        return history.died(.exited(1), after: quality, at: now, policy: policy ?? self.policy, random: 0)
    }

    @Test mutating func delaysDoubleUntilAGoodRunThenTheFirstRestartIsAtOnce() {
        #expect(die(.neverReady) == .restart(in: .milliseconds(500)))
        #expect(die(.short) == .restart(in: .seconds(1)))
        #expect(die(.neverReady) == .restart(in: .seconds(2)))
        #expect(die(.good) == .restart(in: .zero))
        #expect(die(.neverReady) == .restart(in: .milliseconds(500)))
    }

    @Test mutating func fiveDeathsWithinAMinuteAreACrashLoop() {
        for _ in 0..<4 { #expect(die(.short, after: .seconds(10)) != .enterCrashLoop(CrashLoop(), putOff: 1)) }
        #expect(die(.short, after: .seconds(10)) == .enterCrashLoop(CrashLoop(), putOff: 1))
        #expect(history.tempo == .crashLooping)
        #expect(die(.short, after: .seconds(300)) == .restart(in: .seconds(300)))
        #expect(history.ranWell() == .crashLooping)
        #expect(history.tempo == .steady)
    }

    @Test mutating func deathsFurtherApartAreNone() {
        for _ in 0..<20 { _ = die(.short, after: .seconds(16)) }
        #expect(history.tempo == .steady)
    }

    @Test mutating func theCrashLoopCanBeOff() {
        let off = RestartPolicy(backoff: Backoff(base: .zero), crashLoop: nil)
        for _ in 0..<100 { #expect(die(.neverReady, after: .zero, off) == .restart(in: .zero)) }
    }

    @Test mutating func spawnFailuresHaveTheirOwnScheduleAndAreNoDeaths() {
        var pauses: [Int64] = []
        for _ in 0..<10 { pauses.append(history.spawnFailed(at: now).wholeMilliseconds) }
        #expect(pauses == [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000])
        #expect(history.tempo == .steady)
        history.spawned()
        #expect(history.spawnFailed(at: now) == .milliseconds(100))
        #expect(die(.neverReady) == .restart(in: .milliseconds(500)))
    }

    @Test mutating func anOutageLastsFromTheFirstFailureToReadiness() {
        _ = die(.good)
        let began = now
        #expect(history.startTried() == 1)
        _ = die(.neverReady)
        #expect(history.startTried() == 2)
        #expect(history.startFailures == 1)
        #expect(history.outage?.began == began)
        #expect(history.becameReady()?.lastExit == .exited(1))
        #expect(history.becameReady() == nil)
        #expect(history.startTried() == nil)
    }
}
