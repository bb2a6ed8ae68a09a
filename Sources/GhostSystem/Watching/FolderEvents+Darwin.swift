#if canImport(Darwin)
import Darwin
import Dispatch

/// The kernel's notifications about one folder and the files in it, by kqueue(2).
///
/// A folder's own notification tells of entries that come and go; writes are told by each file. Files beyond
/// ``mostFiles`` are looked at now and then only.
final class FolderEvents: Sendable {
    /// How many files are watched; each costs a descriptor.
    static let mostFiles = 64

    // Sources may be used from any thread (dispatch_source_create(3)); the Swift overlay does not say so.
    private nonisolated(unsafe) let sources: [any DispatchSourceFileSystemObject]

    /// Made anew after each wait that an entry ended, since the set of files may have changed.
    let isCurrent = false

    /// Watches `folder`; nil if it is not there.
    init?(folder: String, queue: DispatchQueue, onChange: @escaping @Sendable () -> Void) {
        guard let names = try? Folder.entries(of: folder, limit: Self.mostFiles) else { return nil }
        let paths = [folder] + names.map { "\(folder)/\($0)" }
        sources = paths.compactMap { path in
            let descriptor = open(path, O_EVTONLY | O_CLOEXEC)
            guard descriptor >= 0 else { return nil }
            let source = DispatchSource.makeFileSystemObjectSource(
                fileDescriptor: descriptor,
                eventMask: [.write, .extend, .delete, .rename, .attrib],
                queue: queue
            )
            source.setEventHandler(handler: onChange)
            source.setCancelHandler { close(descriptor) }
            source.activate()
            return source
        }
    }

    deinit {
        for source in sources { source.cancel() }
    }
}
#endif
