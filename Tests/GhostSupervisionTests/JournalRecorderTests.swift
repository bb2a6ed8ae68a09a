import GhostModel
import GhostSupervision
import Testing

/// What happens becomes events that know what led to them.
struct JournalRecorderTests {
    private let api: DaemonName
    private let db: DaemonName

    init() throws {
        api = try #require(DaemonName("api"))
        db = try #require(DaemonName("db"))
    }

    private struct Journal {
        var recorder = JournalRecorder(epoch: "e")
        var events: [JournalEvent] = []
        var seconds = 0

        var moment: Moment {
            Moment(
                monotonic: MonotonicTime(nanoseconds: Int64(seconds) * 1_000_000_000),
                wall: Timestamp(milliseconds: Int64(seconds) * 1000)
            )
        }

        mutating func add(_ happened: SupervisionEvent...) {
            for event in happened {
                seconds += 1
                events += recorder.record(event, at: moment)
            }
        }

        mutating func order(_ order: DaemonOrder, _ name: DaemonName) {
            seconds += 1
            let who = Operator(.socket(user: 1000), origin: "test")
            events.append(recorder.record(order, of: name, by: who, at: moment))
        }

        /// The kinds of the chain that leads to a daemon's state, newest first.
        func chain(of name: DaemonName) -> [JournalKind] {
            let own = events.reversed().filter { $0.daemon == name }
            guard let head = CauseChain.head(of: own) else { return [] }
            return CauseChain.events(from: head) { wanted in events.first { $0.sequence == wanted } }.map(\.kind)
        }
    }

    private func run(_ name: DaemonName, _ number: Int) -> RunID { RunID(daemon: name, number: number) }

    private func start(_ name: DaemonName, _ number: Int) -> [SupervisionEvent] {
        let run = run(name, number)
        return [
            .starting(run, attempt: 1), .started(run, pid: 7, attempt: 1, needs: [], readyBy: .running),
            .ready(run, pid: 7),
        ]
    }

    private func booted() -> Journal {
        var journal = Journal()
        journal.add(.booted(order: [db, api], pid: 1))
        for event in start(db, 1) + start(api, 1) { journal.add(event) }
        return journal
    }

    @Test func aStartFollowsFromTheBoot() {
        #expect(booted().chain(of: api) == [.ready, .started, .starting, .boot])
    }

    @Test func sequencesHaveNoGaps_andCausesComeBefore() {
        var journal = booted()
        journal.add(.ended(RunEnd(run: run(api, 1), exit: .exited(1), reached: .ready, next: .restart(in: .zero))))
        #expect(journal.events.map(\.sequence) == Array(1...UInt64(journal.events.count)))
        for event in journal.events { #expect((event.cause ?? 0) < event.sequence) }
    }

    @Test func aRestartFollowsFromTheDeath() {
        var journal = booted()
        let end = RunEnd(run: run(api, 1), exit: .signaled(9), reached: .ready, next: .restart(in: .milliseconds(500)))
        journal.add(.ended(end))
        #expect(journal.chain(of: api).prefix(2) == [.restart, .ended])
        for event in start(api, 2) { journal.add(event) }
        #expect(journal.chain(of: api).prefix(5) == [.ready, .started, .starting, .restart, .ended])
        let texts = journal.events.map(\.text)
        #expect(texts.contains("api ended: signal 9 (KILL), after 2s"))
        #expect(texts.contains("the watchdog starts api again in 500ms"))
    }

    @Test func whatWasKilledForMemory_isTheCauseThatIsTold() {
        var journal = booted()
        var end = RunEnd(run: run(api, 1), exit: .signaled(9), reached: .ready, next: .restart(in: .zero))
        end.memoryKills = MemoryKills(processes: 1, cause: .ownLimit(bytes: 32 << 20))
        journal.add(.ended(end))
        let told = journal.events.first { $0.kind == .ended }
        #expect(
            told?.text
                == "api ended: signal 9 (KILL), after 2s; the kernel killed a process of it at its memory limit of 32 MiB"
        )
        #expect(told?.detail["memoryKills"] == "1" && told?.detail["memoryLimit"] == "33554432")
        #expect(told.flatMap { MemoryKills(detail: $0.detail) } == end.memoryKills)
        #expect(end.sentence == "signal 9 (the kernel killed a process of it at its memory limit of 32 MiB)")
    }

    @Test func aCrashLoopFollowsFromItsLastDeath() {
        var journal = booted()
        journal.add(
            .ended(RunEnd(run: run(api, 1), exit: .exited(1), reached: .started, next: .restart(in: .seconds(300)))),
            .crashLoopBegan(run(api, 1), attempt: 5, CrashLoop())
        )
        #expect(journal.chain(of: api).prefix(3) == [.crashLoop, .restart, .ended])
    }

