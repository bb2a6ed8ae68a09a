public import GhostModel

/// Reads the time, the level and the form of a line of any log, each line for itself.
///
/// What a line is depends on its own bytes alone: the first of them decide which forms are tried. So a file may mix forms, and
/// a line may be read without those before it. Only a record in the journal's export form has lines that need the one before.
/// Nothing is allocated and nothing outside the line is read.
public struct LineParser: Sendable {
    /// How many wrappers inside each other are opened, such as a runtime's line around Docker's around JSON.
    static let mostWrappers = 3

    let years: YearGuess
    /// Whether the line before was a field of an exported journal record.
    private var journal = JournalPosition.outside

    private enum JournalPosition: Sendable {
        case outside
        case inside
    }

    /// Creates a parser.
    ///
    /// - Parameter latest: a time without a year is of the latest year that makes it no later than a day after this
    ///   instant.
    public init(latest: Timestamp) {
        years = YearGuess(latest: latest.milliseconds)
    }

    /// Reads one line, without its end.
    @inline(__always)
    public mutating func parse(_ line: Span<UInt8>) -> ParsedLine {
        guard journal == .outside, line.peek(0) != UInt8(ascii: "_") else { return parseInJournal(line) }
        return recognise(line, wrappers: 0)
    }

    private mutating func parseInJournal(_ line: Span<UInt8>) -> ParsedLine {
        if line.count > 0, let field = line.journalField(isInside: journal == .inside, years) {
            journal = .inside
            return field
        }
        journal = .outside
        return recognise(line, wrappers: 0)
    }

    /// Reads a line that is inside `wrappers` others.
    func recognise(_ line: Span<UInt8>, wrappers: Int) -> ParsedLine {
        let first = line.peek(0)
        let found: ParsedLine?
        switch first {
        case 0x30...0x39: found = numeric(line, wrappers)
        case UInt8(ascii: "{"): found = json(line, wrappers)
        case .openBracket: found = bracketed(line)
        case 0x41...0x5A, 0x61...0x7A: found = lettered(line, wrappers)
        case UInt8(ascii: "<"): found = prioritised(line, wrappers)
        case .space, .tab, 0: found = nil
        case .escape: found = coloured(line, wrappers)
        case .dash: found = line.supercomputer(years) ?? line.access(years)
        case .colon, UInt8(ascii: "_"), UInt8(ascii: "@"):
            found = line.access(years) ?? line.logfmt(years) ?? levelled(line)
        default: found = levelled(line)
        }
        return found ?? ParsedLine(format: .plain, message: 0..<line.count)
    }

    @inline(__always)
    private func numeric(_ line: Span<UInt8>, _ wrappers: Int) -> ParsedLine? {
        if let found = line.numericTime(0, years) {
            return afterTime(line, found, wrappers)
        }
        return numericWithoutTime(line)
    }

    private func numericWithoutTime(_ line: Span<UInt8>) -> ParsedLine? {
        if line.peek(1) == .space, let found = line.syslog5424(from: 0, years) { return found }
        return line.access(years) ?? line.redis(years) ?? line.clusterRecord(years) ?? afterClock(line, at: 0)
            ?? line.fileNamed(years)
    }

    @inline(__always)
    private func lettered(_ line: Span<UInt8>, _ wrappers: Int) -> ParsedLine? {
        if let found = line.namedTime(0, years) { return afterTime(line, found, wrappers) }
        return letteredWithoutTime(line)
    }

    private func letteredWithoutTime(_ line: Span<UInt8>) -> ParsedLine? {
        if let found = line.klog(years) ?? line.logcatBrief() { return found }
        // The first character that no word has tells what else it may be.
        let end = line.nameEnd(0)
        switch line.peek(end) {
        case .equals: return line.logfmt(years)
        case UInt8(ascii: ","): return ruby(line) ?? levelled(line)
        case .space, .colon, .dash, .openBracket: break
        default: return levelled(line)
        }
        return line.pythonBrief() ?? levelled(line) ?? line.access(years) ?? line.fileNamed(years)
            ?? line.supercomputer(years)
    }

    /// A line that begins with a colour: what follows it is read.
    private func coloured(_ line: Span<UInt8>, _ wrappers: Int) -> ParsedLine? {
        let start = line.skipDecoration(from: 0, before: line.count, blanks: true)
        guard start > 0, start < line.count, wrappers <= Self.mostWrappers, line.peek(start) != .escape else {
            return nil
        }
        let found = recognise(line.extracting(start..<line.count), wrappers: wrappers + 1)
        return found.format == .plain ? nil : found.moved(by: start)
    }

    /// A time in brackets, or a level in them.
    private func bracketed(_ line: Span<UInt8>) -> ParsedLine? {
        if let found = line.time(at: 1, years) { return afterBracketedTime(line, found) }
        return line.kernelBuffer() ?? line.bracketedLetter(years) ?? afterClock(line, at: 1) ?? levelled(line)
    }
}
