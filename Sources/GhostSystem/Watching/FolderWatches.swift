import Dispatch
import Synchronization

/// Watches many folders and collects the names of what changes in them.
///
/// A notification is a hint and not the truth; ``WatchOutcome`` says for each folder whether it is enough. Nothing is opened
/// before the first folder is watched.
public final class FolderWatches: Sendable {
    let queue = DispatchQueue(label: "ghost.folders", qos: .userInitiated)
    let wakeUp: WakeUp
    let watches = Mutex<FolderNotifications?>(nil)
    /// Who else is to be told, besides those who wait here.
    private let listener = Mutex<WakeUp?>(nil)

    /// Watches nothing yet.
    public init() {
        wakeUp = WakeUp(queue: queue)
    }

    deinit {
        watches.withLock { $0?.end() }
    }

    /// Begins to watch `folder`; its changes are told with `number`.
    ///
    /// A number that was watched before goes over to this folder.
    public func watch(_ folder: String, as number: Int) -> WatchOutcome {
        watches.withLock { watches in
            do throws(WatchRefusal) {
                if watches == nil {
                    watches = try FolderNotifications(queue: queue) { [weak self] in self?.collect() }
                }
                watches?.unwatch(number)
                let outcome = watches?.watch(folder, as: number) ?? .missing
                guard outcome == .watching, let system = FileSystemKind(path: folder)?.withoutNotifications else {
                    return outcome
                }
                return .uncertain(why: system)
            } catch {
                return error.outcome
            }
        }
    }

    /// Ends the watch of a folder.
    public func unwatch(_ number: Int) {
        watches.withLock { $0?.unwatch(number) }
    }

    /// What changed since this was last called.
    ///
    /// Never waits.
    public func takeChanges() -> ChangedNames {
        watches.withLock { $0?.takeChanges() } ?? ChangedNames()
    }

    /// Returns when something changed since the last wait ended, after `longest`, or when the task is cancelled.
    ///
    /// One waits at a time: a second wait ends the first.
    public func wait(atMost longest: Duration) async {
        await wakeUp.wait(atMost: longest)
    }

    /// Has `listener` told of every change from now on, in place of an earlier one: who waits for several things waits there.
    public func tell(_ listener: WakeUp) {
        let isNew = self.listener.withLock { present in
            defer { present = listener }
            return present !== listener
        }
        // Something may have changed before.
        if isNew { listener.note() }
    }

    private func collect() {
        watches.withLock { $0?.collect() }
        wakeUp.note()
        listener.withLock { $0 }?.note()
    }
}
