#if os(Linux)
import Dispatch
import Glibc

/// The kernel's notifications about many folders, by one inotify(7) descriptor.
///
/// Not for use from several threads at once.
struct FolderNotifications {
    /// How much is taken from the kernel at a time, in bytes.
    private static let blockBytes = 64 * 1024

    private let descriptor: Int32
    // Sources may be used from any thread (dispatch_source_create(3)); the Swift overlay does not say so.
    private nonisolated(unsafe) let source: any DispatchSourceRead
    /// The numbers by the kernel's: two paths may lead to one folder, which the kernel watches once.
    private var numbers: [Int32: [Int]] = [:]
    private var watchOf: [Int: Int32] = [:]
    private var changes = ChangedNames()

    /// - Parameter onChange: called on `queue` when there is something to collect.
    init(queue: DispatchQueue, onChange: @escaping @Sendable () -> Void) throws(WatchRefusal) {
        let descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        guard descriptor >= 0 else { throw Self.refusal(errno, hasDescriptorsLeft: Self.hasDescriptorsLeft) }
        self.descriptor = descriptor
        source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        source.setEventHandler(handler: onChange)
        source.setCancelHandler { close(descriptor) }
        source.activate()
    }

    /// What an error of inotify_init1(2) means: one number stands for two limits.
    static func refusal(_ code: Int32, hasDescriptorsLeft: Bool) -> WatchRefusal {
        guard code == EMFILE, hasDescriptorsLeft else { return WatchRefusal(outcome: .refused(ErrorNumber(code))) }
        return WatchRefusal(outcome: .exhausted(setting: "fs.inotify.max_user_instances"))
    }

    /// Whether the process may open anything else.
    private static var hasDescriptorsLeft: Bool {
        let trial = open("/", O_RDONLY | O_CLOEXEC)
        guard trial >= 0 else { return false }
        close(trial)
        return true
    }

    func end() {
        source.cancel()
    }

    mutating func watch(_ folder: String, as number: Int) -> WatchOutcome {
        let interest =
            IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF
        let watch = inotify_add_watch(descriptor, folder, UInt32(interest) | UInt32(IN_ONLYDIR))
        guard watch >= 0 else {
            switch errno {
            case ENOENT, ENOTDIR: return .missing
            case ENOSPC: return .exhausted(setting: "fs.inotify.max_user_watches")
            case let code: return .refused(ErrorNumber(code))
            }
        }
        numbers[watch, default: []].append(number)
        watchOf[number] = watch
        return .watching
    }

    mutating func unwatch(_ number: Int) {
        guard let watch = watchOf.removeValue(forKey: number) else { return }
        numbers[watch]?.removeAll { $0 == number }
        guard numbers[watch]?.isEmpty ?? false else { return }
        numbers[watch] = nil
        inotify_rm_watch(descriptor, watch)
    }

    mutating func takeChanges() -> ChangedNames {
        collect()
        defer { changes = ChangedNames() }
        return changes
    }

    /// Takes over everything that the kernel has to tell.
    mutating func collect() {
        withUnsafeTemporaryAllocation(byteCount: Self.blockBytes, alignment: 8) { buffer in
            while case let count = read(descriptor, buffer.baseAddress, buffer.count), count > 0 {
                let header = MemoryLayout<inotify_event>.size
                var offset = 0
                while offset + header <= count {
                    let event = buffer.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
                    let name = UnsafeRawBufferPointer(
                        rebasing: buffer[offset + header..<offset + header + Int(event.len)]
                    )
                    note(event, name)
                    offset += header + Int(event.len)
                }
            }
        }
    }

    private mutating func note(_ event: inotify_event, _ name: UnsafeRawBufferPointer) {
        if event.mask & UInt32(IN_Q_OVERFLOW) != 0 {
            changes.noteOverflow()
            return
        }
        guard let told = numbers[event.wd] else { return }
        if event.mask & (UInt32(IN_DELETE_SELF) | UInt32(IN_MOVE_SELF) | UInt32(IN_IGNORED) | UInt32(IN_UNMOUNT)) != 0 {
            for number in told {
                changes.note(ended: number)
                watchOf[number] = nil
            }
            numbers[event.wd] = nil
            // Of a folder that was only renamed the kernel goes on telling.
            if event.mask & UInt32(IN_MOVE_SELF) != 0 { inotify_rm_watch(descriptor, event.wd) }
            return
        }
        guard !name.isEmpty else { return }
        let text = String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
        for number in told { changes.note(text, in: number) }
    }
}
#endif
