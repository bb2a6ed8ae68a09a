import Dispatch
import Synchronization

/// Waits until something may have changed in a folder.
///
/// The kernel's notification ends a wait at once. It is a hint and not the truth: it may overflow, it says nothing about
/// files that a symbolic link leads to, and network and overlay file systems give none for what others write. So every
/// wait also ends after a while, and whoever waits looks for himself.
public final class ChangeWatch: Sendable {
    /// The usual longest time between two looks.
    public static let usualLongestWait: Duration = .seconds(2)

    /// A change that nobody has waited for yet, or somebody who waits for the next one.
    private enum State {
        case quiet
        case changed
        case waiting(CheckedContinuation<Void, Never>)
    }

    private let folder: String
    private let longestWait: Duration
    private let queue = DispatchQueue(label: "ghost.changes", qos: .userInitiated)
    private let events = Mutex<FolderEvents?>(nil)
    private let state = Mutex(State.quiet)
    // Sources may be used from any thread (dispatch_source_create(3)); the Swift overlay does not say so.
    private nonisolated(unsafe) let timer: any DispatchSourceTimer

    /// Watches the entries of `folder` and what is written to them; the folder need not exist yet.
    ///
    /// - Parameter longestWait: after this time a wait ends though nothing was notified.
    public init(folder: String, longestWait: Duration = ChangeWatch.usualLongestWait) {
        self.folder = folder
        self.longestWait = longestWait
        timer = DispatchSource.makeTimerSource(queue: queue)
        timer.setEventHandler { [weak self] in self?.noteChange() }
        timer.activate()
    }

    deinit {
        timer.cancel()
    }

    /// Returns when something may have changed since the last wait ended, at the latest after the longest wait, or when
    /// the task is cancelled.
    ///
    /// One waits at a time: a second wait ends the first.
    public func wait() async {
        watchIfPossible()
        let (seconds, attoseconds) = longestWait.components
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
            noteChange()
        }
    }

    /// Begins to watch the folder, again and again until it is there; a folder that was replaced is watched anew.
    private func watchIfPossible() {
        events.withLock { events in
            if let current = events, current.isCurrent { return }
            events = FolderEvents(folder: folder, queue: queue) { [weak self] in self?.noteChange() }
        }
    }

    private func noteChange() {
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
}
