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
/// A record is written over the former one by one call, with its length filled up to a step, so that neither the end of Ghost
/// nor a reader ever finds half of it; a file that is made anew for each run would cost more than the run's start.
///
/// Records are not forced to the disk: one is only ever believed on the boot that it names, a page that was written outlives
/// every process of that boot, and after a power cut the processes are gone too. Forcing it would cost each start two waits.
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
        do throws(SystemCallFailure) {
            let path = path(of: record.run.daemon)
            let file = try open(path)
            var bytes = Array(record.text.utf8)
            bytes += Array(repeating: UInt8(ascii: "\n"), count: Self.step - bytes.count % Self.step)
            let count = pwrite(file.number, bytes, bytes.count, 0)
            guard count == bytes.count else {
                throw SystemCallFailure("write", path, code: count < 0 ? .last : ErrorNumber(ENOSPC))
            }
            // A former one may have been longer.
            ftruncate(file.number, off_t(bytes.count))
        } catch {
            throw RunRecordError(cause: error)
        }
    }

    /// The lengths of files are multiples of it, in bytes.
    private static let step = 512

    private func open(_ path: String) throws(SystemCallFailure) -> OwnedDescriptor {
        let flags = O_WRONLY | O_CREAT | O_NOFOLLOW
        do throws(SystemCallFailure) {
            return try OwnedDescriptor(opening: path, flags: flags, mode: 0o600, action: "write")
        } catch {
            guard error.code == .missing else { throw error }
            try Folder.create(directory, mode: 0o700)
            return try OwnedDescriptor(opening: path, flags: flags, mode: 0o600, action: "write")
        }
    }

    /// Forgets the record of a daemon; nothing happens if there is none.
    public func remove(_ daemon: DaemonName) throws(RunRecordError) {
        let path = path(of: daemon)
        guard unlink(path) != 0, ErrorNumber.last != .missing else { return }
        throw RunRecordError(cause: SystemCallFailure("remove", path))
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
        let names: [String]
        do throws(SystemCallFailure) {
            names = try Folder.entries(of: directory)
        } catch {
            if error.code == .missing { return content }
            throw RunRecordError(cause: error)
        }
        // Hidden names are drafts that were never renamed.
        for name in names.sorted() where !name.hasPrefix(".") {
            let path = "\(directory)/\(name)"
            if let record = Self.read(path), record.run.daemon.text == name {
                content.records.append(record)
            } else {
                content.unreadable.append(path)
            }
        }
        content.records.sort { $0.run.daemon < $1.run.daemon }
        return content
    }

    private func path(of daemon: DaemonName) -> String { "\(directory)/\(daemon)" }

    private static func read(_ path: String) -> RunRecord? {
        // One byte more than a record may have, so that a longer file is seen to be none.
        guard let text = try? AtomicFile.read(path, limit: longestRecord + 1), text.utf8.count <= longestRecord else {
            return nil
        }
        return RunRecord(text)
    }
}

/// What went wrong with a record of a run.
public struct RunRecordError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was being done to which file, and what the system said.
    public var cause: SystemCallFailure

    public var description: String {
        "\(cause); until the run can be recorded, a daemon may be started twice if Ghost is killed"
    }
}
