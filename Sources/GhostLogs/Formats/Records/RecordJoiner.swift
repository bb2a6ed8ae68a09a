/// Decides which lines belong to one record.
///
/// A record is a line and those behind it that go on with it by their shape: indented ones, stack traces, dumps of goroutines,
/// the DETAIL of PostgreSQL, the parts of a line that a container runtime cut, the fields of an exported journal record. The
/// joiner keeps no bytes; whoever calls it does, if there is a use for them.
public struct RecordJoiner: Sendable {
    /// How many lines one record may have.
    public static let mostLines = 1000
    /// How many bytes one record may have, line ends aside.
    public static let mostBytes = 256 * 1024

    /// What a line is to the records.
    public enum Placement: Sendable, Equatable {
        /// A new record starts with it; the one before is complete.
        case first
        /// It is the next line of the record.
        case joined
        /// It goes on with the record's last line without a line end between.
        case appended
        /// It would be the next line of the record, which is too long for it; it is counted.
        case omitted
        /// It is blank; it counts if a line of the same record follows.
        case blank
    }

    /// How many lines found no room in their record.
    public private(set) var omittedLines = 0
    /// How many bytes those lines had.
    public private(set) var omittedBytes = 0

    private var phase = Phase.outside
    private var format = LineFormat.plain
    private var lines = 0
    private var bytes = 0

    /// What the record so far says about the lines to come.
    private enum Phase: Sendable {
        /// No record is open.
        case outside
        case inside
        /// A traceback: the first line that is not indented is its last.
        case traceback
        /// A dump of goroutines: calls are not indented.
        case dump
        /// A part of a line that goes on.
        case part
        /// The fields of a journal record.
        case fields
    }

    /// Creates a joiner that has seen no line.
    public init() {}

    /// Places the next line.
    @inline(__always)
    public mutating func place(_ parsed: ParsedLine, _ line: Span<UInt8>) -> Placement {
        // Nearly every line has a form of its own and needs no look at what was before.
        if parsed.role == .whole, phase != .part, parsed.format.standsAlone {
            return start(parsed, line, phase: .inside)
        }
        return placeSlowly(parsed, line)
    }

    @inline(__always)
    private mutating func start(_ parsed: ParsedLine, _ line: Span<UInt8>, phase: Phase) -> Placement {
        self.phase = phase
        format = parsed.format
        lines = 1
        bytes = line.count
        return .first
    }

    @inline(never)
    private mutating func placeSlowly(_ parsed: ParsedLine, _ line: Span<UInt8>) -> Placement {
        if line.skipBlanks(0) >= line.count {
            if phase == .fields { phase = .outside }
            return .blank
        }
        let next = phaseBehind(parsed, line)
        guard phase != .outside, let placement = placement(of: parsed, line) else {
            return start(parsed, line, phase: next)
        }
        guard lines < Self.mostLines, bytes + line.count <= Self.mostBytes else {
            omittedLines += 1
            omittedBytes += line.count
            return .omitted
        }
        lines += 1
        bytes += line.count
        switch phase {
        case .fields: break
        case .traceback where line.isIndented(parsed): break
        case .dump where next == .inside: break
        default: phase = next
        }
        return placement
    }

    /// How a line goes on with the open record; nil if it does not.
    private func placement(of parsed: ParsedLine, _ line: Span<UInt8>) -> Placement? {
        if phase == .part { return parsed.format == format ? .appended : nil }
        switch parsed.role {
        case .continuation:
            return parsed.format == format || (format == .syslog && parsed.format == .syslog) ? .joined : nil
        case .part, .whole: break
        }
        if format == .javaUtil, lines == 1, parsed.format == .levelled { return .joined }
        // Text without a form of its own: a plain line, or one that is plain inside the same wrapper.
        let isPlain = parsed.format == .plain
        guard
            isPlain
                || (parsed.format.isWrapper && parsed.format == format && parsed.inner == nil && parsed.level == nil)
        else { return isDumpHead(line, parsed) && phase == .dump ? .joined : nil }
        if line.isIndented(parsed) || line.continuesTrace(parsed) || phase == .traceback { return .joined }
        return phase == .dump && line.endsCall() ? .joined : nil
    }

