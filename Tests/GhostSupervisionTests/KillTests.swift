import GhostModel
import GhostTestSupport
import Testing

@testable import GhostSupervision

/// A Ghost may be killed between any two steps, and everything is told and counted once.
@Suite struct KillTests {
    @Test(arguments: RandomRuns.seeds(usually: 40))
    func whateverInstantGhostIsKilledAt_everythingIsToldOnce(seed: Int) throws {
        var world = try KilledWorld(seed: UInt64(seed))
        var random = SeededRandom(seed: UInt64(seed) &+ 7)
        for _ in 0..<Int.random(in: 1...12, using: &random) {
            try world.live(steps: Int.random(in: 1...90, using: &random))
        }
        try world.liveOn()
        #expect(world.faults == [])
    }

    @Test func whatIsToldOfARunIsReadFromItsLines() throws {
        let rows: [(ComponentKind, SupervisionEvent, ToldLine.Fact?, String)] = [
            (.lifecycle, .starting(run("a", 2), attempt: 1), .starting, "a#2"),
            (.lifecycle, .started(run("a", 2), pid: 5, attempt: 1, needs: [], readyBy: .probe), nil, ""),
            (.lifecycle, end(.asked, .ready), .ended, "a#2"),
            (.lifecycle, end(.restart(in: .zero), .ready), .endedReady, "a#2"),
            (.lifecycle, end(.restart(in: .zero), .started), .ended, "a#2"),
            (.lifecycle, spawnFailure, .ended, "a#2"),
            (.lifecycle, .stopping(run("a", 2), .term, grace: .seconds(1)), nil, ""),
            (.sentinel, end(.asked, .ready), .ended, "a#2"),
            (.sentinel, end(.restart(in: .zero), .started), .ended, "a#2"),
            (.sentinel, spawnFailure, .ended, "a#2"),
            (.sentinel, .ready(run("a", 2), pid: 5), .ready, "a#2"),
            (.sentinel, .unready(run("a", 2), pid: 5, reason: "no"), nil, ""),
            (.sentinel, .blocked(name("a"), by: need("b"), because: "b is down run=a#9"), nil, ""),
            (.watchdog, end(.restart(in: .zero), .started), .failedAttempt, "a#2"),
            (.watchdog, spawnFailure, .failedAttempt, "a#2"),
            (
                .watchdog, .recovered(run("a", 2), attempt: 3, lastExit: .exited(1), downtime: .seconds(2)),
                .recovered, "a#2"
            ),
            (.watchdog, .crashLoopBegan(run("a", 2), attempt: 3, CrashLoop()), .crashLoop, "a#2"),
        ]
        for (log, event, fact, subject) in rows {
            let moment = Moment(monotonic: MonotonicTime(nanoseconds: 1), wall: Timestamp(milliseconds: 5))
            var governor = GovernorLog()
            var sentinel = SentinelLog(watching: [name("a")])
            var watchdog = WatchdogLog()
            let lines =
                switch log {
                case .lifecycle: governor.lines(for: event, at: moment)
                case .sentinel: sentinel.lines(for: event, at: moment)
                default: watchdog.lines(for: event, at: moment)
                }
            let line = try #require(lines.first, "\(event)").rendered(at: moment.wall)
            let told = ToldLine(line.dropLast(), in: log)
            #expect(told == fact.map { ToldLine(log: log, fact: $0, subject: subject) }, "\(line)")
        }
    }

    private func end(_ next: RunEnd.Next, _ reached: RunEnd.Reached) -> SupervisionEvent {
        var end = RunEnd(run: run("a", 2), exit: .exited(3), reached: reached, next: next, restart: 4)
        // Free text may say anything.
        end.failedProbe = .init(role: .ready, reason: #"said "no" run=a#7 \"#)
        return .ended(end)
    }

    private var spawnFailure: SupervisionEvent {
        .spawnFailed(run("a", 2), restart: 1, reason: #"x="1" run=b#3"#, retryIn: nil)
    }

    @Test func whatHadAProcess_isNoFailedStart() {
        var standing = StandingLines()
        let lines = [
            "❌ a failed reason=\"exit 1 before it was ready\" run=a#2", "❌ a failed reason=EAGAIN run=a#3",
            "❌ b failed reason=old run=b#4",
        ]
        standing.read(Array(lines[..<2].map { "[x] \($0)\n" }.joined().utf8), of: .lifecycle, .sinceMark)
        standing.read(Array("[x] \(lines[2])\n".utf8), of: .lifecycle, .tail)
        standing.read(Array("[x] ❌ a NOT running exit=1 run=a#2\n".utf8), of: .sentinel, .sinceMark)
        #expect(standing.failures.map(\.run) == [run("a", 3)])
        #expect(standing.failures.map(\.reason) == ["EAGAIN"])
    }

    @Test func aLineStandsOnce_andACutOneDoesNot() {
        let moment = Moment(monotonic: MonotonicTime(nanoseconds: 1), wall: Timestamp(milliseconds: 5))
        var watchdog = WatchdogLog()
        let event = SupervisionEvent.recovered(run("a", 2), attempt: 3, lastExit: nil, downtime: .zero)
        let line = watchdog.lines(for: event, at: moment)[0]
        let bytes = Array(line.rendered(at: moment.wall).utf8)
        var standing = StandingLines()
        standing.read(Array(bytes.dropLast()), of: .watchdog, .sinceMark)
        #expect(standing.isEmpty)
        standing.read(bytes, of: .watchdog, .sinceMark)
        #expect(standing.evidence(of: run("a", 2)).reached == .ready)
        #expect(standing.evidence(of: run("a", 3)).reached == .unknown)
        let answers = [standing.take(line, of: .sentinel), standing.take(line, of: .watchdog)]
        #expect(answers + [standing.take(line, of: .watchdog)] == [false, true, false])
    }
}
