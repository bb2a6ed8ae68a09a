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

    /// The bytes of `range` that are there: fewer if the file ends before.
    func bytes(_ range: Range<Int64>) throws(SourceTrouble) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Int(range.upperBound - range.lowerBound))
        var count = 0
        while count < bytes.count {
            let start = range.lowerBound + Int64(count)
            let got = bytes.withUnsafeMutableBytes { bytes in
                retryingInterrupted {
                    pread(descriptor, bytes.baseAddress.map { $0 + count }, bytes.count - count, off_t(start))
                }
            }
            guard got >= 0 else { throw SourceTrouble(code: errno, while: .read) }
            guard got > 0 else { break }
            count += got
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }
}

extension OpenFile {
    /// How many of the first `count` bytes of `block`, which was read at `offset`, are text.
    ///
    /// Zeros up to the end of the file are room that was made for what will be written there; zeros before other bytes are
    /// the holes of a power cut.
    ///
    /// - Parameter unitBytes: how many bytes belong together: 2 for UTF-16, whose units may end with a zero.
    func lengthOfText(
        _ block: [UInt8],
        _ count: Int,
        at offset: Int64,
        unitBytes: Int
    ) throws(SourceTrouble) -> Int {
        var length = count
        while length > 0, block[length - 1] == 0 { length -= 1 }
        while length < count, (offset + Int64(length)) % Int64(unitBytes) != 0 { length += 1 }
        guard length == 0, count > 0 else { return length }
        var ahead = offset + Int64(count)
        while true {
            let bytes = try bytes(ahead..<ahead + 64 * 1024)
            if bytes.isEmpty { return 0 }
            if bytes.contains(where: { $0 != 0 }) { return count }
            ahead += Int64(bytes.count)
        }
    }
}

extension SourceTrouble {
    /// The trouble that an error number stands for.
    init(code: Int32, while operation: Operation) {
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

/// Repeats a call that a signal interrupted.
private func retryingInterrupted<Result: BinaryInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result != -1 || errno != EINTR { return result }
    }
}
