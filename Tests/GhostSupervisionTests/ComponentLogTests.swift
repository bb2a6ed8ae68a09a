import GhostModel
import GhostSupervision
import Testing

@Suite struct ComponentLogTests {
    private static let moment = Moment(
        monotonic: MonotonicTime(nanoseconds: 0),
        wall: Timestamp(milliseconds: 1_795_363_441_123)
    )
    private static let stamp = "[2026-11-22T16:04:01.123Z] "

    /// One event and the text that each component writes about it, without the stamp.
    struct Case: Sendable, CustomTestStringConvertible {
        var event: SupervisionEvent
        var governor: [String] = []
        var sentinel: [String] = []
        var watchdog: [String] = []

        var testDescription: String { event.description }
    }

    private static func end(
        _ exit: GhostModel.ExitStatus,
        _ reached: RunEnd.Reached,
        _ next: RunEnd.Next,
        restart: Int? = nil
    ) -> SupervisionEvent {
        .ended(RunEnd(run: run("api", 3), exit: exit, reached: reached, next: next, restart: restart))
    }

    static let cases: [Case] = [
        Case(
            event: .blocked(name("api"), by: need("db"), because: "db is in backoff (exit 1)"),
            governor: ["Cannot start api: dependency db not running needs=ready"],
            sentinel: ["❌ api NOT running reason=\"needs db ready, but db is in backoff (exit 1)\""]
        ),
        Case(
            event: .drifted(
                run("api", 3),
                pid: 7,
                DriftFinding(kind: .port, evidence: "port 80 is held by x (PID 9)", since: Timestamp(milliseconds: 0)),
                .alert,
                all: [.program, .port]
            ),
            sentinel: [
                "🟢 api is running (PID: 7) ready=true run=api#3 drift=program,port found=port "
                    + "evidence=\"port 80 is held by x (PID 9)\""
            ]
        ),
        Case(
            event: .driftOver(run("api", 3), pid: 7, .port, all: []),
            sentinel: ["🟢 api is running (PID: 7) ready=true run=api#3 drift=none cleared=port"]
        ),
        Case(
            event: .clockJumped(by: .seconds(-3600)),
            sentinel: ["heartbeat every=60s watching=\"\" clock_jump=-3600000ms"]
        ),
        Case(
            event: .starting(run("api", 3), attempt: 2),
            governor: ["Starting daemon: api (attempt 2) run=api#3"]
        ),
        Case(
            event: .started(run("api", 3), pid: 4243, attempt: 1, needs: [name("db")], readyBy: .running),
            governor: ["managing api (attempt 1) pid=4243 run=api#3 needs=db"]
        ),
        Case(
            event: .started(run("api", 3), pid: 4243, attempt: 1, needs: [name("db"), name("mq")], readyBy: .probe),
            governor: ["managing api (attempt 1) pid=4243 run=api#3 needs=db,mq"],
            sentinel: ["🟢 api is running (PID: 4243) ready=false run=api#3"]
        ),
        Case(
            event: .started(run("api", 3), pid: 4243, attempt: 1, needs: [], readyBy: .ending),
            governor: ["managing api (attempt 1) pid=4243 run=api#3"],
            sentinel: ["🟢 api is running (PID: 4243) ready=false run=api#3"]
        ),
        Case(
            event: .ready(run("api", 3), pid: 4243),
            sentinel: ["🟢 api is running (PID: 4243) ready=true run=api#3"]
        ),
        Case(
            event: .unready(run("api", 3), pid: 4243, reason: "refused"),
            sentinel: ["🟢 api is running (PID: 4243) ready=false run=api#3"]
        ),
        Case(
            event: .recovered(run("api", 4), attempt: 1, lastExit: .signaled(9), downtime: .milliseconds(12)),
            watchdog: ["✅ api restart attempt 1 exit=signal:9 downtime=12ms run=api#4"]
        ),
        Case(
            event: .recovered(run("api", 4), attempt: 2, lastExit: nil, downtime: .seconds(3)),
            watchdog: ["✅ api restart attempt 2 downtime=3s run=api#4"]
        ),
        Case(
            event: .spawnFailed(run("api", 3), restart: nil, reason: "no such file", retryIn: .seconds(1)),
            governor: ["❌ api failed reason=\"no such file\" run=api#3"],
            sentinel: ["❌ api NOT running reason=\"no such file\" run=api#3"]
        ),
        Case(
            event: .spawnFailed(run("api", 3), restart: 2, reason: "EAGAIN", retryIn: .seconds(1)),
            governor: ["❌ api failed reason=EAGAIN run=api#3"],
            sentinel: ["❌ api NOT running reason=EAGAIN run=api#3"],
            watchdog: ["❌ api restart attempt 2 - EAGAIN run=api#3"]
        ),
        Case(
            event: end(.signaled(9), .ready, .restart(in: .zero)),
            governor: ["🔄 Daemon health check failed: api, attempting restart exit=signal:9 run=api#3"],
            sentinel: ["❌ api NOT running exit=signal:9 run=api#3"]
        ),
        Case(
            event: end(.exited(1), .started, .restart(in: .seconds(1))),
            governor: ["❌ api failed reason=\"exit 1 before it was ready\" run=api#3"],
            sentinel: ["❌ api NOT running exit=1 run=api#3"]
        ),
        Case(
            event: end(.exited(1), .started, .restart(in: .seconds(1)), restart: 2),
            governor: ["❌ api failed reason=\"exit 1 before it was ready\" run=api#3"],
            sentinel: ["❌ api NOT running exit=1 run=api#3"],
            watchdog: ["❌ api restart attempt 2 - exit 1 before it was ready run=api#3"]
        ),
        Case(
            event: end(.exited(0), .ready, .asked),
            governor: ["released api exit=0 run=api#3"],
            sentinel: ["❌ api NOT running want=down exit=0 run=api#3"]
        ),
        Case(
            event: end(.exited(0), .started, .done),
            governor: ["released api exit=0 run=api#3"],
            sentinel: ["❌ api NOT running want=down exit=0 run=api#3"]
        ),
        Case(
            event: end(.exited(3), .ready, .givenUp),
            governor: ["released api exit=3 run=api#3"],
            sentinel: ["❌ api NOT running exit=3 run=api#3"]
        ),
        Case(
            event: end(.exited(3), .started, .givenUp),
            governor: ["❌ api failed reason=\"exit 3 before it was ready\" run=api#3"],
            sentinel: ["❌ api NOT running exit=3 run=api#3"]
        ),
        Case(
            event: end(.exited(1), .ready, .paused(until: need("db"))),
            governor: ["❌ api failed reason=\"exit 1\" run=api#3"],
            sentinel: ["❌ api NOT running exit=1 run=api#3"]
        ),
        Case(
            event: .adopted(run("api", 3), pid: 4243, needs: [name("db")], readyBy: .probe),
            governor: ["managing api (attempt 1) pid=4243 run=api#3 adopted=true needs=db"],
            sentinel: ["🟢 api is running (PID: 4243) ready=false run=api#3"]
        ),
        Case(event: .causeFound(name("db"), because: "db has failed", affects: [name("api")])),
        Case(event: .probeFailed(run("api", 3), .alive, reason: "refused", .restart)),
        Case(event: .stopStuck(run("api", 3), pid: 4243, after: .seconds(15), facts: nil)),
        Case(event: .left([run("api", 3)])),
        Case(
            event: .crashLoopBegan(run("api", 5), attempt: 6, CrashLoop()),
            watchdog: ["❌ api restart attempt 6 - crash loop: 5 deaths within 1m crash_loop=true retry=5m run=api#5"]
        ),
        Case(
            event: .stopping(run("api", 3), .term, grace: .seconds(10)),
            governor: ["Stopping daemon: api run=api#3"]
        ),
        Case(event: .killing(run("api", 3), after: .seconds(10))),
        Case(event: .crashLoopOver(run("api", 3))),
        Case(event: .stoodDown(name("api"))),
        Case(
            event: .leftoverFound(run("api", 2), pid: 99),
            governor: ["Stopping daemon: api run=api#2"]
        ),
        Case(
            event: .leftoverHandled(run("api", 2), pid: 99, remains: nil),
            governor: ["released api exit=unknown run=api#2"]
        ),
        Case(
            event: .leftoverHandled(run("api", 2), pid: 99, remains: "it stays"),
            governor: ["❌ api failed reason=\"it stays\" run=api#2"],
            sentinel: ["❌ api ERROR: it stays"]
        ),
        Case(event: .shutdownBegan, governor: ["🛑 Initiating shutdown sequence..."]),
        Case(
            event: .shutdownCompleted(after: .milliseconds(12)),
            governor: ["✅ Shutdown sequence completed duration=12ms"]
        ),
        Case(event: .trouble(nil, "text")),
    ]

