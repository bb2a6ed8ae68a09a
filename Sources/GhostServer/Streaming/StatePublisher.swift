import GhostModel
import NIOCore
import NIOPosix
public import ServiceLifecycle
import Synchronization

/// Turns every committed state that somebody wants into one encoded state for all of them.
///
/// Requests never encode: they copy what is ready, or wait until it is. Subscribers get what changed, encoded once. While
/// nobody asks nothing is encoded, however fast the logs grow.
public final class StatePublisher: Service {
    private struct Shelf {
        var state: PublishedState?
        var packed: PackedBody?
        var isAwake = false
        var demand = PublishingPace.Demand.none
        var waiters: [@Sendable () -> Void] = []
        var packing = PublishingPace.Demand.none

        /// Whether what is ready is the newest, and as everybody wants it who waits.
        func isCurrent(_ commit: UInt64, at time: Timestamp) -> Bool {
            guard let state, state.commit == commit, state.isValid(at: time) else { return false }
            return packing != .waiting || packed?.isGood(for: state, at: time) ?? false
        }

        /// Lets everybody go on who waits.
        mutating func release() {
            let waiting = waiters
            waiters = []
            packing = .none
            for waiter in waiting { waiter() }
        }
    }

    private let source: any StateSource
    let feed: CommitFeed
    private let now: @Sendable () -> Timestamp
    private let shelf = Mutex(Shelf())
    private let wake = Wake()
    /// What a publisher works with between two states; only ``run()`` and tests use it.
    private let worker: Mutex<Worker>
    /// Hands changes to the subscribers.
    let hub = StreamHub()

    init(state: any StateSource, feed: CommitFeed, now: @escaping @Sendable () -> Timestamp) {
        source = state
        self.feed = feed
        self.now = now
        worker = Mutex(Worker())
    }

    /// Publishes until the group shuts down.
    public func run() async {
        await cancelWhenGracefulShutdown { await self.publish() }
    }

    // MARK: Asking

    /// How a request wants the status.
    enum Packing: Sendable {
        case plain
        case gzip
    }

    /// What a request is answered with.
    struct Current: Sendable {
        var state: PublishedState
        var packed: PackedBody?
        var times: AnswerTimes
    }

    /// The state as it is; nil if it must be encoded first, see ``whenReady(_:)``.
    func current(_ packing: Packing = .plain) -> Current? {
        let time = now()
        let known = feed.now
        return shelf.withLock { shelf -> Current? in
            guard let state = shelf.state else { return nil }
            guard shelf.isAwake || (state.commit == known.commit && state.isValid(at: time)) else { return nil }
            if shelf.demand == .none { shelf.demand = .asked }
            if packing == .gzip {
                if shelf.packing == .none { shelf.packing = .asked }
                guard let packed = shelf.packed, packed.isGood(for: state, at: time) else { return nil }
            }
            let lookedAt = state.commit == known.commit ? known.lookedAt ?? state.lookedAt : state.lookedAt
            return Current(
                state: state,
                packed: packing == .gzip ? shelf.packed : nil,
                times: AnswerTimes(lookedAt: lookedAt, answeredAt: time)
            )
        }
    }

    /// Calls `body` once there is a state that was true after this call.
    func whenReady(_ packing: Packing = .plain, _ body: @escaping @Sendable () -> Void) {
        shelf.withLock { shelf in
            if packing == .gzip { shelf.packing = .waiting }
            shelf.waiters.append(body)
        }
        wake.call()
    }

    /// The state as it is, after a wait if it must be encoded first; nil if that took too long.
    func current(_ packing: Packing = .plain, within longest: Duration) async -> Current? {
        let deadline = ContinuousClock.now + longest
        while true {
            if let current = current(packing) { return current }
            let ready = Wake()
            whenReady(packing) { ready.call() }
            await ready.wait(atMost: deadline - .now, on: hub.timerLoop)
            if Task.isCancelled || ContinuousClock.now >= deadline { return current(packing) }
        }
    }

    /// Whether new states are encoded: somebody asked lately, waits or is subscribed.
    var isAwake: Bool { shelf.withLock { $0.isAwake } }

    /// How long the newest snapshot is, in bytes.
    var snapshotBytes: Int? { shelf.withLock { $0.state?.encoded.status.template.bytes.count } }

    /// A subscriber came, or wants to begin anew.
    func wantPass() { wake.call() }

    // MARK: Publishing

