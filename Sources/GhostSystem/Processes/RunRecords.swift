public import GhostModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The folder that holds one record for each run that is not known to have ended.
///
/// Every call blocks on the disk.
///
/// A record is written whole to a hidden file beside it and renamed, so a reader sees all of it or nothing. It is not
/// forced to the disk: it is only ever believed on the boot that it names, a page that was written outlives every process
/// of that boot, and after a power cut the processes are gone too. Forcing it would cost each start two waits for the disk.
public struct RunRecords: Sendable {
    /// The absolute path of the folder.
    public let directory: String

    /// The largest file that is read as a record, in bytes; a record needs about 700 at most.
    public static let longestRecord = 4096

    /// Names the folder; it is created when the first record is written.
    public init(directory: String) {
        self.directory = directory
    }

    /// Keeps a record, replacing the daemon's former one.
    public func write(_ record: RunRecord) throws(RunRecordError) {
        if mkdir(directory, 0o700) != 0, ErrorNumber.last != .alreadyExists {
            throw RunRecordError(action: "create", path: directory, cause: .last)
        }
        let path = path(of: record.run.daemon)
        let draft = "\(directory)/.\(record.run.daemon).new"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw RunRecordError(action: "create", path: draft, cause: .last) }
        let failure = SmallFile.write(Array(record.text.utf8), to: descriptor)
        close(descriptor)
        if let failure { throw RunRecordError(action: "write", path: draft, cause: failure) }
        guard rename(draft, path) == 0 else { throw RunRecordError(action: "replace", path: path, cause: .last) }
    }

    /// Forgets the record of a daemon; nothing happens if there is none.
    public func remove(_ daemon: DaemonName) throws(RunRecordError) {
        let path = path(of: daemon)
        guard unlink(path) != 0, ErrorNumber.last != .notFound else { return }
        throw RunRecordError(action: "remove", path: path, cause: .last)
    }

    /// What the folder holds.
    public struct Content: Sendable, Hashable {
        /// The records that could be read, by daemon.
        public var records: [RunRecord] = []
        /// The paths of files that are no records, or records of another version.
        public var unreadable: [String] = []

        /// Creates the content of an empty folder.
        public init() {}
    }

    /// Reads every record; a folder that is not there is empty.
    public func load() throws(RunRecordError) -> Content {
        var content = Content()
        guard let folder = opendir(directory) else {
            if ErrorNumber.last == .notFound { return content }
            throw RunRecordError(action: "list", path: directory, cause: .last)
        }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
                    String(cString: $0)
                }
            }
            // Hidden names are drafts that were never renamed.
            guard !name.hasPrefix(".") else { continue }
            let path = "\(directory)/\(name)"
            if let record = Self.read(path), record.run.daemon.text == name {
                content.records.append(record)
            } else {
                content.unreadable.append(path)
            }
        }
        content.records.sort { $0.run.daemon < $1.run.daemon }
        content.unreadable.sort()
        return content
    }

    private func path(of daemon: DaemonName) -> String { "\(directory)/\(daemon)" }

    private static func read(_ path: String) -> RunRecord? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard let bytes = SmallFile.read(descriptor, atMost: longestRecord) else { return nil }
        return RunRecord(String(decoding: bytes, as: UTF8.self))
    }
}

/// What went wrong with a record of a run.
public struct RunRecordError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was being done: `create`, `write`, `replace`, `remove`, `list`.
    public var action: String
    /// To which file or folder.
    public var path: String
    /// What the system said.
    public var cause: ErrorNumber

    public var description: String {
        "cannot \(action) the run record \(path): \(cause); until it can, a daemon may be started twice if Ghost is killed"
    }
}