    @Test(arguments: cases)
    func everyEventHasItsLines(one: Case) {
        var governor = GovernorLog()
        var sentinel = SentinelLog(watching: [])
        var watchdog = WatchdogLog()
        #expect(Self.render(governor.lines(for: one.event, at: Self.moment)) == one.governor.map(Self.line))
        #expect(Self.render(sentinel.lines(for: one.event, at: Self.moment)) == one.sentinel.map(Self.line))
        #expect(Self.render(watchdog.lines(for: one.event, at: Self.moment)) == one.watchdog.map(Self.line))
    }

    private static func line(_ text: String) -> String { "\(stamp)\(text)\n" }

    private static func render(_ lines: [ComponentLine]) -> [String] { lines.map { $0.rendered(at: moment.wall) } }

    @Test(
        arguments: [
            (
                SupervisionEvent.causeFound(
                    name("db"),
                    because: "db is in backoff (exit 1)",
                    affects: [name("api"), name("web")]
                ),
                "db is in backoff (exit 1): api, web need db and are started again when it is back"
            ),
            (
                end(.exited(1), .ready, .paused(until: need("db"))),
                "api ended: exit 1; starting it again when db is ready"
            ),
            (
                .probeFailed(run("api", 3), .alive, reason: "no output for 2m", .restart),
                "api failed its alive probe: no output for 2m; restarting it"
            ),
            (
                .stopStuck(run("api", 3), pid: 42, after: .seconds(15), facts: "state D in nfs_wait"),
                "api does not end, 15s after it was asked and although it was killed (PID 42, state D in nfs_wait)"
            ),
            (.left([run("api", 3)]), "leaving api#3 running"),
            (.scheduleSkipped(name("api")), "api is due, but its last run has not ended: this time is left out"),
            (
                .adopted(run("api", 3), pid: 42, needs: [], readyBy: .running),
                "api is taken over as it runs (api#3, PID 42)"
            ),
        ] as [(SupervisionEvent, String)]
    )
    func eventsAreToldInPlainWords(event: SupervisionEvent, text: String) {
        #expect(event.description == text)
    }