    private func publish() async {
        feed.listen {
            // Who sleeps because nobody asks is not woken by commits.
            if self.shelf.withLock({ $0.isAwake }) { self.wake.call() }
        }
        hub.onPassEnd { [wake] in wake.call() }
        defer { feed.listen(nil) }
        while !Task.isCancelled {
            switch decide() {
            case .encode: await encodeNext()
            case .wait(let pause):
                passOn()
                await wake.wait(atMost: pause, on: hub.timerLoop)
            case .rest: await wake.wait(atMost: nil, on: hub.timerLoop)
            }
        }
        hub.end()
    }

    private func decide() -> PublishingPace.Decision {
        let time = now()
        let known = feed.now
        let subscribers = hub.count
        return worker.withLock { worker in
            shelf.withLock { shelf in
                // Before the first look there is nothing to tell.
                guard known.commit > 0 else {
                    shelf.isAwake = true
                    return .wait(nil)
                }
                let isCurrent = shelf.isCurrent(known.commit, at: time)
                let isWanted = subscribers > 0 || !shelf.waiters.isEmpty
                if isCurrent { shelf.release() }
                let situation = PublishingPace.Situation(
                    state: isCurrent ? .current : .outdated,
                    demand: isWanted ? .waiting : shelf.demand,
                    validFor: shelf.state?.validUntil?.since(time)
                )
                shelf.demand = .none
                let decision = worker.pace.decide(situation, now: .now)
                shelf.isAwake = decision != .rest
                return decision
            }
        }
    }

    private func passOn() {
        guard let state = shelf.withLock({ $0.state }) else { return }
        hub.pass(state, lookedAt: feed.lookedAt(showing: state.commit, otherwise: state.lookedAt), at: now())
    }

    /// Publishes the state once, for tests of what answers from it.
    func publishNow() async {
        if feed.now.commit == 0 { feed.committed(at: now()) }
        await encodeNext()
    }

    /// Encodes the newest state and puts it on the shelf.
    func encodeNext() async {
        let start = MonotonicTime.now
        let commit = feed.now.commit
        let time = now()
        let judged = source.takeState(at: time)
        var history = worker.withLock { $0.history }
        if history?.isContinued(by: judged) != true { history = await readJournal(judged.data) }
        let packing = shelf.withLock { $0.packing }
        let state = worker.withLock { worker in
            worker.encode(judged, commit: commit, history: history)
        }
        guard let state else {
            worker.withLock { $0.pace.failed(at: .now) }
            return
        }
        let packed = packing == .none ? nil : PackedBody(state, at: time, lookedAt: state.lookedAt)
        worker.withLock { $0.pace.encoded(from: start, to: .now) }
        shelf.withLock { shelf in
            shelf.state = state
            shelf.packed = packed
            shelf.release()
        }
        passOn()
    }

    /// The newest events that an earlier process, or this one while nobody asked, committed.
    private func readJournal(_ data: OrchestrationData) async -> Worker.History {
        let reach = ChangeHistory.journalReach
        let from = data.sequence > reach ? data.sequence - reach : 0
        let events = await source.events(after: from).filter { $0.sequence <= data.sequence }
        let isComplete = events.last?.sequence == data.sequence || data.sequence == 0
        let changes =
            isComplete ? ChangeHistory(from: from, journal: events) : ChangeHistory(from: data.sequence, revision: 0)
        return Worker.History(epoch: data.epoch, changes: changes)
    }

    /// What is kept between two encodings.
    private struct Worker {
        struct History {
            var epoch: String?
            var changes: ChangeHistory

            func isContinued(by next: JudgedState) -> Bool {
                guard epoch == next.data.epoch, next.events != nil, let last = changes.entries.last else {
                    return false
                }
                return last.sequence <= next.data.sequence
            }
        }

        var pace = PublishingPace()
        var encoder = StateEncoder()
        var history: History?
        private var revision: UInt64 = 0

        mutating func encode(_ judged: JudgedState, commit: UInt64, history: History?) -> PublishedState? {
            revision += 1
            // The state is made of texts and finite numbers, which can always be encoded.
            guard let encoded = try? encoder.encode(judged.data, revision: revision) else { return nil }
            var history = history ?? History(epoch: judged.data.epoch, changes: ChangeHistory(from: 0, revision: 0))
            history.changes.take(judged.events ?? [], sequence: judged.data.sequence, revision: revision)
            self.history = history
            return PublishedState(
                revision: revision,
                data: judged.data,
                validUntil: judged.validUntil,
                commit: commit,
                encoded: encoded,
                history: history.changes
            )
        }
    }
}

extension MonotonicTime {
    /// Now, by the clock that event loops use.
    static var now: MonotonicTime { MonotonicTime(nanoseconds: Int64(NIODeadline.now().uptimeNanoseconds)) }
}
