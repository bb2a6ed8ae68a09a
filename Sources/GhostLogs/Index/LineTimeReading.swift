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
    private var clock: ZoneClock

    /// - Parameters:
    ///   - parser: reads the lines.
    ///   - zone: of times that name none.
    public init(parser: LineParser, zone: ZoneTable = .utc) {
        self.parser = parser
        clock = ZoneClock(zone)
    }

    public mutating func time(of line: Span<UInt8>) -> Timestamp? {
        parser.parse(line).time.flatMap { clock.instant(of: $0) }
    }
}
