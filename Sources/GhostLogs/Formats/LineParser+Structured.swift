import GhostModel

/// What the fields of a structured line have said so far.
struct StructuredFacts {
    var time: LineTime?
    var level: LogLevel?
    var source = LevelSource.field
    var message: Range<Int>?
    var event: Range<Int>?
    var origin: Range<Int>?
    var log: Range<Int>?
    var hasStream = false
    var members = 0
}

extension LineParser {
    /// A JSON object on one line.
    func json(_ line: Span<UInt8>, _ wrappers: Int) -> ParsedLine? {
        var facts = StructuredFacts()
        line.readMembers(at: 0, &facts, years)
        // `{}` is an object as well.
        guard facts.members > 0 else { return nil }
        if let log = facts.log, facts.hasStream || facts.message == nil {
            return docker(line, facts.time, log, wrappers)
        }
        return ParsedLine(
            json: facts,
            encoding: (facts.message ?? facts.event).map { line.firstIndex(of: .backslash, in: $0) != nil } ?? false
                ? .json : .plain,
            all: 0..<line.count
        )
    }
}

extension ParsedLine {
    fileprivate init(json facts: StructuredFacts, encoding: MessageEncoding, all: Range<Int>) {
        self.init(
            format: .json,
            time: facts.time,
            level: facts.level,
            levelSource: facts.source,
            origin: facts.origin,
            message: facts.message ?? facts.event ?? all,
            encoding: encoding
        )
    }
}

extension Span<UInt8> {
    /// Reads the members of the object at `start`, and those of an object `log` in it.
    fileprivate func readMembers(at start: Int, _ facts: inout StructuredFacts, _ years: YearGuess) {
        var members = JSONMembers(at: start)
        while let member = members.next(in: self) {
            facts.members &+= 1
            read(member, &facts, years)
        }
    }

    @inline(__always)
    private func read(_ member: JSONMembers.Member, _ facts: inout StructuredFacts, _ years: YearGuess) {
        let isText = member.kind == .string
        switch FieldMeaning(member.key, in: self) {
        case .level where facts.level == nil && (isText || member.kind == .number):
            facts.level = levelValue(member.value)
        case .priority where facts.level == nil:
            guard let (value, end) = number(at: member.value.lowerBound, before: count), value < 8,
                end == member.value.upperBound
            else { return }
            (facts.level, facts.source) = (LogLevel(severity: value), .priority)
        case .letter where isText && facts.level == nil && member.value.count <= 2:
            guard let level = levelLetter(peek(member.value.lowerBound)) else { return }
            (facts.level, facts.source) = (level, .letter)
        case .time where facts.time == nil, .shortTime where facts.time == nil:
            facts.time = timeValue(member, years)
        case .instant where facts.time == nil && member.kind == .object:
            facts.time = instant(member.value)
        case .message where isText && facts.message == nil: facts.message = member.value
        case .event where isText && facts.event == nil: facts.event = member.value
        case .origin where isText && facts.origin == nil: facts.origin = member.value
        case .log:
            if isText { facts.log = member.value }
            if member.kind == .object { readLogObject(member.value.lowerBound, &facts, years) }
        case .stream: facts.hasStream = isText
        default: break
        }
    }

    /// `"log":{"level":"info","logger":"x"}`.
    private func readLogObject(_ start: Int, _ facts: inout StructuredFacts, _ years: YearGuess) {
        var members = JSONMembers(at: start)
        while let member = members.next(in: self) {
            switch FieldMeaning(member.key, in: self) {
            case .level where facts.level == nil: facts.level = levelValue(member.value)
            case .origin where facts.origin == nil && member.kind == .string: facts.origin = member.value
            default: break
            }
        }
    }

    /// A time as text, as a number since 1970, or as MongoDB's `{"$date":"2026-…"}`.
    func timeValue(_ member: JSONMembers.Member, _ years: YearGuess) -> LineTime? {
        switch member.kind {
        case .string: return timeText(member.value, years)
        case .number: return epochNumber(member.value)
        case .object:
            var members = JSONMembers(at: member.value.lowerBound)
            guard let date = members.next(in: self), date.kind == .string else { return nil }
            return timeText(date.value, years)
        case .word, .array: return nil
        }
    }

