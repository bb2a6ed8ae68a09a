#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The lock that makes one process the owner of a state folder.
///
/// It is an advisory `flock` on a file that holds the owner's pid, so it vanishes with the process, however that ends; the
/// pid in it is only for the message to the second one.
public final class InstanceLock: Sendable {
    private let descriptor: OwnedDescriptor

    private init(_ descriptor: consuming OwnedDescriptor) {
        self.descriptor = descriptor
    }

    /// Why the lock could not be taken.
    public enum Failure: Error, Equatable {
        /// Another process has it; its pid if the file said so.
        case held(pid: Int32?)
        /// The file could not be opened or locked.
        case system(SystemCallFailure)
    }

    /// Whether a process has the lock; nothing is created or written to find out.
    public static func isHeld(_ path: String) throws(SystemCallFailure) -> Bool {
        do throws(SystemCallFailure) {
            let file = try OwnedDescriptor(opening: path, flags: O_RDONLY | O_NOFOLLOW, action: "open the lock file")
            // Given back with the descriptor.
            guard flock(file.number, LOCK_SH | LOCK_NB) == 0 else {
                guard errno == EWOULDBLOCK else { throw SystemCallFailure("lock", path) }
                return true
            }
            return false
        } catch {
            guard error.code == .missing else { throw error }
            return false
        }
    }

    /// Takes the lock without waiting.
    public static func acquire(_ path: String) throws(Failure) -> InstanceLock {
        do {
            let file = try OwnedDescriptor(
                opening: path,
                flags: O_RDWR | O_CREAT | O_NOFOLLOW,
                mode: 0o600,
                action: "open the lock file"
            )
            guard flock(file.number, LOCK_EX | LOCK_NB) == 0 else {
                guard errno == EWOULDBLOCK else { throw SystemCallFailure("lock", path) }
                let owner = try AtomicFile.read(path, limit: 32)
                throw Failure.held(pid: owner.flatMap { Int32($0.prefix { $0.isNumber }) })
            }
            guard ftruncate(file.number, 0) == 0 else { throw SystemCallFailure("write the lock file", path) }
            var text = "\(getpid())\n"
            if case .failure(let failure) = text.withUTF8({ file.writeAll(UnsafeRawBufferPointer($0)) }) {
                throw SystemCallFailure("write the lock file", path, code: failure.code)
            }
            return InstanceLock(file)
        } catch let failure as SystemCallFailure {
            throw .system(failure)
        } catch let failure as Failure {
            throw failure
        } catch {
            throw .system(SystemCallFailure("lock", path, code: ErrorNumber(EIO)))
        }
    }
}
