public import GhostModel

/// How far a daemon's output reached when something happened, and how it ended.
public struct OutputTrace: Sendable, Hashable {
    public var position: SourcePosition?
    /// The last lines, oldest first.
    public var lines: [String]

    /// Creates a trace; nothing is known.
    public init(position: SourcePosition? = nil, lines: [String] = []) {
        self.position = position
        self.lines = lines
    }
}
