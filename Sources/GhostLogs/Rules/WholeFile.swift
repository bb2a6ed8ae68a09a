public import GhostSystem

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Reads a file from its first byte to its end, a block at a time.
///
/// Blocking. A pipe or a folder is refused, not waited for.
public enum WholeFile {
    private static let blockBytes = 256 * 1024

    /// Gives each block to `body`.
    public static func forEachBlock(
        of path: String,
        _ body: (Span<UInt8>) -> Void
    ) throws(SystemCallFailure) {
        let file = try OwnedDescriptor(opening: path, flags: O_RDONLY | O_NONBLOCK, action: "open")
        var facts = stat()
        guard fstat(file.number, &facts) == 0 else { throw SystemCallFailure("look at", path) }
        guard facts.st_mode & S_IFMT == S_IFREG else {
            let isFolder = facts.st_mode & S_IFMT == S_IFDIR
            throw SystemCallFailure("read", path, code: ErrorNumber(isFolder ? EISDIR : EINVAL))
        }
        var block = [UInt8](repeating: 0, count: blockBytes)
        while true {
            let count = block.withUnsafeMutableBytes { read(file.number, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemCallFailure("read", path) }
            guard count > 0 else { return }
            body(block.span.extracting(0..<count))
        }
    }
}
