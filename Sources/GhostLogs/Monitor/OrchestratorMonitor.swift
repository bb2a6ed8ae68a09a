public import GhostModel
public import GhostStore
import GhostSystem
public import Logging
public import ServiceLifecycle
import Synchronization

/// Follows the five component logs and keeps the newest state of them ready for everybody.
///
/// It reads on a queue of its own, so that a slow disk delays nobody else. A file that cannot be read is a part of the state,
/// never the end of the monitor.
///
/// With a store, what was read is committed first and published then: whoever sees a state sees it again after a crash, and
/// reading goes on behind the last byte that is in it. As long as the store cannot be written the monitor goes on in memory and
/// says so.
public actor OrchestratorMonitor: Service {
    /// How much is read between two commits or publications, in bytes.
    private static let budgetBytes = CommitPacer.longestGroupBytes

    private let executor = BlockingExecutor(label: "ghost.monitor")
    private var reader: ComponentLogReader
    private var keeper: StateKeeper
    /// The store once it is open, for those who ask for events.
    private let opened: Mutex<(any StateKeeping)?>
    private let now: @Sendable () -> Timestamp
    private let waitForChange: @Sendable () async throws -> Void
    private let published: Mutex<PublishedSnapshot>
    private let onPublish: @Sendable (Publication) -> Void
    /// Why rules that were to take the place of those in force were refused.
    private var refusal: String?

    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// The newest state.
    ///
    /// Never waits for the disk.
    public nonisolated var snapshot: OrchestrationSnapshot { published.withLock { $0.snapshot } }

    /// The newest state, with the events that were committed since this was last called.
    ///
    /// For one caller, who hands them on. The events are nil if there were too many to keep.
    public nonisolated func takeNews() -> (snapshot: OrchestrationSnapshot, events: [StateEvent]?) {
        published.withLock { $0.takeNews() }
    }

    /// Creates a monitor; nothing is opened or read before ``run()``.
    ///
    /// - Parameters:
    ///   - folder: where the logs are; it need not exist yet.
    ///   - rules: describe further components.
    ///   - openStore: opens the place where the state is kept; nil to keep it in memory.
    ///   - now: the wall clock, or a fixed instant to read archived logs as they were.
    ///   - onPublish: is told of every look whose state was published, on the monitor's own queue; must not wait.
    ///   - waitForChange: returns when another look is worthwhile; every 100 ms by default.
    public init(
        folder: String,
        rules: RuleSet? = nil,
        openStore: (@Sendable () throws(StoreFailure) -> any StateKeeping)? = nil,
        now: @escaping @Sendable () -> Timestamp,
        logger: Logger = Logger(label: "ghost.monitor"),
        onPublish: @escaping @Sendable (Publication) -> Void = { _ in },
        waitForChange: @escaping @Sendable () async throws -> Void = { try await Task.sleep(for: .milliseconds(100)) }
    ) {
        let reader = ComponentLogReader(folder: folder, rules: rules)
        self.reader = reader
        keeper = StateKeeper(open: openStore, logger: logger)
        opened = Mutex(nil)
        self.now = now
        self.waitForChange = waitForChange
        self.onPublish = onPublish
        published = Mutex(PublishedSnapshot(snapshot: reader.snapshot))
    }

    /// The committed events after a sequence of the store's epoch, oldest first.
    ///
    /// Empty without a store, and while it cannot be opened.
    ///
    /// - Parameter limit: how many at most; bounded by ``StateLimits/eventsPerAnswer``.
    public nonisolated func events(
        after sequence: UInt64,
        limit: Int
    ) async throws(StoreFailure) -> [StateEvent] {
        guard let store = opened.withLock({ $0 }) else { return [] }
        return try await store.events(after: sequence, limit: limit)
    }

    /// Follows the logs until the service group shuts down or the task is cancelled.
    public func run() async {
        await cancelWhenGracefulShutdown { await self.follow() }
    }

    private func follow() async {
        keeper.begin(&reader, now: Clocks.monotonic())
        let changes = ChangeIntake(waitForChange)
        await withTaskGroup(of: Void.self) { group in
            while !Task.isCancelled, !changes.isOver {
                do {
                    switch look() {
                    case .again: await Task.yield()
                    case .afterPause(let pause): try await Task.sleep(for: pause)
                    case .afterChange(let longest):
                        try await changes.wait(atMost: longest, reader.ruledChanges, &group)
                    }
                } catch {
                    break
                }
            }
            group.cancelAll()
        }
        keeper.finish(&reader, at: now(), now: Clocks.monotonic())
    }

    /// When the next look is due.
    private enum NextLook {
        case again
        case afterPause(Duration)
        /// When something changes, or when this time is over.
        case afterChange(orAfter: Duration?)
    }

    /// Reads what is new, commits it and publishes the state.
    private func look() -> NextLook {
        let time = now()
        let progress = reader.read(upTo: Self.budgetBytes, now: time)
        let outcome = keeper.settle(&reader, at: time, now: Clocks.monotonic())
        let isDone = progress != .unfinished
        switch outcome {
        case .settled:
            publish(progress, at: time)
            return isDone ? .afterChange(orAfter: nil) : .again
        case .inMemory(let pause):
            publish(progress, at: time)
            return isDone ? .afterChange(orAfter: pause) : .again
        case .pending(let pause): return isDone ? .afterPause(pause) : .again
        case .resumed: return .again
        }
    }

    /// How many groups of lines are read by the old rules before others take their place.
    private static let longestFarewell = 64

    /// Puts other rules, or none, in the place of those in force.
    ///
    /// What is new in the logs is read by the old ones first, and committed; then the change is, in one transaction. Components
    /// that go on keep what they counted, and none of their lines is lost or counted twice, whenever Ghost ends. What was
    /// said of rules that were refused is over.
    public func take(_ rules: RuleSet?) -> RulesChange {
        let time = now()
        for _ in 0..<Self.longestFarewell {
            guard reader.read(upTo: Self.budgetBytes, now: time) == .unfinished else { break }
            keeper.finish(&reader, at: time, now: Clocks.monotonic())
        }
        keeper.finish(&reader, at: time, now: Clocks.monotonic())
        if reader.hasUncommitted { reader.tellNews(at: time) }
        let change = reader.take(rules)
        refusal = nil
        if reader.hasUncommitted { reader.tellNews(at: time) }
        keeper.finish(&reader, at: time, now: Clocks.monotonic())
        if !keeper.keepsInStore { reader.forgetChange() }
        publish(.changed, at: time)
        return change
    }

    /// Tells everybody who asks that other rules were refused and those in force stay.
    public func refuseRules(_ sentence: String) {
        refusal = sentence
        published.withLock { $0.refuseRules(sentence) }
        onPublish(.newState(lookedAt: now()))
    }

    private func publish(_ progress: ReadProgress, at time: Timestamp) {
        var snapshot = reader.snapshot
        snapshot.epoch = keeper.epoch
        snapshot.persistence = keeper.persistence(of: reader)
        snapshot.rulesRefused = refusal
        opened.withLock { $0 = keeper.store }
        let events = keeper.takeSettledEvents()
        let isNew = published.withLock { published in
            let isNew = progress != .unchanged || published.snapshot.differs(from: snapshot)
            published.replace(with: snapshot, events)
            return isNew
        }
        onPublish(isNew ? .newState(lookedAt: time) : .sameState(lookedAt: time))
    }
}