    @Test func aStopFollowsFromTheOrder() {
        var journal = booted()
        journal.order(.stop, api)
        journal.add(
            .stopping(run(api, 1), .term, grace: .seconds(10)),
            .ended(RunEnd(run: run(api, 1), exit: .signaled(15), reached: .ready, next: .asked))
        )
        #expect(journal.chain(of: api) == [.ended, .stopping, .command])
        #expect(journal.events.contains { $0.text == "user 1000 on the control socket asked to stop api" })
    }

    @Test func onlyAnEndThatNobodyAskedFor_isBeforeItWasReady() {
        var journal = booted()
        journal.add(
            .ended(RunEnd(run: run(api, 1), exit: .signaled(15), reached: .started, next: .asked)),
            .ended(RunEnd(run: run(api, 2), exit: .exited(1), reached: .started, next: .givenUp))
        )
        let ends = journal.events.filter { $0.kind == .ended }.map { $0.text.contains("before it was ready") }
        #expect(ends == [false, true])
    }

    @Test func aRestartThatWasAskedForFollowsFromTheOrder() {
        var journal = booted()
        journal.order(.restart, api)
        journal.add(
            .stopping(run(api, 1), .term, grace: .seconds(10)),
            .ended(RunEnd(run: run(api, 1), exit: .exited(0), reached: .ready, next: .asked))
        )
        for event in start(api, 2) { journal.add(event) }
        #expect(journal.chain(of: api) == [.ready, .started, .starting, .command])
    }

    @Test func aDeathBySignalFollowsFromWhoSentIt_ifItCameSoon() {
        var journal = booted()
        journal.order(.signal(.kill), api)
        journal.add(.ended(RunEnd(run: run(api, 1), exit: .signaled(9), reached: .ready, next: .restart(in: .zero))))
        #expect(journal.chain(of: api).prefix(3) == [.restart, .ended, .command])

        var late = booted()
        late.order(.signal(.kill), api)
        late.seconds += 60
        late.add(.ended(RunEnd(run: run(api, 1), exit: .signaled(9), reached: .ready, next: .restart(in: .zero))))
        #expect(late.chain(of: api).prefix(3) == [.restart, .ended, .ready])
    }

    @Test func whatIsBlockedFollowsFromTheTroubleOfTheOther_andItsStartFromTheRecovery() {
        var journal = Journal()
        journal.add(.booted(order: [db, api], pid: 1))
        for event in start(db, 1) { journal.add(event) }
        journal.add(
            .ended(RunEnd(run: run(db, 1), exit: .exited(1), reached: .ready, next: .restart(in: .seconds(1)))),
            .blocked(api, by: Dependency(daemon: db), because: "db is in backoff")
        )
        #expect(journal.chain(of: api).prefix(2) == [.blocked, .ended])
        for event in start(db, 2) + start(api, 1) { journal.add(event) }
        #expect(journal.chain(of: api).prefix(4) == [.ready, .started, .starting, .ready])
    }

    @Test func everythingThatIsStoppedAtTheEndFollowsFromWhoAsked() {
        var journal = booted()
        let who = Operator(.token, origin: "10.0.0.1")
        journal.events.append(journal.recorder.recordShutdown(by: who, at: journal.moment))
        journal.add(
            .shutdownBegan,
            .stopping(run(api, 1), .term, grace: .seconds(1)),
            .killing(run(api, 1), after: .seconds(1))
        )
        #expect(journal.chain(of: api) == [.killing, .stopping, .shutdown, .command])
    }

    @Test func aStoreThatHoldsEventsAlreadyMovesTheNumbersBehindThem() {
        var journal = Journal()
        journal.add(.booted(order: [api], pid: 1))
        journal.recorder.move(toEpoch: "f", by: 100)
        let made = journal.recorder.record(.starting(run(api, 1), attempt: 1), at: journal.moment)
        #expect(made.map(\.sequence) == [102])
        #expect(made.map(\.cause) == [101])
        #expect(made.map(\.id) == ["f-102"])
    }

    @Test func aFindingThatRestartsIsTheCauseOfTheStopAndTheStart() {
        var journal = Journal()
        let run = RunID(daemon: api, number: 1)
        let next = RunID(daemon: api, number: 2)
        journal.add(
            .booted(order: [api], pid: 1),
            .starting(run, attempt: 1),
            .started(run, pid: 7, attempt: 1, needs: [], readyBy: .running),
            .ready(run, pid: 7),
            .drifted(
                run,
                pid: 7,
                DriftFinding(kind: .program, evidence: "x was changed", since: Timestamp(milliseconds: 0)),
                .restart,
                all: [.program]
            ),
            .stopping(run, .term, grace: .seconds(10)),
            .ended(RunEnd(run: run, exit: .signaled(15), reached: .ready, next: .asked)),
            .starting(next, attempt: 1)
        )
        #expect(journal.chain(of: api).prefix(2) == [.starting, .drift])
        let stop = journal.events.first { $0.kind == .stopping }
        #expect(stop?.cause == journal.events.first { $0.kind == .drift }?.sequence)
        #expect(journal.events.first { $0.kind == .drift }?.detail["action"] == "restart")
    }
}