    @Test func theBootLineHasNoStamp() {
        var governor = GovernorLog()
        let lines = governor.lines(for: .booted(order: [name("db"), name("api")], pid: 4242), at: Self.moment)
        #expect(Self.render(lines) == ["Startup order: [db, api] at=2026-11-22T16:04:01.123Z pid=4242\n"])
    }

    @Test func aDaemonThatIsMissingIsSaidToBeSoOnceAndTakenBackOnce() {
        var sentinel = SentinelLog(watching: [name("api")])
        func texts(_ event: SupervisionEvent) -> [String] {
            sentinel.lines(for: event, at: Self.moment).map { $0.rendered(at: Self.moment.wall) }
        }
        #expect(texts(.stoodDown(name("api"))) == [])
        #expect(texts(.spawnFailed(run("api", 1), restart: nil, reason: "x", retryIn: nil)).count == 1)
        #expect(texts(.spawnFailed(run("api", 2), restart: 1, reason: "x", retryIn: nil)) == [])
        #expect(texts(.blocked(name("api"), by: need("db"), because: "x")) == [])
        #expect(texts(.stoodDown(name("api"))) == [Self.line("❌ api NOT running want=down")])
        #expect(texts(.stoodDown(name("api"))) == [])
    }

    @Test func heartbeatsComeAtTheStartAndAfterAMinuteOfSilence() {
        var sentinel = SentinelLog(watching: [name("db"), name("api")])
        func beat(_ seconds: Int) -> String? {
            sentinel.beat(at: MonotonicTime(nanoseconds: Int64(seconds) * 1_000_000_000))?.rendered(
                at: Self.moment.wall
            )
        }
        #expect(beat(0) == Self.line("heartbeat every=60s watching=api,db"))
        #expect(beat(59) == nil)
        let ready = sentinel.lines(
            for: .ready(run("api", 1), pid: 5),
            at: Moment(monotonic: MonotonicTime(nanoseconds: 59_000_000_000), wall: Self.moment.wall)
        )
        #expect(ready.count == 1)
        #expect(beat(60) == nil)
        #expect(beat(118) == nil)
        #expect(beat(119) != nil)
        var governor = GovernorLog()
        #expect(
            governor.beat(at: Self.moment.monotonic)?.rendered(at: Self.moment.wall) == Self.line("heartbeat every=60s")
        )
    }
}
