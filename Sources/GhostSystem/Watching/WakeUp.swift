import Dispatch
import Synchronization

/// Somebody who waits, and a note that is kept for who comes too late.
///
/// One waits at a time: a second wait ends the first.
public final class WakeUp: Sendable {
    /// A change that nobody has waited for yet, or somebody who waits for the next one.
    private enum State {
        case quiet
        case changed
        case waiting(CheckedContinuation<Void, Never>)
    }

    private let state = Mutex(State.quiet)
    // Sources may be used from any thread (dispatch_source_create(3)); the Swift overlay does not say so.
    private nonisolated(unsafe) let timer: any DispatchSourceTimer

    /// Creates a quiet one.
    public convenience init() {
        self.init(queue: DispatchQueue(label: "ghost.wake-up", qos: .userInitiated))
    }

    /// Creates a quiet one whose time-outs run on `queue`.
    init(queue: DispatchQueue) {
        timer = DispatchSource.makeTimerSource(queue: queue)
        timer.setEventHandler { [weak self] in self?.note() }
        timer.activate()
    }

    deinit {
        timer.cancel()
    }

    /// Ends the present wait, or the next one before it begins.
    public func note() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            switch state {
            case .waiting(let continuation):
                state = .quiet
                return continuation
            case .quiet, .changed:
                state = .changed
                return nil
            }
        }
        waiter?.resume()
    }

    /// Returns when something was noted since the last wait ended, after `longest`, or when the task is cancelled.
    public func wait(atMost longest: Duration) async {
        let (seconds, attoseconds) = longest.components
        timer.schedule(deadline: .now() + .nanoseconds(Int(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)))
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ended = state.withLock { state -> CheckedContinuation<Void, Never>? in
                    switch state {
                    case .changed:
                        state = .quiet
                        return continuation
                    case .quiet where Task.isCancelled:
                        return continuation
                    case .quiet:
                        state = .waiting(continuation)
                        return nil
                    case .waiting(let earlier):
                        state = .waiting(continuation)
                        return earlier
                    }
                }
                ended?.resume()
            }
        } onCancel: {
            note()
        }
    }
}
