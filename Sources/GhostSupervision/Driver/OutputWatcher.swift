public import GhostModel

/// Looks at what daemons write.
public protocol OutputWatcher: Sendable {
    /// Looks out for `sign` in the output of a run until it is told to stop; returns at once.
    ///
    /// - Parameters:
    ///   - files: where the run's output is, each with the place at which it begins; they need not be there yet.
    ///   - tell: called when it is seen, with how long ago that was: once for a phrase, at most some times a second for
    ///     writing.
    func watch(
        _ sign: OutputSign,
        of run: RunID,
        in files: [OutputPlace],
        tell: @escaping @Sendable (Duration) -> Void
    )

    /// Ends every watch of a run.
    func stop(_ run: RunID)
}

/// What is looked out for.
public enum OutputSign: Sendable, Hashable {
    /// A line that matches.
    case phrase(LogPhrase)
    /// Anything.
    case writing
}

/// A place in a file of output.
public struct OutputPlace: Sendable, Hashable {
    /// The absolute path of the file.
    public var path: String
    /// In bytes from its beginning.
    public var offset: Int64

    /// Names a place.
    public init(path: String, offset: Int64) {
        self.path = path
        self.offset = offset
    }
}
