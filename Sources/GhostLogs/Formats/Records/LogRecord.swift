/// One record of a log: a line and those that go on with it.
public struct LogRecord: Sendable {
    /// What its first line says, with what later lines added where the first said nothing.
    ///
    /// Its ranges are those of ``firstLine``.
    public internal(set) var parsed: ParsedLine
    /// Where the first line starts in the text of the file.
    public internal(set) var offset: Int64
    /// How many lines it has; blank ones inside it count.
    public internal(set) var lines: Int
    public internal(set) var firstLine: [UInt8]
    /// The text of all its lines, decoded, at most ``RecordJoiner/mostBytes`` and what one line more has.
    public internal(set) var message: [UInt8]
    /// What the lines of an exported journal record say; other forms keep theirs in the first line.
    var collected: [LineField] = []

    /// The named values, in their order.
    public func fields(_ parser: LineParser) -> [LineField] {
        parsed.format == .journalExport ? collected : parser.fields(of: parsed, in: firstLine.span)
    }
}

/// Makes records of lines; the bytes of the open record are kept in storage that is used again.
struct RecordAssembler {
    private(set) var joiner = RecordJoiner()
    private(set) var parser: LineParser
    private var record = LogRecord(
        parsed: ParsedLine(format: .plain, message: 0..<0),
        offset: 0,
        lines: 0,
        firstLine: [],
        message: []
    )
    private var blanks = 0

    init(_ parser: LineParser) {
        self.parser = parser
    }

    /// Takes the next line, and gives out the record before it if it is complete.
    mutating func take(_ line: Span<UInt8>, at offset: Int64, _ body: (LogRecord) throws -> Void) rethrows {
        let parsed = parser.parse(line)
        switch joiner.place(parsed, line) {
        case .first:
            try finish(body)
            start(parsed, line, at: offset)
        case .joined:
            for _ in 0..<blanks + 1 { record.message.append(.lineFeed) }
            record.lines += blanks + 1
            blanks = 0
            add(parsed, line)
        case .appended:
            record.lines += 1
            add(parsed, line)
        case .omitted: break
        case .blank: if record.lines > 0, blanks < RecordJoiner.mostLines { blanks += 1 }
        }
    }

    /// Gives out the open record, if there is one.
    mutating func finish(_ body: (LogRecord) throws -> Void) rethrows {
        if record.lines > 0 { try body(record) }
        record.lines = 0
        blanks = 0
    }

    private mutating func start(_ parsed: ParsedLine, _ line: Span<UInt8>, at offset: Int64) {
        record.parsed = parsed
        record.offset = offset
        record.lines = 1
        record.firstLine.removeAll(keepingCapacity: true)
        line.withUnsafeBufferPointer { record.firstLine.append(contentsOf: $0) }
        record.message.removeAll(keepingCapacity: true)
        record.collected.removeAll(keepingCapacity: true)
        if parsed.format == .journalExport { collect(parsed, line) } else { add(parsed, line) }
    }

    private mutating func add(_ parsed: ParsedLine, _ line: Span<UInt8>) {
        if record.parsed.format == .journalExport {
            // The line ends between fields are no part of the message.
            while record.message.last == .lineFeed { record.message.removeLast() }
            collect(parsed, line)
            return
        }
        parser.appendMessage(of: parsed, in: line, to: &record.message)
        record.parsed.offer(parsed.level, from: parsed.levelSource ?? .word)
        if record.parsed.time == nil { record.parsed.time = parsed.time }
    }

    /// Takes one field of an exported journal record.
    private mutating func collect(_ parsed: ParsedLine, _ line: Span<UInt8>) {
        record.parsed.offer(parsed.level, from: .priority)
        if record.parsed.time == nil { record.parsed.time = parsed.time }
        if !parsed.message.isEmpty {
            record.message.removeAll(keepingCapacity: true)
            parser.appendMessage(of: parsed, in: line, to: &record.message)
        } else {
            record.collected += parser.fields(of: parsed, in: line)
        }
    }
}
