import GhostSystem

/// Which file it is, whatever its name.
struct FileIdentity: Codable, Sendable, Hashable {
    let device: UInt64
    let inode: UInt64
    /// When it was created, in nanoseconds since 1970, because the numbers of deleted files are given out again.
    ///
    /// 0 where the file system does not know.
    let born: Int64
}

/// What the system says about a regular file.
struct FileFacts: Sendable {
    let identity: FileIdentity
    /// In bytes.
    let length: Int64
    /// When it was last written, in nanoseconds since 1970.
    let modified: Int64
    /// When anything about it was last changed, in nanoseconds since 1970; nobody can set it.
    let changed: Int64

    /// Looks at the file that `path` leads to.
    init(path: String) throws(SourceTrouble) {
        try self.init { () throws(ErrorNumber) in try FileStatus(path: path) }
    }

    init(descriptor: Int32) throws(SourceTrouble) {
        try self.init { () throws(ErrorNumber) in try FileStatus(descriptor: descriptor) }
    }

    private init(_ look: () throws(ErrorNumber) -> FileStatus) throws(SourceTrouble) {
        let status: FileStatus
        do throws(ErrorNumber) {
            status = try look()
        } catch {
            throw SourceTrouble(code: error.rawValue, while: .examine)
        }
        switch status.kind {
        case .file: break
        case .folder: throw .notAFile(.folder)
        case .pipe: throw .notAFile(.pipe)
        case .socket: throw .notAFile(.socket)
        case .device: throw .notAFile(.device)
        case .other: throw .notAFile(.other)
        }
        identity = FileIdentity(device: status.device, inode: status.inode, born: status.born)
        length = status.length
        modified = status.modified
        changed = status.changed
    }
}

/// Whether something is a folder.
func isFolder(_ path: String) -> Bool {
    (try? FileStatus(path: path))?.kind == .folder
}

/// When an entry of a folder was last made, renamed or removed, in nanoseconds since 1970; nil if there is no such folder.
func whenFolderChanged(_ path: String) -> Int64? {
    (try? FileStatus(path: path))?.changed
}
