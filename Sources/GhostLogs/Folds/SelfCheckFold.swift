import GhostModel

/// Folds the self-check's log: how often the machine was found well.
struct SelfCheckFold: ComponentFold {
    static let kind = ComponentKind.selfcheck
    static let savedVersion = 2

    var ledger = ComponentLedger(kind: .selfcheck)
    private(set) var healthy = 0
    private(set) var warning = 0
    private(set) var critical = 0
    private(set) var last: SelfCheckState.LastCheck?
    /// The newest trusted time of a check.
    private(set) var lastTime: Timestamp?

    /// Not saved: it only spares reading what is read often.
    private var known = KnownBodies<Known>()

    private struct Known: Sendable {
        var check: SelfCheckState.LastCheck
        var ticket: ErrorLedger.Ticket?
    }

    @inline(__always)
    mutating func apply(_ line: Span<UInt8>, body: Range<Int>, time: Timestamp?, _ context: LineContext) -> Verdict {
        if let image = BodyImage(line, body), let known = known.meaning(of: image),
            known.ticket.map({ ledger.errors.note(again: $0, time, context) }) ?? true
        {
            take(known.check, time)
            return .record(time)
        }
        return read(line, body, time, context)
    }

    /// Folds a text that is not known, and remembers it.
    @inline(never)
    private mutating func read(
        _ line: Span<UInt8>,
        _ body: Range<Int>,
        _ time: Timestamp?,
        _ context: LineContext
    ) -> Verdict {
        guard let record = SelfCheckRecord(line, body: body) else { return .damaged }
        let check = SelfCheckState.LastCheck(
            status: record.status,
            healthy: record.healthy,
            warning: record.warning,
            critical: record.critical
        )
        take(check, time)
        var ticket: ErrorLedger.Ticket?
        if record.status == .critical {
            ticket = ledger.errors.note(.check, subject: "health check critical", line, record.failing, time, context)
        }
        if let image = BodyImage(line, body) { known.remember(image, Known(check: check, ticket: ticket)) }
        return .record(time)
    }

    @inline(__always)
    private mutating func take(_ check: SelfCheckState.LastCheck, _ time: Timestamp?) {
        switch check.status {
        case .healthy:
            healthy &+= 1
            ledger.recent.count(.first, at: time)
        case .warning:
            warning &+= 1
            ledger.recent.count(.second, at: time)
        case .critical:
            critical &+= 1
            ledger.recent.count(.third &+ .error, at: time)
        }
        last = check
        if let time, lastTime.map({ time > $0 }) ?? true { lastTime = time }
    }
}

extension SelfCheckFold: Savable {
    func save(to bytes: inout SavedBytes) {
        bytes.add(ledger)
        for count in [healthy, warning, critical] { bytes.add(count) }
        bytes.add(last) { bytes, last in
            bytes.add(word: last.status)
            for part in [last.healthy, last.warning, last.critical] { bytes.add(part) { $0.add($1) } }
        }
        bytes.add(lastTime)
    }

    init(from bytes: inout SavedBytesReader) throws(UnreadableSave) {
        ledger = try ComponentLedger(from: &bytes)
        healthy = try bytes.count()
        warning = try bytes.count()
        critical = try bytes.count()
        last = try bytes.optional { bytes throws(UnreadableSave) in
            func part() throws(UnreadableSave) -> Int? {
                try bytes.optional { bytes throws(UnreadableSave) in try bytes.integer() }
            }
            return SelfCheckState.LastCheck(
                status: try bytes.word(CheckStatus.self),
                healthy: try part(),
                warning: try part(),
                critical: try part()
            )
        }
        lastTime = try bytes.optionalTime()
    }
}
