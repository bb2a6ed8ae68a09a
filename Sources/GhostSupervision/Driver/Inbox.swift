import Synchronization

/// What has happened and was not handled yet, in the order in which it happened.
///
/// Nothing is ever dropped, because an exit that is not handled would be a daemon that is never restarted. It is bounded
/// all the same: each source has at most one message here. A run ends once, and its daemon is not started again before the
/// end was handled; a probe is not attempted again before its result was handled; the alarm is not set again before it was
/// heard. So there are at most two messages for each daemon, three for the whole, and the results of probes of runs that
/// have ended meanwhile.
///
/// Unlike an `AsyncStream` it goes on when the task that reads it is cancelled: cancellation must stop the daemons, which
/// takes their exits.
final class Inbox<Message: Sendable>: Sendable {
    private struct State {
        var messages: [Message] = []
        var reader: CheckedContinuation<[Message], Never>?
    }

    private let state = Mutex(State())

    /// Adds a message; may be called from anywhere.
    func post(_ message: Message) {
        let reader: CheckedContinuation<[Message], Never>? = state.withLock { state in
            guard let reader = state.reader else {
                state.messages.append(message)
                return nil
            }
            state.reader = nil
            return reader
        }
        reader?.resume(returning: [message])
    }

    /// Waits until there is something and takes all of it; there is one reader.
    func take() async -> [Message] {
        await withCheckedContinuation { continuation in
            let messages: [Message]? = state.withLock { state in
                guard state.messages.isEmpty else {
                    defer { state.messages = [] }
                    return state.messages
                }
                state.reader = continuation
                return nil
            }
            if let messages { continuation.resume(returning: messages) }
        }
    }
}
