#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// When a log is put away, and how many put-away ones are kept: `NAME.log` becomes `NAME.log.1`, that `NAME.log.2`, and so on.
///
/// Files are renamed and never altered, so whoever reads one goes on reading it under its new name.
public struct LogRotation: Sendable, Hashable {
    /// The length from which a file is put away, in bytes.
    public var bytes: Int64
    /// How many put-away files are kept.
    public var keep: Int

    /// The most files that are kept.
    public static let mostFiles = 1000

    /// Creates a rotation; by default that of the daemons' logs.
    public init(bytes: Int64 = 50 << 20, keep: Int = 10) {
        self.bytes = bytes
        self.keep = min(max(keep, 0), Self.mostFiles)
    }

    /// Puts the file at `path` away if it and `addition` bytes more would be too long.
    ///
    /// A file that cannot be renamed stays and grows, and is tried again the next time.
    public func putAwayIfDue(_ path: String, addition: Int = 0) {
        guard let length = (try? FileStatus(path: path))?.length, length > 0, length + Int64(addition) > bytes else {
            return
        }
        guard keep > 0 else {
            unlink(path)
            return
        }
        var free = 1
        while free < keep, access("\(path).\(free)", F_OK) == 0 { free += 1 }
        for number in stride(from: free, to: 1, by: -1) { rename("\(path).\(number - 1)", "\(path).\(number)") }
        rename(path, "\(path).1")
    }
}
