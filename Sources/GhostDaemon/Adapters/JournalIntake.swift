import GhostModel
import GhostServer
import GhostSupervision
import Synchronization

/// What happened and is not in the journal yet.
///
/// Bounded and never in the way: whoever hands something in goes on at once, and what does not fit is counted. It goes on
/// when the task that reads it is cancelled, because what happens last must be kept as well.
final class JournalIntake: Sendable {
    /// The most entries that wait.
    static let capacity = 10_000

    /// One thing that happened.
    enum Entry: Sendable {
        /// With how long the daemon's output was at that moment, where it matters.
        case event(SupervisionEvent, Moment, output: Int64?)
        case order(DaemonOrder, DaemonName, Operator, Moment)
        case shutdown(Operator, Moment)
        case request(AuditedRequest, Moment)
    }

    /// Everything that waited.
    struct Batch: Sendable {
        var entries: [Entry] = []
        /// How many did not fit.
        var dropped = 0
        /// Who waits until everything up to here is kept.
        var waiters: [@Sendable () -> Void] = []

        var isEmpty: Bool { entries.isEmpty && waiters.isEmpty }
    }

    private struct State {
        var batch = Batch()
        var isClosed = false
        var reader: CheckedContinuation<Bool, Never>?
    }

    private let state = Mutex(State())

    /// Hands something in; may be called from anywhere.
    func put(_ entry: Entry) {
        let reader = state.withLock { state in
            if state.batch.entries.count < Self.capacity {
                state.batch.entries.append(entry)
            } else {
                state.batch.dropped += 1
            }
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: true)
    }

    /// Calls `then` once everything that was handed in before is kept, or given up; returns at once.
    func putWaiter(_ then: @escaping @Sendable () -> Void) {
        let (isClosed, reader) = state.withLock { state -> (Bool, CheckedContinuation<Bool, Never>?) in
            // Nobody may be there any more who would call it.
            guard !state.isClosed else { return (true, nil) }
            state.batch.waiters.append(then)
            defer { state.reader = nil }
            return (false, state.reader)
        }
        if isClosed { then() }
        reader?.resume(returning: true)
    }

    /// Everything that waits now.
    func takeAll() -> Batch {
        state.withLock { state in
            defer { state.batch = Batch() }
            return state.batch
        }
    }

    /// Waits until something is there; false once it is closed and empty.
    ///
    /// There is one reader.
    func waitForMore() async -> Bool {
        await withCheckedContinuation { continuation in
            let answer: Bool? = state.withLock { state in
                if !state.batch.isEmpty { return true }
                if state.isClosed { return false }
                state.reader = continuation
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    /// Lets the reader go once nothing is left.
    func close() {
        let reader = state.withLock { state in
            state.isClosed = true
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: true)
    }
}
