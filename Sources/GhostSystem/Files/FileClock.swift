/// Whose clock gives the times of a file.
///
/// Times by another machine's clock can be compared with times of this one only roughly.
public enum FileClock: Sendable, Hashable {
    case ofThisMachine
    case ofAnotherMachine

    /// Whose clock it is for the file at `path`; this machine's where that cannot be told.
    public init(of path: String) {
        self = FileSystemKind(path: path)?.clock ?? .ofThisMachine
    }
}
