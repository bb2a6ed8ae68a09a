#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Files that must not be there yet.
public enum NewFile {
    /// Writes a new file; one that is there is left as it is, and that is a failure.
    public static func write(_ text: String, to path: String, mode: FileMode = 0o644) throws(SystemCallFailure) {
        let file = try OwnedDescriptor(
            opening: path,
            flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
            mode: mode,
            action: "create"
        )
        var text = text
        let written = text.withUTF8 { file.writeAll(UnsafeRawBufferPointer($0)) }
        if case .failure(let failure) = written {
            unlink(path)
            throw failure
        }
    }
}
