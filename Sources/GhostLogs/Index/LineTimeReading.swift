public import GhostModel

/// Reads the time of a line; a line without one belongs to the line with a time before it.
public protocol LineTimeReading: Sendable {
    /// The time that the line says it was written at; nil if it says none.
    mutating func time(of line: Span<UInt8>) -> Timestamp?
}

/// Reads the time that the five component logs have at the start of a line.
public struct ComponentLineTimes: LineTimeReading {
    private var stamps = StampReader()

    /// Creates a reader of times.
    public init() {}

    public mutating func time(of line: Span<UInt8>) -> Timestamp? {
        if case .stamped(let time, _) = stamps.read(line) { time } else { nil }
    }
}

/// Reads the time of a line of any log.
public struct AnyLineTimes: LineTimeReading {
    private var parser: LineParser
    private let zoneMinutes: Int

    /// - Parameters:
    ///   - parser: reads the lines.
    ///   - zoneMinutes: minutes east of UTC, for times that do not say.
    public init(parser: LineParser, zoneMinutes: Int = 0) {
        self.parser = parser
        self.zoneMinutes = zoneMinutes
    }

    public mutating func time(of line: Span<UInt8>) -> Timestamp? {
        guard let time = parser.parse(line).time else { return nil }
        let minutes = Int64(time.offset ?? zoneMinutes)
        return Timestamp(milliseconds: time.nanoseconds / 1_000_000 - minutes * 60_000)
    }
}
