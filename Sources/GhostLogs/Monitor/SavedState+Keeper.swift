import GhostModel
import GhostStore
import Logging
import Synchronization

/// Keeps the state of a reader in a store, and knows what to say about that.
///
/// Blocking.
struct StateKeeper {
    /// Opens the store; nil if the state is kept in memory by intent.
    let open: (@Sendable () throws(StoreFailure) -> any StateKeeping)?
    let logger: Logger
    private(set) var store: (any StateKeeping)?
    private var pacer = CommitPacer()
    /// What the persistence says as long as all is well.
    private var notice: String?
    /// The trouble that has been going on since the last commit; said once.
    private var trouble: String?
    /// Names the sequences that are given while nothing can be committed.
    private let memoryEpoch: String
    /// The events of what was committed, until they are taken; bounded as those that wait for a commit are.
    private var settledEvents: [StateEvent] = []

    init(open: (@Sendable () throws(StoreFailure) -> any StateKeeping)?, logger: Logger) {
        self.open = open
        self.logger = logger
        memoryEpoch = "memory-\(String(UInt64.random(in: .min ... .max), radix: 16))"
    }

    /// Names the sequences of the state that is published next.
    var epoch: String {
        guard let store, trouble == nil else { return memoryEpoch }
        return store.epoch
    }

    /// Whether there is a store, even one that cannot be opened or written at present.
    var keepsInStore: Bool { open != nil }

    /// What to say about a reader's state.
    func persistence(of reader: ComponentLogReader) -> Persistence {
        let isSaved = store != nil && trouble == nil
        return Persistence(
            state: isSaved ? .saved : .memory,
            message: trouble ?? notice,
            countedAnew: reader.countedAnew
        )
    }

    /// What became of what was read.
    enum Outcome: Equatable {
        /// It may be published.
        case settled
        /// It may be published, and is in memory only; another attempt is due after this time.
        case inMemory(retryIn: Duration)
        /// It must not be published before it is committed, which is due after this time.
        case pending(Duration)
        /// The store holds more than was read; the reader goes on from there.
        case resumed
    }

    /// Opens the store for the first time, and hands its state to the reader.
    mutating func begin(_ reader: inout ComponentLogReader, now: MonotonicTime) {
        guard open != nil else { return }
        _ = connect(&reader, now)
    }

    /// Commits what is due.
    mutating func settle(_ reader: inout ComponentLogReader, at time: Timestamp, now: MonotonicTime) -> Outcome {
        guard reader.hasUncommitted else { return .settled }
        guard open != nil else {
            reader.tellNews(at: time)
            settledEvents += reader.uncommitted.events
            reader.forgetChange()
            return .settled
        }
        if case .wait(let pause) = pacer.decide(bytes: reader.uncommitted.bytes, now: now) {
            guard pacer.isFailing else { return .pending(pause) }
            reader.tellNews(at: time)
            return .inMemory(retryIn: pause)
        }
        if store == nil, connect(&reader, now) == .resumed { return .resumed }
        reader.tellNews(at: time)
        return commit(&reader, now)
    }

    /// The events of what was committed since the last call.
    mutating func takeSettledEvents() -> [StateEvent] {
        defer { settledEvents = [] }
        return settledEvents
    }

    /// Commits what is left when reading ends, however short the time since the last commit.
    mutating func finish(_ reader: inout ComponentLogReader, at time: Timestamp, now: MonotonicTime) {
        guard store != nil, reader.hasUncommitted else { return }
        reader.tellNews(at: time)
        _ = commit(&reader, now)
    }

    private mutating func connect(_ reader: inout ComponentLogReader, _ now: MonotonicTime) -> Outcome {
        guard let open else { return .settled }
        do throws(StoreFailure) {
            let opened = try open()
            let saved = try opened.load()
            store = opened
            trouble = nil
            if let aside = opened.movedAside {
                let text = "The saved state was damaged and is now \(aside); all is counted anew from the oldest logs"
                notice = text
                logger.warning("\(text)")
            }
            guard let saved else { return .settled }
            // What was read meanwhile is read again: the store knows of logs that are gone.
            reader = ComponentLogReader(folder: reader.folder, rules: reader.rules, resuming: saved)
            for (name, refusal) in reader.rulesCountedAnew.sorted(by: { $0.key < $1.key }) {
                logger.warning("the saved state of \(name): \(refusal)")
            }
            if !reader.countedAnew.isEmpty {
                let names = reader.countedAnew.map(\.rawValue).joined(separator: ", ")
                logger.warning("the saved totals of \(names) cannot be read and are counted anew from the oldest logs")
            }
            return .resumed
        } catch {
            return fail(error, now)
        }
    }

    private mutating func commit(_ reader: inout ComponentLogReader, _ now: MonotonicTime) -> Outcome {
        guard let store else { return .inMemory(retryIn: CommitPacer.firstRetry) }
        do {
            let change = try reader.change()
            try store.commit(change)
            settledEvents += change.events
        } catch {
            return fail(error, now)
        }
        reader.forgetChange()
        pacer.succeeded(at: now)
        if trouble != nil { logger.notice("the state can be saved again") }
        trouble = nil
        return .settled
    }

    private mutating func fail(_ error: any Error, _ now: MonotonicTime) -> Outcome {
        pacer.failed(at: now)
        let text = "What the logs say is kept in memory only: \(error)"
        if trouble != text { logger.error("\(text)") }
        trouble = text
        guard case .wait(let pause) = pacer.decide(bytes: 0, now: now) else { return .settled }
        return .inMemory(retryIn: pause)
    }
}