    private func isDumpHead(_ line: Span<UInt8>, _ parsed: ParsedLine) -> Bool {
        line.has("[signal ", at: parsed.message.lowerBound, before: line.count)
    }

    /// What the lines behind this one may be.
    private func phaseBehind(_ parsed: ParsedLine, _ line: Span<UInt8>) -> Phase {
        if parsed.role == .part { return .part }
        if parsed.format == .journalExport { return .fields }
        let start = parsed.format.isWrapper ? parsed.message.lowerBound : 0
        switch line.peek(start) {
        case UInt8(ascii: "T") where line.has("Traceback (most", at: start, before: line.count): return .traceback
        case UInt8(ascii: "t") where line.has("thread '", at: start, before: line.count): return .traceback
        case UInt8(ascii: "p") where line.has("panic: ", at: start, before: line.count): return .dump
        case UInt8(ascii: "g") where line.has("goroutine ", at: start, before: line.count): return .dump
        case UInt8(ascii: "f") where line.has("fatal error: ", at: start, before: line.count): return .dump
        default: return .inside
        }
    }
}

extension LineFormat {
    /// Lines of this form contain lines of others.
    var isWrapper: Bool {
        switch self {
        case .docker, .cri: true
        default: false
        }
    }

    /// Lines of this form start records, whatever stands before them.
    fileprivate var standsAlone: Bool {
        switch self {
        case .plain, .docker, .cri, .levelled, .journalExport: false
        default: true
        }
    }
}

extension Span<UInt8> {
    /// Whether a blank stands in front, inside a wrapper too.
    fileprivate func isIndented(_ parsed: ParsedLine) -> Bool {
        let start = parsed.format.isWrapper ? parsed.message.lowerBound : 0
        if isBlank(start) { return true }
        return parsed.encoding != .plain && has("\\t", at: start, before: count)
    }

    /// Whether the text is one of those that belong to the record above although nothing stands before them.
    fileprivate func continuesTrace(_ parsed: ParsedLine) -> Bool {
        let start = parsed.format.isWrapper ? parsed.message.lowerBound : 0
        func begins(_ text: StaticString) -> Bool { has(text, at: start, before: count) }
        switch peek(start) {
        case UInt8(ascii: "a"): if begins("at ") { return true }
        case UInt8(ascii: "C"): if begins("Caused by:") { return true }
        case UInt8(ascii: "S"): if begins("Suppressed:") || begins("Stack trace:") { return true }
        case UInt8(ascii: "T"):
            if begins("Traceback (most") || begins("The above exception was") { return true }
        case UInt8(ascii: "D"): if begins("During handling of") { return true }
        case UInt8(ascii: "."): if begins("... ") { return true }
        case UInt8(ascii: "g"): if begins("goroutine "), isDigit(start + 10) { return true }
        case UInt8(ascii: "c"): if begins("created by ") { return true }
        case UInt8(ascii: "e"): if begins("exit status ") { return true }
        case UInt8(ascii: "s"): if begins("stack backtrace:") { return true }
        case UInt8(ascii: "n"): if begins("note: run with") { return true }
        case UInt8(ascii: "#"): if isDigit(start + 1) { return true }
        case .dash: if begins("--- ") { return true }
        case UInt8(ascii: "}"), .closeBracket, UInt8(ascii: ")"): if count - start <= 3 { return true }
        default: break
        }
        return isException(start)
    }

    /// `java.lang.IllegalStateException: text`: a dotted name that ends like an exception's.
    private func isException(_ start: Int) -> Bool {
        var end = start
        var hasDot = false
        while isNameByte(peek(end)) || peek(end) == UInt8(ascii: "$") {
            if peek(end) == UInt8(ascii: ".") { hasDot = true }
            end += 1
        }
        guard hasDot, peek(end) == .colon || end == count else { return false }
        return has("Exception", at: end - 9, before: end) || has("Error", at: end - 5, before: end)
            || has("Throwable", at: end - 9, before: end)
    }

    /// Whether the line ends as a call in a dump does.
    fileprivate func endsCall() -> Bool { peek(count - 1) == UInt8(ascii: ")") }
}
