#if os(Linux)
import Dispatch
import Glibc
import Synchronization

/// The kernel's notifications about one folder, by inotify(7).
///
/// One watch on the folder tells of writes to every file in it, however many there are.
final class FolderEvents: Sendable {
    // Sources may be used from any thread (dispatch_source_create(3)); the Swift overlay does not say so.
    private nonisolated(unsafe) let source: any DispatchSourceRead
    private let condition: Condition

    /// Whether the watch is still on the folder that has the name.
    private final class Condition: Sendable {
        private let gone = Atomic<Bool>(false)
        var isCurrent: Bool { !gone.load(ordering: .relaxed) }
        func end() { gone.store(true, ordering: .relaxed) }
    }

    var isCurrent: Bool { condition.isCurrent }

    /// Watches `folder`; nil if it is not there or no watch can be had, in which case looking now and then must do.
    init?(folder: String, queue: DispatchQueue, onChange: @escaping @Sendable () -> Void) {
        let descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        guard descriptor >= 0 else { return nil }
        let interest =
            IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF
        guard inotify_add_watch(descriptor, folder, UInt32(interest) | UInt32(IN_ONLYDIR)) >= 0 else {
            close(descriptor)
            return nil
        }
        let condition = Condition()
        self.condition = condition
        source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        source.setEventHandler {
            if !Self.drain(descriptor) { condition.end() }
            onChange()
        }
        source.setCancelHandler { close(descriptor) }
        source.activate()
    }

    deinit {
        source.cancel()
    }

    /// Takes all notifications; false if the folder is gone.
    ///
    /// Which file changed is not looked at: the reader compares sizes anyway, and an overflow then needs no special case.
    private static func drain(_ descriptor: Int32) -> Bool {
        var isThere = true
        withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 8) { buffer in
            while case let count = read(descriptor, buffer.baseAddress, buffer.count), count > 0 {
                var offset = 0
                while offset + MemoryLayout<inotify_event>.size <= count {
                    let event = buffer.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
                    let ends = UInt32(IN_DELETE_SELF) | UInt32(IN_MOVE_SELF) | UInt32(IN_IGNORED)
                    if event.mask & ends != 0 { isThere = false }
                    offset += MemoryLayout<inotify_event>.size + Int(event.len)
                }
            }
        }
        return isThere
    }
}
#endif
