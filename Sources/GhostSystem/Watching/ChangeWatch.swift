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

    private let folder: String
    private let longestWait: Duration
    private let longestWatchedWait: Duration
    private let queue = DispatchQueue(label: "ghost.changes", qos: .userInitiated)
    private let events = Mutex<FolderEvents?>(nil)
    private let wakeUp: WakeUp

    /// Watches the entries of `folder` and what is written to them; the folder need not exist yet.
    ///
    /// - Parameters:
    ///   - longestWait: after this time a wait ends though nothing was notified.
    ///   - longestWatchedWait: the same while the folder is watched on a file system that notifies; for a folder whose
    ///     files are written here and nowhere else.
    public init(
        folder: String,
        longestWait: Duration = ChangeWatch.usualLongestWait,
        longestWatchedWait: Duration? = nil
    ) {
        self.folder = folder
        self.longestWait = longestWait
        self.longestWatchedWait = longestWatchedWait ?? longestWait
        wakeUp = WakeUp(queue: queue)
    }

    /// Returns when something may have changed since the last wait ended, at the latest after the longest wait, or when
    /// the task is cancelled.
    ///
    /// One waits at a time: a second wait ends the first.
    public func wait() async {
        await wakeUp.wait(atMost: watchIfPossible())
    }

    /// Begins to watch the folder, again and again until it is there; a folder that was replaced is watched anew.
    ///
    /// Returns how long the next wait may be.
    private func watchIfPossible() -> Duration {
        events.withLock { events in
            if let current = events, current.isCurrent {
                return FileSystemKind(path: folder)?.withoutNotifications == nil ? longestWatchedWait : longestWait
            }
            events = FolderEvents(folder: folder, queue: queue) { [wakeUp] in wakeUp.note() }
            // What changed before it was watched is seen soon.
            return longestWait
        }
    }
}
