public import GhostModel

/// How many records of each form and level a text has.
public struct RecordTally: Sendable {
    public private(set) var records = 0
    public private(set) var lines = 0
    /// The bytes read, line ends included.
    public var bytes: Int64 = 0
    /// Records of which no line says when it was written.
    public private(set) var recordsWithoutTime = 0
    public private(set) var recordsWithoutLevel = 0
    private var formats = [Int](repeating: 0, count: LineFormat.allCases.count)
    private var levels = [Int](repeating: 0, count: LogLevel.allCases.count)
    /// Lines that found no room in their record.
    public var omittedLines: Int { joiner.omittedLines }

    private var parser: LineParser
    private var joiner = RecordJoiner()
    private var open: Open?

    /// What is known of the record that may go on.
    private struct Open {
        var format: LineFormat
        var level: LogLevel?
        var hasTime: Bool
    }

    /// Creates a tally of nothing.
    public init(_ parser: LineParser) {
        self.parser = parser
    }

    /// Counts the next line.
    @inline(__always)
    mutating func take(_ line: Span<UInt8>) {
        lines &+= 1
        let parsed = parser.parse(line)
        switch joiner.place(parsed, line) {
        case .first:
            finish()
            open = Open(format: parsed.format, level: parsed.level, hasTime: parsed.time != nil)
        case .joined, .appended:
            if open?.level == nil { open?.level = parsed.level }
            if parsed.time != nil { open?.hasTime = true }
        case .omitted, .blank: break
        }
    }

    /// Counts the record that nothing goes on with any more; called at the end of a text.
    @inline(__always)
    public mutating func finish() {
        guard let record = open else { return }
        records &+= 1
        formats[record.format.place] &+= 1
        if let level = record.level { levels[level.place] &+= 1 } else { recordsWithoutLevel &+= 1 }
        if !record.hasTime { recordsWithoutTime &+= 1 }
        open = nil
    }

    /// The forms that occurred, most frequent first.
    public var byFormat: [(format: LineFormat, records: Int)] {
        zip(LineFormat.allCases, formats).filter { $0.1 > 0 }.sorted { $0.1 > $1.1 }.map {
            (format: $0.0, records: $0.1)
        }
    }

    /// The levels that occurred, most serious first.
    public var byLevel: [(level: LogLevel, records: Int)] {
        zip(LogLevel.allCases, levels).filter { $0.1 > 0 }.reversed().map { (level: $0.0, records: $0.1) }
    }
}

extension LogLevel {
    fileprivate var place: Int {
        switch self {
        case .trace: 0
        case .debug: 1
        case .info: 2
        case .warning: 3
        case .error: 4
        case .fatal: 5
        }
    }
}
