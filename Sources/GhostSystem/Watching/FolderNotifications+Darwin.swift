#if canImport(Darwin)
import Darwin
import Dispatch
import Synchronization

/// The kernel's notifications about many folders, by kqueue(2): a descriptor each.
///
/// A folder's notification tells that entries came or went, not which, and nothing of what is written to them. Not for use
/// from several threads at once.
struct FolderNotifications {
    private let queue: DispatchQueue
    private let onChange: @Sendable () -> Void
    private let pending = PendingFolders()
    // Sources may be used from any thread (dispatch_source_create(3)); the Swift overlay does not say so.
    private nonisolated(unsafe) var sources: [Int: any DispatchSourceFileSystemObject] = [:]

    /// - Parameter onChange: called on `queue` when there is something to collect.
    init(queue: DispatchQueue, onChange: @escaping @Sendable () -> Void) throws(WatchRefusal) {
        self.queue = queue
        self.onChange = onChange
    }

    func end() {
        for source in sources.values { source.cancel() }
    }

    mutating func watch(_ folder: String, as number: Int) -> WatchOutcome {
        let descriptor = open(folder, O_EVTONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT, ENOTDIR: return .missing
            case EMFILE, ENFILE: return .exhausted(setting: "kern.maxfilesperproc")
            case let code: return .refused(ErrorNumber(code))
            }
        }
        let source = DispatchSource.makeFileSystemObjectSource(
            fileDescriptor: descriptor,
            eventMask: [.write, .delete, .rename, .revoke],
            queue: queue
        )
        source.setEventHandler { [pending, onChange] in
            pending.note(number)
            onChange()
        }
        source.setCancelHandler { close(descriptor) }
        source.activate()
        sources[number] = source
        return .uncertain(why: "this system does not tell what is written to the files of a folder")
    }

    mutating func unwatch(_ number: Int) {
        sources.removeValue(forKey: number)?.cancel()
    }

    mutating func takeChanges() -> ChangedNames {
        var changes = ChangedNames()
        for number in pending.take() { changes.note(whole: number) }
        return changes
    }

    /// Nothing: the system hands its notifications over by itself.
    mutating func collect() {}
}

/// The folders of which something was told.
private final class PendingFolders: Sendable {
    private let numbers = Mutex<Set<Int>>([])

    func note(_ number: Int) { numbers.withLock { _ = $0.insert(number) } }

    func take() -> Set<Int> {
        numbers.withLock { numbers in
            defer { numbers = [] }
            return numbers
        }
    }
}
#endif
