#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Files that are replaced whole: a reader sees the old bytes or the new ones, also after a power cut.
public enum AtomicFile {
    /// What a replaced file survives.
    public enum Durability: Sendable {
        /// A power cut: the bytes and the rename are forced to the disk.
        case powerCut
        /// The end of any process, but not a power cut: enough for what is believed on the present boot only, and it
        /// costs no wait for the disk.
        case processEnd
    }

    /// Replaces the file at `path`: writes a hidden file beside it and renames that over it.
    ///
    /// - Parameters:
    ///   - mode: the permissions of the new file, before the umask.
    ///   - durability: what the new bytes survive.
    public static func replace(
        _ path: String,
        with text: String,
        mode: FileMode = 0o600,
        durability: Durability = .powerCut
    ) throws(SystemCallFailure) {
        let temporary = "\(path.parentFolder)/.\(path.lastPathPart).tmp"
        do {
            let file = try OwnedDescriptor(
                opening: temporary,
                flags: O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW,
                mode: mode,
                action: "create"
            )
            var text = text
            let written = text.withUTF8 { file.writeAll(UnsafeRawBufferPointer($0)) }
            if case .failure(let failure) = written {
                unlink(temporary)
                throw SystemCallFailure("write", path, code: failure.code)
            }
            if durability == .powerCut, fsync(file.number) != 0 { throw SystemCallFailure("sync", temporary) }
        }
        guard rename(temporary, path) == 0 else { throw SystemCallFailure("replace", path) }
        if durability == .powerCut { try Folder.sync(path.parentFolder) }
    }

    /// The text of a small file, or nil if there is none.
    ///
    /// Bytes that are not UTF-8 become U+FFFD.
    ///
    /// - Parameter limit: the most bytes that are read; the rest is left.
    public static func read(_ path: String, limit: Int = 65_536) throws(SystemCallFailure) -> String? {
        try readBytes(path, limit: limit).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The bytes of a small file, or nil if there is none; a folder, a pipe or a device is refused without waiting.
    public static func readBytes(_ path: String, limit: Int) throws(SystemCallFailure) -> [UInt8]? {
        do throws(SystemCallFailure) {
            let file = try OwnedDescriptor(opening: path, flags: O_RDONLY | O_NONBLOCK, action: "open")
            var facts = stat()
            guard fstat(file.number, &facts) == 0 else { throw SystemCallFailure("look at", path) }
            guard facts.st_mode & S_IFMT == S_IFREG else {
                let isFolder = facts.st_mode & S_IFMT == S_IFDIR
                let action = isFolder ? "read" : "read the pipe, socket or device"
                throw SystemCallFailure(action, path, code: .notAFile(mode: facts.st_mode))
            }
            return try file.readToEnd(limit: limit)
        } catch {
            if error.code == .missing { return nil }
            throw error
        }
    }
}

extension String {
    /// The folder part of a path: everything before the last `/`, `/` itself for an entry of the root, `.` without one.
    public var parentFolder: String {
        guard let slash = lastIndex(of: "/") else { return "." }
        return slash == startIndex ? "/" : String(self[..<slash])
    }

    /// The part of a path after its last `/`.
    public var lastPathPart: String {
        guard let slash = lastIndex(of: "/") else { return self }
        return String(self[index(after: slash)...])
    }

    /// This path as seen from `folder`: itself if it is absolute, otherwise below the folder; `.` and `..` are resolved
    /// by text, without looking at links.
    public func absolutePath(in folder: String) -> String {
        let joined = hasPrefix("/") ? self : folder + "/" + self
        var parts: [Substring] = []
        for part in joined.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }
}
