#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A place in a log: which file, whatever it is called now, and how far.
public struct LogMark: Sendable, Hashable, Codable {
    public var device: UInt64
    public var inode: UInt64
    /// When the file was created, in nanoseconds since 1970; 0 where the file system does not know.
    public var born: Int64
    /// In bytes.
    public var offset: Int64

    /// Creates a place.
    public init(device: UInt64, inode: UInt64, born: Int64, offset: Int64) {
        self.device = device
        self.inode = inode
        self.born = born
        self.offset = offset
    }

    /// Before the first line of a log that is not there yet.
    public static let beginning = LogMark(device: 0, inode: 0, born: 0, offset: 0)

    /// The end of the log at `path` as it is now; nil if the system does not say.
    public init?(endOf path: String) {
        do throws(ErrorNumber) {
            self.init(endOf: try FileStatus(path: path))
        } catch {
            guard error == .missing else { return nil }
            self = .beginning
        }
    }

    /// The end of a file.
    public init(endOf file: FileStatus) {
        self.init(device: file.device, inode: file.inode, born: file.born, offset: file.length)
    }

    /// The most that is read back, in bytes; what Ghost writes in the time between two saves is a small part of it.
    public static let longestRest = 8 << 20

    /// Everything that was written to the log at `path` behind this place, oldest first; blocking.
    ///
    /// The file may have been put away as `PATH.1` and so on, as ``LogRotation`` does; then what was written to the files
    /// that came after it follows.
    ///
    /// - Parameter limit: the most bytes that are read; if there are more, nothing is.
    public func rest(
        of path: String,
        rotation: LogRotation = LogRotation(),
        limit: Int = LogMark.longestRest
    ) throws(LogMarkLost) -> [UInt8] {
        var parts: [(path: String, from: Int64)] = []
        var length: Int64 = 0
        var isFound = self == .beginning
        for candidate in [path] + (0..<rotation.keep).map({ "\(path).\($0 + 1)" }) {
            // A put-away file may be missing: whoever renames them was killed meanwhile.
            guard let file = try? FileStatus(path: candidate), file.kind == .file else { continue }
            let isIt = file.device == device && file.inode == inode && file.born == born
            guard !isIt || file.length >= offset else { throw LogMarkLost(path: path, reason: .shorter) }
            parts.append((candidate, isIt ? offset : 0))
            length += file.length - (isIt ? offset : 0)
            guard length <= limit else { throw LogMarkLost(path: path, reason: .tooMuch) }
            guard isIt else { continue }
            isFound = true
            break
        }
        guard isFound else { throw LogMarkLost(path: path, reason: .gone) }
        var bytes: [UInt8] = []
        for part in parts.reversed() {
            guard let read = Self.bytes(of: part.path, from: part.from, limit: limit - bytes.count) else {
                throw LogMarkLost(path: part.path, reason: .unreadable)
            }
            bytes += read
        }
        return bytes
    }

    /// The end of the file at `path`, from where nothing better is known: at most ``longestTail`` bytes; nothing if there is
    /// none; blocking.
    public static func tail(of path: String) -> [UInt8] {
        guard let length = (try? FileStatus(path: path))?.length else { return [] }
        return bytes(of: path, from: max(length - Int64(longestTail), 0), limit: longestTail) ?? []
    }

    /// The most that is read of a log without a mark, in bytes: what is written in a second, many times over.
    public static let longestTail = 1 << 20

    /// Whether the file at `path` has an end that is no line end; no if there is none, or it cannot be read.
    static func endsInsideALine(_ path: String) -> Bool {
        guard let length = (try? FileStatus(path: path))?.length, length > 0,
            let last = bytes(of: path, from: length - 1, limit: 1)
        else { return false }
        return last.last.map { $0 != UInt8(ascii: "\n") } ?? false
    }

    private static func bytes(of path: String, from offset: Int64, limit: Int) -> [UInt8]? {
        guard let file = try? OwnedDescriptor(opening: path, flags: O_RDONLY | O_NONBLOCK, action: "read"),
            lseek(file.number, off_t(offset), SEEK_SET) == off_t(offset)
        else { return nil }
        return try? file.readToEnd(limit: limit)
    }
}

/// Why what was written behind a place in a log cannot be read.
public struct LogMarkLost: Error, Sendable, Hashable, CustomStringConvertible {
    /// The path of the log.
    public var path: String
    /// What is the matter.
    public var reason: Reason

    /// Creates one.
    public init(path: String, reason: Reason) {
        self.path = path
        self.reason = reason
    }

    /// What can be the matter.
    public enum Reason: Sendable, Hashable {
        /// The file is not there any more.
        case gone
        /// It is shorter than it was.
        case shorter
        /// More was written than is read back.
        case tooMuch
        /// The system does not let it be read.
        case unreadable
    }

    public var description: String {
        switch reason {
        case .gone: "the file that was \(path) is gone"
        case .shorter: "\(path) is shorter than it was"
        case .tooMuch: "more than \(LogMark.longestRest >> 20) MiB were written to \(path) since"
        case .unreadable: "\(path) cannot be read"
        }
    }
}
