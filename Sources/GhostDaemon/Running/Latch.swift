import Synchronization

/// A value that is set once and can be waited for.
///
/// It joins services that start at the same time: one announces what others must know before they go on.
public final class Latch<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var waiters: [Int: @Sendable (Value?) -> Void] = [:]
        var nextWaiter = 0
    }

    private let state = Mutex(State())

    /// Creates an open latch.
    public init() {}

    /// The value, if it was set.
    public var current: Value? { state.withLock { $0.value } }

    /// Sets the value and wakes everybody; only the first call counts.
    public func set(_ value: Value) {
        let waiters = state.withLock { state in
            guard state.value == nil else { return [@Sendable (Value?) -> Void]() }
            state.value = value
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter(value) }
    }

    /// Waits for the value, also when the task is cancelled meanwhile: for what ends soon in any case.
    public func valueDespiteCancellation() async -> Value {
        await withCheckedContinuation { continuation in
            let known = state.withLock { state -> Value? in
                if let value = state.value { return value }
                state.nextWaiter += 1
                state.waiters[state.nextWaiter] = { value in
                    // Only cancellation ends a wait without a value, and this one cannot be cancelled.
                    if let value { continuation.resume(returning: value) }
                }
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    /// Waits for the value.
    ///
    /// - Throws: `CancellationError` when the task is cancelled first.
    public func value() async throws -> Value {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        let value = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let known = state.withLock { state -> Value?? in
                    if let value = state.value { return .some(value) }
                    if Task.isCancelled { return .some(nil) }
                    state.waiters[id] = { continuation.resume(returning: $0) }
                    return nil
                }
                if let known { continuation.resume(returning: known) }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?(nil)
        }
        guard let value else { throw CancellationError() }
        return value
    }
}
