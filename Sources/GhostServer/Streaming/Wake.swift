import NIOCore
import Synchronization

/// Wakes one task that waits, also when it is called before the waiting began.
final class Wake: Sendable {
    private enum State {
        case idle
        case called
        case waiting(CheckedContinuation<Void, Never>)
    }

    private let state = Mutex(State.idle)

    /// Ends the wait.
    func call() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard case .waiting(let continuation) = state else {
                state = .called
                return nil
            }
            state = .idle
            return continuation
        }
        waiter?.resume()
    }

    /// Waits for a call, at most for a time.
    func wait(atMost longest: Duration?, on loop: any EventLoop) async {
        let timer = longest.map { longest in loop.scheduleTask(in: TimeAmount(longest)) { self.call() } }
        defer { timer?.cancel() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isCalled = state.withLock { state -> Bool in
                    if case .called = state {
                        state = .idle
                        return true
                    }
                    state = .waiting(continuation)
                    return false
                }
                if isCalled { continuation.resume() }
            }
        } onCancel: {
            call()
        }
    }
}
