public import GhostModel

/// Reads the time, the level and the form of a line of any log, each line for itself.
public struct LineParser: Sendable {
    private let latest: Timestamp

    /// Creates a parser.
    ///
    /// - Parameter latest: a time without a year is of the latest year that makes it no later than this instant.
    public init(latest: Timestamp) {
        self.latest = latest
    }

    /// Reads one line, without its end.
    public mutating func parse(_ line: Span<UInt8>) -> ParsedLine {
        ParsedLine(format: .plain, time: nil, level: nil, levelSource: nil, origin: nil, message: 0..<line.count)
    }

    /// The named values in a line, in their order; read only when somebody wants to see them.
    public func fields(of parsed: ParsedLine, in line: Span<UInt8>) -> [LineField] { [] }
}
