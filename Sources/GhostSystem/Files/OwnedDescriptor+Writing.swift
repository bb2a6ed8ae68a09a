#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension OwnedDescriptor {
    /// Opens a file that is there for writing over its beginning.
    init(writing path: String) throws(SystemCallFailure) {
        try self.init(opening: path, flags: O_WRONLY, action: "write to")
    }
}
