#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A regular file open for reading; closed when the last copy of the reference goes.
///
/// Reads name their offset, so the descriptor carries no position and may be shared.
final class OpenFile: Sendable {
    /// Which file it is, whatever its name.
    let identity: FileIdentity
    private let descriptor: Int32

    /// Opens `path` without ever waiting: a named pipe, a folder or a device is refused.
    init(path: String) throws(SourceTrouble) {
        // Looked at before it is opened: opening a named pipe would let its writer go on.
        _ = try FileFacts(path: path)
        let descriptor = retryingInterrupted { open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY) }
        guard descriptor >= 0 else { throw SourceTrouble(code: errno, while: .open) }
        do {
            identity = try FileFacts(descriptor: descriptor).identity
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// The file's present length in bytes.
    func length() throws(SourceTrouble) -> Int64 {
        try FileFacts(descriptor: descriptor).length
    }

    /// Reads at most `longest` bytes at `offset` into `buffer`.
    ///
    /// - Returns: how many there were; 0 at the end of the file.
    func read(into buffer: inout [UInt8], longest: Int, at offset: Int64) throws(SourceTrouble) -> Int {
        let room = min(longest, buffer.count)
        let count = buffer.withUnsafeMutableBytes { bytes in
            retryingInterrupted { pread(descriptor, bytes.baseAddress, room, off_t(offset)) }
        }
        guard count >= 0 else { throw SourceTrouble(code: errno, while: .read) }
        return count
    }
}

/// Which file it is, whatever its name.
struct FileIdentity: Sendable, Hashable {
    let device: UInt64
    let inode: UInt64
}

/// What the system says about a regular file.
struct FileFacts: Sendable {
    let identity: FileIdentity
    let length: Int64
    /// When it was last written, in whole seconds since 1970.
    let modified: Int64

    /// Looks at the file that `path` leads to.
    init(path: String) throws(SourceTrouble) {
        var facts = stat()
        guard retryingInterrupted({ stat(path, &facts) }) == 0 else {
            throw SourceTrouble(code: errno, while: .examine)
        }
        try self.init(facts)
    }

    fileprivate init(descriptor: Int32) throws(SourceTrouble) {
        var facts = stat()
        guard retryingInterrupted({ fstat(descriptor, &facts) }) == 0 else {
            throw SourceTrouble(code: errno, while: .examine)
        }
        try self.init(facts)
    }

    private init(_ facts: stat) throws(SourceTrouble) {
        switch facts.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw .notAFile(.folder)
        case S_IFIFO: throw .notAFile(.pipe)
        case S_IFSOCK: throw .notAFile(.socket)
        case S_IFCHR, S_IFBLK: throw .notAFile(.device)
        default: throw .notAFile(.other)
        }
        identity = FileIdentity(
            device: UInt64(truncatingIfNeeded: facts.st_dev),
            inode: UInt64(truncatingIfNeeded: facts.st_ino)
        )
        length = Int64(facts.st_size)
        modified = Int64(facts.modifiedSeconds)
    }
}

extension SourceTrouble {
    /// The trouble that an error number stands for.
    fileprivate init(code: Int32, while operation: Operation) {
        self =
            switch code {
            case ENOENT, ENOTDIR: .missing
            case EISDIR: .notAFile(.folder)
            case ELOOP: .symbolicLinkLoop
            case EACCES, EPERM: .permissionDenied
            default: .refused(operation, code: code)
            }
    }
}

/// Whether something is a folder.
func isFolder(_ path: String) -> Bool {
    var facts = stat()
    return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
}

/// Repeats a call that a signal interrupted.
private func retryingInterrupted<Result: BinaryInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result != -1 || errno != EINTR { return result }
    }
}
