/// Why a log file cannot be read.
public enum SourceTrouble: Error, Sendable, Hashable {
    /// Nothing has this name, or a symbolic link leads nowhere.
    case missing
    /// Something else than a file has this name.
    case notAFile(Kind)
    /// Symbolic links lead back to themselves.
    case symbolicLinkLoop
    /// The user that Ghost runs as may not read it.
    case permissionDenied
    /// The operating system refused; `code` is its error number.
    case refused(Operation, code: Int32)

    /// What has the name instead of a file.
    public enum Kind: String, Sendable, Hashable {
        case folder
        case pipe = "named pipe"
        case socket
        case device
        case other = "special file"
    }

    /// What was being done.
    public enum Operation: String, Sendable, Hashable {
        case open
        case examine
        case read
    }
}

extension SourceTrouble {
    /// One sentence for people: what is wrong with `path`, and what to do next.
    public func explanation(path: String) -> String {
        switch self {
        case .missing: "Log file not found"
        case .notAFile(let kind):
            "\(path) is a \(kind.rawValue), not a file; move it away so that the log can be written"
        case .symbolicLinkLoop: "\(path) is a symbolic link that leads back to itself; replace it by the file"
        case .permissionDenied: "\(path) may not be read by this user; give it read permission"
        case .refused(let operation, let code):
            "\(path): the system refused to \(operation.rawValue) it (error \(code)); Ghost goes on trying"
        }
    }
}
