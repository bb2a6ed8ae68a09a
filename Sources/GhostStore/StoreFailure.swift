import GRDB

/// Why a store cannot be used.
public enum StoreFailure: Error, Sendable, Equatable {
    /// A later Ghost wrote it; its form is not known here.
    case newerSchema(path: String, found: Int, known: Int)
    /// It is a database of another program.
    case foreign(path: String)
    /// It holds the state of other logs.
    case otherSubject(path: String, found: String, wanted: String)
    /// Its bytes contradict each other.
    case damaged(path: String, detail: String)
    /// The disk is full.
    case full(path: String)
    /// The file or its folder may not be written.
    case readOnly(path: String)
    /// The file may not be read.
    case notReadable(path: String)
    /// Another process holds it.
    case busy(path: String)
    /// A setting that the promises rest on was not taken.
    case settingRefused(path: String, setting: String, found: String)
    /// The database refused for another reason; `code` is SQLite's.
    case refused(path: String, action: Action, code: Int32, detail: String)

    /// What was being done.
    public enum Action: String, Sendable, Equatable {
        case open
        case read
        case write
    }
}

extension StoreFailure: CustomStringConvertible {
    /// One sentence: what is wrong with which file, and what to do next.
    public var description: String {
        switch self {
        case .newerSchema(let path, let found, let known):
            "\(path) was written by a later Ghost (form \(found), this one knows \(known)); "
                + "use that Ghost, or move the file away to start counting anew"
        case .foreign(let path):
            "\(path) is the database of another program; move it away so that Ghost can keep its state there"
        case .otherSubject(let path, let found, let wanted):
            "\(path) holds the state of the logs in \(found), not of those in \(wanted); name another state folder"
        case .damaged(let path, let detail):
            "\(path) is damaged (\(detail)); it is moved aside when Ghost starts again, and the logs are counted anew"
        case .full(let path): "\(path) cannot be written because the disk is full; free some space"
        case .readOnly(let path): "\(path) may not be written by this user; give write permission to it and its folder"
        case .notReadable(let path): "\(path) may not be read by this user; ask as the user who started Ghost"
        case .busy(let path): "\(path) is held by another process; end that process"
        case .settingRefused(let path, let setting, let found):
            "\(path): SQLite did not take the setting \(setting) but has \(found); "
                + "keep the state on a local file system"
        case .refused(let path, let action, let code, let detail):
            // Not every reason is SQLite's.
            "cannot \(action.rawValue) \(path): \(detail)\(code > 0 ? " (SQLite \(code))" : ""); Ghost goes on trying"
        }
    }
}

extension StoreFailure {
    /// The failure that an error of the database stands for.
    init(_ error: any Error, while action: Action, path: String) {
        if let failure = error as? StoreFailure {
            self = failure
            return
        }
        guard let error = error as? DatabaseError else {
            self = .refused(path: path, action: action, code: -1, detail: "\(error)")
            return
        }
        switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self = .damaged(path: path, detail: error.message ?? "not a database")
        case .SQLITE_FULL: self = .full(path: path)
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH: self = .readOnly(path: path)
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(path: path)
        default:
            self = .refused(
                path: path,
                action: action,
                code: error.extendedResultCode.rawValue,
                detail: error.message ?? "no reason given"
            )
        }
    }
}
