#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The file of a Unix socket.
public enum SocketFile {
    /// Lets only the owner connect.
    ///
    /// The folder the socket is in is private as well, so there is no moment at which others could.
    public static func restrictToOwner(_ path: String) {
        chmod(path, 0o600)
    }

    /// Removes the socket of an owner that is gone.
    public static func remove(_ path: String) {
        unlink(path)
    }
}
