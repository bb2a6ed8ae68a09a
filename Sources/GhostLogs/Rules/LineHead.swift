package import GhostModel

/// What is known of a line before any rule is tried.
package struct LineHead: Sendable {
    package var kind: Kind
    /// The time that the line carries; not yet judged.
    package var time: Timestamp?
    package var level: LogLevel?
    package var signs: SignSet
    /// The text behind the time.
    package var body: Range<Int>
    /// The text behind the time, the level and the sign.
    package var message: Range<Int>

    /// What kind of line it is.
    package enum Kind: Sendable {
        case blank
        /// It begins a record.
        case record
        /// It belongs to the record above, as far as its component cares.
        case continuation
        /// Two writers wrote into each other.
        case torn
    }
}

/// Reads the head of each line in the way that its component wants.
struct HeadReader: Sendable {
    private var stamps = StampReader()
    private var parser = LineParser(latest: Timestamp(milliseconds: 0))
    private var parserBorn: Timestamp?
    private let style: ComponentRules.RecordStyle
    /// For times that name no zone.
    private var clock: ZoneClock
    /// Whether a rule asks for the level, which costs something to find out.
    private let wantsLevel: Wanting

    private enum Wanting: Sendable {
        case yes
        case no
    }

    /// After how long the parser is told anew what the latest year is.
    private static let longestParserLife: Duration = .seconds(3600)

    init(_ component: ComponentRules, hostZone: ZoneTable) {
        style = component.records
        clock = ZoneClock(component.zone ?? hostZone)
        wantsLevel = component.rules.contains { $0.level != nil } ? .yes : .no
    }

    /// Reads a line.
    ///
    /// - Parameter everything: also what no rule asks for.
    @inline(__always)
    mutating func read(_ line: Span<UInt8>, readAt: Timestamp, everything: Bool = false) -> LineHead {
        guard style == .stamped else { return readAny(line, readAt) }
        var head: LineHead
        switch stamps.read(line) {
        case .stamped(let time, let body):
            let (signs, message) = line.sign(at: body)
            head = LineHead(kind: .record, time: time, level: nil, signs: signs, body: body, message: message)
        case .continuation(let body):
            head = LineHead(kind: .continuation, time: nil, level: nil, signs: .absent, body: body, message: body)
        case .torn:
            return LineHead(kind: .torn, time: nil, level: nil, signs: .absent, body: 0..<0, message: 0..<0)
        case .blank:
            return LineHead(kind: .blank, time: nil, level: nil, signs: .absent, body: 0..<0, message: 0..<0)
        }
        if wantsLevel == .yes || everything { head.level = level(of: line, head.signs, readAt) }
        return head
    }

    private mutating func level(of line: Span<UInt8>, _ signs: SignSet, _ readAt: Timestamp) -> LogLevel? {
        parse(line, readAt).level ?? signs.sign?.kind.level
    }

    private mutating func readAny(_ line: Span<UInt8>, _ readAt: Timestamp) -> LineHead {
        let start = line.skipDecoration(from: 0, before: line.count, blanks: true)
        let end = line.endWithoutTrimmings(from: start)
        guard start < end else {
            return LineHead(kind: .blank, time: nil, level: nil, signs: .absent, body: 0..<0, message: 0..<0)
        }
        let parsed = parse(line, readAt)
        var message = max(start, min(parsed.message.lowerBound, end))..<max(start, min(parsed.message.upperBound, end))
        message =
            line.skipDecoration(from: message.lowerBound, before: message.upperBound, blanks: true)..<message.upperBound
        var signs = SignSet.absent
        if let found = line.knownSign(at: message) {
            (signs, message) = found
        } else if let found = signBefore(message, line, from: start) {
            signs = found
        }
        return LineHead(
            kind: .record,
            time: parsed.time.flatMap { clock.instant(of: $0) },
            level: parsed.level ?? signs.sign?.kind.level,
            signs: signs,
            body: start..<end,
            message: message
        )
    }

    /// A sign that the parser passed over.
    private func signBefore(_ message: Range<Int>, _ line: Span<UInt8>, from start: Int) -> SignSet? {
        for index in start..<max(start, message.lowerBound) where line[index] >= 0xE2 {
            if let found = line.knownSign(at: index..<line.count) { return found.sign }
        }
        return nil
    }

    private mutating func parse(_ line: Span<UInt8>, _ readAt: Timestamp) -> ParsedLine {
        if parserBorn.map({ readAt.since($0) >= Self.longestParserLife }) ?? true {
            parser = LineParser(latest: readAt)
            parserBorn = readAt
        }
        return parser.parse(line)
    }
}

extension Span<UInt8> {
    /// The sign at the start of `body`, even one that was destroyed, and what follows it.
    @inline(__always)
    fileprivate func sign(at body: Range<Int>) -> (signs: SignSet, message: Range<Int>) {
        guard let first = body.first, self[first] >= 0x80 else { return (.absent, body) }
        if let known = knownSign(at: body) { return (known.sign, known.rest) }
        return (.unreadable, mark(at: body).text)
    }
}
