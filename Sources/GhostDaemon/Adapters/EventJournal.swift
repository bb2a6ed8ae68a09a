import GhostModel
import GhostServer
import GhostStore
import GhostSupervision
import GhostSystem
import Logging
import ServiceLifecycle
import Synchronization

/// Keeps what happens in supervision, and answers what happened and why.
///
/// It has a thread of its own: supervision hands an event over and goes on. Everything that came meanwhile is committed
/// together. While the store cannot be written, events wait in memory, and whoever asks is told so.
actor EventJournal: Service, JournalSource, AuditSink {
    private let executor = BlockingExecutor(label: "ghost.journal")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private nonisolated let intake = JournalIntake()
    /// Where the output of the newest run of each daemon begins, which is where that of the former one ends.
    private nonisolated let beginnings = Mutex<[DaemonName: (run: Int, output: Int64)]>([:])
    private let openStore: @Sendable () throws(StoreFailure) -> JournalStore
    private let outputPath: @Sendable (DaemonName) -> String
    private let logger: Logger

    private var store: JournalStore?
    private var recorder = JournalRecorder(epoch: "0000000000000000")
    /// What is not committed yet, oldest first.
    private var waiting: [JournalEvent] = []
    /// Why the store cannot be used; nil if it can.
    private var trouble: StoreFailure?
    private var nextTry = MonotonicTime(nanoseconds: .min)
    /// Where the output of the run that goes on begins, by daemon.
    private var outputStarts: [DaemonName: Int64] = [:]

    /// How many of a daemon's newest events are looked through for what an earlier Ghost had kept.
    private static let longestLookBack = 100
    /// How long a store that failed is left alone.
    private static let pause: Duration = .seconds(5)

    /// Prepares a journal; nothing is opened before something happens or somebody asks.
    init(
        openStore: @escaping @Sendable () throws(StoreFailure) -> JournalStore,
        outputPath: @escaping @Sendable (DaemonName) -> String,
        logger: Logger
    ) {
        self.openStore = openStore
        self.outputPath = outputPath
        self.logger = logger
    }

    // MARK: Handing in

    /// Takes an event of supervision; returns at once.
    nonisolated func report(_ event: SupervisionEvent, at time: Timestamp) {
        let moment = Moment(monotonic: Clocks.monotonic(), wall: time)
        let output: Int64?
        switch event {
        // Looked at here and now: the next run appends to the same file.
        case .starting(let run, _):
            output = beginnings.withLock { $0[run.daemon]?.output } ?? length(of: run.daemon) ?? 0
        case .ended(let end):
            // The next run may write already, to the same file.
            let next = beginnings.withLock { $0[end.run.daemon] }
            output = next.flatMap { $0.run > end.run.number ? $0.output : nil } ?? length(of: end.run.daemon)
        default: output = nil
        }
        intake.put(.event(event, moment, output: output))
    }

    /// Takes in that the process of a run is about to be made; returns at once.
    nonisolated func willStart(_ run: RunID) {
        let length = length(of: run.daemon) ?? 0
        beginnings.withLock { $0[run.daemon] = (run.number, length) }
    }

    private nonisolated func length(of daemon: DaemonName) -> Int64? {
        (try? FileStatus(path: outputPath(daemon)))?.length
    }

    /// Takes an order that somebody gave about a daemon.
    nonisolated func report(_ order: DaemonOrder, of name: DaemonName, by who: Operator) {
        intake.put(.order(order, name, who, Self.now))
    }

    /// Takes an order to stop everything.
    nonisolated func reportShutdown(by who: Operator) {
        intake.put(.shutdown(who, Self.now))
    }

    /// Takes a note of a request that was to change something.
    nonisolated func note(_ request: AuditedRequest) {
        intake.put(.request(request, Self.now))
    }

    /// Calls `then` once everything that was handed in before is committed, or waits in memory because the store cannot be
    /// written; returns at once.
    nonisolated func afterKeeping(_ then: @escaping @Sendable () -> Void) {
        intake.putWaiter(then)
    }

    private static var now: Moment { Moment(monotonic: Clocks.monotonic(), wall: Clocks.wall()) }

    /// Keeps what is handed in until the group shuts down or is cancelled.
    ///
    /// What is handed in later, by those who end after it when the group is cancelled, is kept by ``keepRest()``.
    func run() async {
        await withTaskCancellationOrGracefulShutdownHandler {
            while await intake.waitForMore() { absorb() }
        } onCancelOrGracefulShutdown: {
            self.intake.close()
        }
        keepRest()
    }

    /// Keeps everything that was handed in; nobody is left who would hand in more.
    func keepRest() {
        absorb()
        if !waiting.isEmpty {
            logger.warning("\(waiting.count) events of supervision could not be kept")
        }
    }

    // MARK: Keeping

    /// Turns what was handed in into events, and commits them if that is possible now.
    private func absorb() {
        openIfDue()
        let batch = intake.takeAll()
        for entry in batch.entries { waiting += record(entry) }
        if batch.dropped > 0 { waiting.append(recorder.recordGap(of: batch.dropped, at: Self.now)) }
        commit()
        boundWaiting()
        for waiter in batch.waiters { waiter() }
    }

    private func record(_ entry: JournalIntake.Entry) -> [JournalEvent] {
        switch entry {
        case .event(let event, let moment, let output):
            var trace = OutputTrace()
            switch event {
            case .starting(let run, _): outputStarts[run.daemon] = output
            case .ended(let end):
                let name = end.run.daemon
                if let output {
                    let known = outputStarts[name] ?? max(0, output - Int64(JournalLimits.lineBytes))
                    // A file that was put away meanwhile leaves a new one, which holds the end of the output.
                    let start = known <= output ? known : 0
                    trace = OutputTail.read(path: outputPath(name), from: start, to: output)
                }
            default: break
            }
            if let name = recorder.mayStand(event),
                let standing = try? store?.newest(of: name, limit: Self.longestLookBack),
                let missing = recorder.takeUp(event, from: standing, at: moment)
            {
                return missing
            }
            return recorder.record(event, at: moment, output: trace)
        case .order(let order, let name, let who, let moment):
            return [recorder.record(order, of: name, by: who, at: moment)]
        case .shutdown(let who, let moment):
            return [recorder.recordShutdown(by: who, at: moment)]
        case .request(let request, let moment):
            return [
                recorder.recordRequest(
                    "\(request.method) \(request.path)",
                    by: request.sender,
                    status: request.status,
                    leftOut: request.leftOut,
                    at: moment
                )
            ]
        }
    }

    private func openIfDue() {
        if let store, trouble == nil, store.isCurrent { return }
        let now = Clocks.monotonic()
        guard now >= nextTry else { return }
        nextTry = now + Self.pause
        do throws(StoreFailure) {
            let opened = try openStore()
            if opened.epoch != recorder.epoch {
                // What has a number already goes behind what the store holds.
                let first = waiting.first?.sequence ?? recorder.newest + 1
                let newest = opened.newestSequence
                let amount = Int64(newest) - Int64(first - 1)
                recorder.move(toEpoch: opened.epoch, by: amount)
                waiting = waiting.map { $0.moved(toEpoch: opened.epoch, by: amount) }
            }
            store = opened
            trouble = nil
        } catch {
            store = nil
            tell(error)
        }
    }

    private func commit() {
        guard let store, !waiting.isEmpty else { return }
        if trouble != nil, Clocks.monotonic() < nextTry { return }
        do throws(StoreFailure) {
            try store.commit(waiting, now: Clocks.wall())
            waiting = []
            trouble = nil
        } catch {
            nextTry = Clocks.monotonic() + Self.pause
            tell(error)
        }
    }

    private func tell(_ failure: StoreFailure) {
        if trouble != failure { logger.warning("events of supervision are kept in memory: \(failure)") }
        trouble = failure
    }

    private func boundWaiting() {
        let excess = waiting.count - JournalLimits.eventsInMemory
        // With some room, so that the oldest are not given up one by one.
        guard excess > 0 else { return }
        let count = excess + JournalLimits.eventsInMemory / 10
        let first = waiting[count - 1].sequence
        waiting.removeFirst(count)
        // The gap takes the last given-up place, so that sequences go on without a hole behind it.
        waiting.insert(recorder.gap(of: count, at: first, Self.now), at: 0)
    }

    // MARK: Answering

    func page(after sequence: UInt64?, daemon: DaemonName?, limit: Int) -> JournalPage {
        absorb()
        let kept: [JournalEvent]
        if let sequence {
            kept = (try? store?.events(after: sequence, daemon: daemon, limit: limit)) ?? []
        } else {
            kept = ((try? store?.newest(of: daemon, limit: limit)) ?? []).reversed()
        }
        let own = waiting.filter { $0.sequence > sequence ?? 0 && (daemon == nil || $0.daemon == daemon) }
        let all = kept + own
        let events = Array(sequence == nil ? all.suffix(limit) : all.prefix(limit))
        let isWhole = events.count < limit || sequence == nil
        return JournalPage(
            events: events,
            next: isWhole ? recorder.newest : events.last?.sequence ?? recorder.newest,
            epoch: recorder.epoch,
            pruned: (try? store?.pruned()) ?? 0,
            trouble: trouble?.description
        )
    }

    func why(_ status: DaemonStatus, at time: Timestamp) -> WhyReport {
        absorb()
        let causes = EventCauses(
            newest: newest(of: status.name, kind: nil, limit: EventCauses.longestLookBack),
            ends: newest(of: status.name, kind: .ended, limit: EventCauses.longestLookBack),
            find: event
        )
        return WhyReport(
            daemon: status,
            chain: causes.chain,
            deaths: causes.deaths,
            at: time,
            trouble: trouble?.description
        )
    }

    private func newest(of daemon: DaemonName, kind: JournalKind?, limit: Int) -> [JournalEvent] {
        let own = waiting.reversed().filter { $0.daemon == daemon && (kind == nil || $0.kind == kind) }
        let kept = (try? store?.newest(of: daemon, kind: kind, limit: limit)) ?? []
        return Array((own + kept).prefix(limit))
    }

    private func event(_ sequence: UInt64) -> JournalEvent? {
        waiting.first { $0.sequence == sequence } ?? (try? store?.event(sequence)) ?? nil
    }
}

extension JournalEvent {
    /// The same event in another store, behind what that holds.
    fileprivate func moved(toEpoch epoch: String, by amount: Int64) -> JournalEvent {
        var moved = self
        moved.epoch = epoch
        moved.sequence = UInt64(clamping: Int64(sequence) + amount)
        moved.cause = cause.map { UInt64(clamping: Int64($0) + amount) }
        return moved
    }
}