    func timeText(_ range: Range<Int>, _ years: YearGuess) -> LineTime? {
        if let found = time(at: range.lowerBound, years), found.end <= range.upperBound { return found.time }
        return epochNumber(range)
    }

    /// Seconds, milli-, micro- or nanoseconds since 1970; which of them, the number of digits before the point tells.
    func epochNumber(_ range: Range<Int>) -> LineTime? {
        guard range.upperBound <= count, let (value, end) = longNumber(range.lowerBound), end <= range.upperBound else {
            return nil
        }
        var scale: Int64 = 1_000_000_000
        switch end - range.lowerBound {
        case 10: break
        case 13: scale = 1_000_000
        case 16: scale = 1000
        case 19: scale = 1
        default: return nil
        }
        let (nanoseconds, overflow) = value.multipliedReportingOverflow(by: scale)
        guard !overflow, nanoseconds < Int64.max - 1_000_000_000 else { return nil }
        let (rest, restEnd) = peek(end) == UInt8(ascii: ".") ? fraction(end) : (0, end)
        guard restEnd <= range.upperBound else { return nil }
        return LineTime(nanoseconds: nanoseconds + Int64(rest) / (1_000_000_000 / scale), offset: 0)
    }

    /// log4j's `{"epochSecond":1,"nanoOfSecond":2}`.
    private func instant(_ range: Range<Int>) -> LineTime? {
        var members = JSONMembers(at: range.lowerBound)
        guard let seconds = members.next(in: self), var time = epochNumber(seconds.value) else { return nil }
        if let rest = members.next(in: self), let (value, _) = number(at: rest.value.lowerBound, before: count) {
            time.nanoseconds += Int64(value)
        }
        return time
    }

    /// `time=… level=info msg="…"`: at least two pairs, or one with a known name.
    func logfmt(_ years: YearGuess) -> ParsedLine? {
        var facts = StructuredFacts()
        var pairs = LogfmtPairs(at: 0)
        var isKnown = false
        var isQuoted = false
        while let pair = pairs.next(in: self) {
            facts.members &+= 1
            switch FieldMeaning(pair.key, in: self) {
            case .level where facts.level == nil:
                facts.level = levelValue(pair.value)
                isKnown = isKnown || facts.level != nil
            case .time where facts.time == nil, .shortTime where facts.time == nil:
                facts.time = timeText(pair.value, years)
                isKnown = isKnown || facts.time != nil
            case .message where facts.message == nil:
                facts.message = pair.value
                isKnown = true
                isQuoted = pair.isQuoted && firstIndex(of: .backslash, in: pair.value) != nil
            case .origin where facts.origin == nil: facts.origin = pair.value
            default: break
            }
        }
        // Without a known name it must be pairs to the end, or it is a sentence that begins like a pair.
        guard isKnown || (facts.members >= 2 && pairs.isAtEnd(of: self)) else { return nil }
        return ParsedLine(
            format: .logfmt,
            time: facts.time,
            level: facts.level,
            levelSource: .field,
            origin: facts.origin,
            message: facts.message ?? 0..<count,
            encoding: isQuoted ? .json : .plain
        )
    }
}

/// Walks `key=value` pairs.
struct LogfmtPairs {
    struct Pair {
        var key: Range<Int>
        /// Between the quotes, if there are some.
        var value: Range<Int>
        var isQuoted: Bool
    }

    private var index: Int

    init(at start: Int) {
        index = start
    }

    /// The next pair; nil at the end, and where something else stands.
    @inline(__always)
    mutating func next(in line: Span<UInt8>) -> Pair? {
        let start = line.skipBlanks(index)
        let keyEnd = line.nameEnd(start)
        guard keyEnd > start, line.peek(keyEnd) == .equals else { return nil }
        let valueStart = keyEnd &+ 1
        if line.peek(valueStart) == .quote, let end = line.stringEnd(valueStart &+ 1) {
            index = end &+ 1
            return Pair(key: start..<keyEnd, value: valueStart &+ 1..<end, isQuoted: true)
        }
        let end = line.wordEnd(valueStart)
        index = end
        return Pair(key: start..<keyEnd, value: valueStart..<end, isQuoted: false)
    }

    /// Whether nothing but blanks follows.
    func isAtEnd(of line: Span<UInt8>) -> Bool { line.skipBlanks(index) >= line.count }
}
