public import GhostModel
import GhostSystem
public import ServiceLifecycle
import Synchronization

/// Keeps the daemons of a plan as they are wanted: the one place where processes are started, watched and stopped.
///
/// It only carries out what ``Supervision`` decides. Everything that happens (an end, a probe's answer, a timer, the wish
/// to shut down) comes through one inbox and is handled to its end before the next, so there are no races to think about.
/// It blocks while it makes a process or writes a record, hence it has a thread of its own.
///
/// On graceful shutdown, and on cancellation as well, it stops all daemons in reverse order and returns when none is left.
public actor Supervisor: Service {
    private let executor = BlockingExecutor(label: "ghost.supervisor")
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    let ports: SupervisorPorts
    let environment: [String: String]
    let processID: Int32
    private let startGate: @Sendable () async throws -> Void
    let inbox = Inbox<Message>()
    let desk = OrderDesk()

    var supervision: Supervision
    var processes: [RunID: any RunningProcess] = [:]
    var records: [RunID: RunRecord] = [:]
    /// The runs of daemons that are not declared any more, which are being stopped.
    var dismissed: [RunID: StopSequence] = [:]
    var timers = Timers()
    /// When daemons were due last, as an earlier Ghost wrote it down.
    var rememberedDue: [String: Timestamp] = [:]
    var memory = Memory()
    var marks = OutputMarks()
    var schedules: ScheduleBook
    var logs: SupervisionLogs
    /// How far the logs were written when what is remembered was true.
    var told: [String: LogMark] = [:]
    private nonisolated let outcome = Mutex(Outcome.supervising)
    /// What everybody may look at.
    private nonisolated let board: Mutex<StatusBoard>
    /// What the statuses show besides what the machines know.
    nonisolated let overlay = StatusOverlay()
    /// Starts that were asked for and whose outcome was not looked at yet.
    var starting: [RunID: Start] = [:]

    /// How supervision ended.
    private enum Outcome: Sendable {
        case supervising
        case left
    }

    /// What comes from outside the actor.
    enum Message: Sendable {
        case exited(RunID, ProcessExit)
        case probed(ProbeID, ProbeResult)
        case told(SpawnerEvent)
        case leave
        case alarm
        case remembered(String?)
        case phraseSeen(ProbeID, LogPhrase)
        case notified(RunID)
        case outputSeen(RunID, at: MonotonicTime)
        case ordered(SupervisorOrder, number: UInt64)
        case drift([DriftNews])
        case shutdown
    }

    /// Prepares supervision; nothing is started before ``run()``.
    ///
    /// - Parameters:
    ///   - daemons: what is declared, in the order of the file.
    ///   - environment: Ghost's own environment, to which each daemon's variables are added.
    ///   - processID: Ghost's own, for the log.
    ///   - startGate: returns when daemons may be started, for instance when the server is bound; if it throws, so does
    ///     ``run()``, and nothing was started.
    public init(
        daemons: [DaemonPlan],
        environment: [String: String],
        processID: Int32,
        ports: SupervisorPorts,
        startGate: @escaping @Sendable () async throws -> Void = {}
    ) throws(StartOrderError) {
        self.ports = ports
        self.environment = environment
        self.processID = processID
        schedules = ScheduleBook(zone: ports.zone)
        self.startGate = startGate
        let now = Moment(monotonic: ports.monotonicNow(), wall: ports.wallNow())
        var supervision = try Supervision(daemons, now: now.monotonic)
        var board = StatusBoard()
        board.update(supervision.takeTouched(), of: supervision, at: now)
        self.board = Mutex(board)
        logs = SupervisionLogs(daemons: supervision.order.names, ports: ports)
        self.supervision = supervision
    }

    /// The state of every daemon as of the last thing that happened, in the order of starting.
    ///
    /// May be read from anywhere.
    public nonisolated var statuses: [DaemonStatus] { overlay.applied(to: board.withLock { $0.statuses }) }

    /// Supervises until shutdown or cancellation, then stops everything.
    public func run() async throws {
        defer { desk.close() }
        do {
            try await cancelWhenGracefulShutdown(startGate)
        } catch {
            if Task.isShuttingDownGracefully { return }
            throw error
        }
        guard !Task.isShuttingDownGracefully, !Task.isCancelled else { return }
        await withTaskCancellationOrGracefulShutdownHandler {
            await withDiscardingTaskGroup { probes in
                await supervise(&probes)
                probes.cancelAll()
            }
        } onCancelOrGracefulShutdown: {
            self.inbox.post(.shutdown)
        }
        // A service that ends before its turn makes the group cancel the others.
        if hasLeft { try? await gracefulShutdown() }
    }

    private func supervise(_ probes: inout DiscardingTaskGroup) async {
        let alarm = Alarm(label: "ghost.alarm") { [inbox] in inbox.post(.alarm) }
        let found = ports.memory?.load() ?? .nothing
        // Before this Ghost writes a line of its own.
        let standing = readStanding(found)
        if case .nothing = found { beginFile() }
        emit(.booted(order: supervision.order.names, pid: processID))
        beat()
        recall(found)
        logs.standing = standing.lines
        for trouble in standing.troubles { emit(.trouble(nil, trouble)) }
        let held = takeOver(&probes)
        // Stopping leftovers may have taken long; whoever asked to shut down meanwhile wants nothing started.
        let isWanted = !Task.isShuttingDownGracefully && !Task.isCancelled
        let missed = schedules.take(supervision.machines.map(\.plan), remembered: rememberedDue, now: ports.wallNow())
        overlay.setDue(schedules.nextTimes)
        handle(isWanted ? .start(held: held) : .shutdown, &probes)
        for name in missed { handle(.due(name), &probes) }
        while supervision.course != .finished || !dismissed.isEmpty {
            saveIfChanged()
            alarm.set(nextDeadline, now: ports.monotonicNow())
            for message in await inbox.take() {
                switch message {
                case .alarm: ring(alarm, &probes)
                case .shutdown: handle(.shutdown, &probes)
                case .remembered(let trouble): remembered(trouble)
                case .phraseSeen(let id, let phrase):
                    marks.saw(phrase, of: id.run)
                    handle(.probed(id, .success), &probes)
                case .notified(let run): handle(.notified(run), &probes)
                case .outputSeen(let run, let instant): handle(.outputSeen(run, at: instant), &probes)
                case .probed(let id, let result): handle(.probed(id, result), &probes)
                case .ordered(let order, let number): take(order, number, &probes)
                case .drift(let news): take(news, &probes)
                case .exited(let run, let exit): ended(run, exit, &probes)
                case .told(let event): told(event, &probes)
                case .leave:
                    // Whoever was asked to stop everything does that.
                    guard supervision.course == .running else { continue }
                    saveAtLast()
                    handle(.leave, &probes)
                    ports.spawner.close(.leaving)
                    outcome.withLock { $0 = .left }
                    return
                }
            }
        }
        saveAtLast()
        ports.spawner.close(.finished)
    }

    /// Ends supervision and leaves every daemon as it is, for the next Ghost to take over.
    ///
    /// Without a keeper nobody can take them over with their output and their exit status; they are stopped by the next
    /// Ghost then.
    public nonisolated func leave() { inbox.post(.leave) }

    /// Whether supervision has ended and left every daemon as it is.
    public nonisolated var hasLeft: Bool { outcome.withLock { $0 == .left } }

    // MARK: Carrying out

    /// Lets the machines decide about one input and does what they say, depth first: what a start leads to is done before
    /// the next start, so that events are told when they happen.
    func handle(_ input: SupervisionInput, _ probes: inout DiscardingTaskGroup) {
        carryOut(decide(input), &probes)
    }

    /// Does what the machines say, the last action first.
    ///
    /// Starts that need not wait for anything are begun before all else: a process is made while its end and its start are
    /// told, and many are made beside each other.
    private func carryOut(_ actions: [SupervisionAction], _ probes: inout DiscardingTaskGroup) {
        var rest = actions
        beginStarts(in: rest)
        while let action = rest.popLast() {
            switch action {
            case .spawn(let run):
                let outcome = finishStart(of: run)
                if case .spawnFailed = outcome { stopListening(to: run) }
                rest += decide(outcome)
                beginStarts(in: rest)
            case .signal(let run, let signal): processes[run]?.signalGroup(signal)
            case .probe(let id, let question, let timeout): probe(id, question, timeout: timeout, &probes)
            case .watchLog(let id, let phrase): watchLog(id, phrase)
            case .watchOutput(let run): watchOutput(run)
            case .diagnose(let run, let pid, let after):
                emit(.stopStuck(run, pid: pid, after: after, facts: ports.describeProcess(pid)))
            case .arm(let timer, let deadline): timers.arm(timer, at: deadline)
            case .disarm(let timer): timers.disarm(timer)
            case .emit(let event): emit(event)
            }
        }
    }

    /// The actions that follow from `input`, the first one last.
    ///
    /// The new state is published before anybody is told of it, so whoever hears of an event finds it in ``statuses``.
    private func decide(_ input: SupervisionInput) -> [SupervisionAction] {
        let actions = supervision.handle(input, now: ports.monotonicNow(), random: ports.random())
        publish()
        return actions.reversed()
    }

    func publish() {
        let touched = supervision.takeTouched()
        if case .some(let places) = touched, places.isEmpty { return }
        let now = now()
        board.withLock { $0.update(touched, of: supervision, at: now) }
    }

    func ended(_ run: RunID, _ exit: ProcessExit, _ probes: inout DiscardingTaskGroup) {
        processes[run] = nil
        overlay.setDrift([], of: run.daemon)
        overlay.forgetText(of: run)
        let survivors: RunEnd.Survivors =
            switch exit.remains {
            case .nothing: .none
            case .killed: .killed
            case .lingering: .lingering
            }
        if dismissed.removeValue(forKey: run) != nil { timers.disarm(TimerID(run, .grace)) }
        handle(.exited(run, exit.status, survivors: survivors, memoryKills: exit.memoryKills), &probes)
        // After the next run was begun, which nobody must be kept waiting for.
        stopListening(to: run)
        memory.ends.append(run)
    }

    /// Another plan takes the place of the one that is followed.
    private func takeOver(_ change: PlanChange, _ probes: inout DiscardingTaskGroup) {
        do throws(StartOrderError) {
            let before = Dictionary(supervision.machines.map { ($0.plan.name, $0.plan.output) }) { first, _ in first }
            let actions = try supervision.apply(change, now: ports.monotonicNow())
            publish()
            retune(before)
            carryOut(actions.reversed(), &probes)
        } catch {
            emit(.trouble(nil, "the changed plan is not taken over: \(error)"))
            return
        }
        let missed = schedules.take(change.next, now: ports.wallNow())
        overlay.setDue(schedules.nextTimes)
        for name in missed { handle(.due(name), &probes) }
    }

    private func take(_ order: SupervisorOrder, _ number: UInt64, _ probes: inout DiscardingTaskGroup) {
        let decision = inputs(for: order)
        for input in decision.inputs { handle(input, &probes) }
        if case .takeOver(let change) = order, decision.receipt == .taken { takeOver(change, &probes) }
        // What is remembered is answered once a kill of Ghost cannot take it back.
        if order.isRemembered {
            memory.receipts.append((number, decision.receipt))
        } else {
            desk.answer(number, with: decision.receipt)
        }
    }

    private func probe(
        _ id: ProbeID,
        _ question: Probe,
        timeout: Duration,
        _ probes: inout DiscardingTaskGroup
    ) {
        guard let plan = supervision[id.run.daemon]?.plan else { return }
        probes.addTask { [inbox, prober = ports.prober] in
            inbox.post(.probed(id, await prober.attempt(question, timeout: timeout, for: plan)))
        }
    }

    /// Does something with the records; a failure is told and touches no daemon.
    func keeping(_ daemon: DaemonName?, _ body: (RunRecords) throws(RunRecordError) -> Void) {
        do {
            try body(ports.records)
        } catch {
            emit(.trouble(daemon, "\(error)"))
        }
    }

    // MARK: Time and telling

    private var nextDeadline: MonotonicTime? {
        let due = schedules.wait(at: ports.wallNow()).map { ports.monotonicNow() + $0 }
        return [timers.next, logs.nextBeat, due].compactMap(\.self).min()
    }

    private func ring(_ alarm: Alarm, _ probes: inout DiscardingTaskGroup) {
        alarm.rang()
        for timer in timers.takeDue(at: ports.monotonicNow()) {
            if dismissed[timer.run] != nil { killDismissed(timer.run) } else { handle(.timer(timer), &probes) }
        }
        let due = schedules.takeDue(at: ports.wallNow())
        if !due.isEmpty { overlay.setDue(schedules.nextTimes) }
        for name in due { handle(.due(name), &probes) }
        beat()
    }

    private func beat() {
        logs.beat(at: ports.monotonicNow())
    }

    func emit(_ event: SupervisionEvent) {
        let moment = now()
        logs.write(event, at: moment)
        ports.report(event, moment.wall)
    }

    func now() -> Moment {
        Moment(monotonic: ports.monotonicNow(), wall: ports.wallNow())
    }
}
