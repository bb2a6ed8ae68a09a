#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Permission bits of a file, as chmod(2) takes them; the platforms' own types differ in width.
public typealias FileMode = UInt16

/// A file descriptor that is closed when it goes out of scope.
///
/// It cannot be copied, so nobody can use it after its owner has closed it.
public struct OwnedDescriptor: ~Copyable, Sendable {
    /// The descriptor; valid as long as this value lives.
    public let number: Int32
    /// What was opened, for messages.
    private let path: String

    /// Opens `path`; always with `O_CLOEXEC`, so that no child inherits it by accident.
    public init(opening path: String, flags: Int32, mode: FileMode = 0o600, action: String) throws(SystemCallFailure) {
        let descriptor = retryingInterrupts { open(path, flags | O_CLOEXEC, mode_t(mode)) }
        guard descriptor >= 0 else { throw SystemCallFailure(action, path) }
        number = descriptor
        self.path = path
    }

    /// Takes over an open descriptor; `path` names it in messages.
    init(owning descriptor: Int32, path: String) {
        number = descriptor
        self.path = path
    }

    deinit { close(number) }

    /// Writes all of `bytes`, continuing after short writes and interrupts.
    public borrowing func writeAll(_ bytes: UnsafeRawBufferPointer) -> Result<Void, SystemCallFailure> {
        var rest = bytes
        while !rest.isEmpty {
            let written = retryingInterrupts { write(number, rest.baseAddress, rest.count) }
            guard written > 0 else { return .failure(SystemCallFailure("write to", path)) }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
        }
        return .success(())
    }

    /// Reads to the end, at most `limit` bytes.
    ///
    /// One read of a file in `/proc` returns a part only, hence the loop.
    public borrowing func readToEnd(limit: Int) throws(SystemCallFailure) -> [UInt8] {
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while content.count < limit {
            let count = chunk.withUnsafeMutableBytes { buffer in
                retryingInterrupts { read(number, buffer.baseAddress, buffer.count) }
            }
            guard count >= 0 else { throw SystemCallFailure("read", path) }
            if count == 0 { break }
            content += chunk[..<min(count, limit - content.count)]
        }
        return content
    }
}

/// Repeats a system call for as long as a signal interrupts it.
func retryingInterrupts<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result != -1 || errno != EINTR { return result }
    }
}
