import GhostModel

/// Folds the self-check's log: how often the machine was found well.
struct SelfCheckFold: RecallingFold {
    static let kind = ComponentKind.selfcheck
    static let savedVersion = 2

    var ledger = ComponentLedger(kind: .selfcheck)
    private(set) var healthy = 0
    private(set) var warning = 0
    private(set) var critical = 0
    private(set) var last: SelfCheckState.LastCheck?
    /// The newest trusted time of a check.
    private(set) var lastTime: Timestamp?

    var known = KnownBodies<Known>()

    /// What a text says.
    struct Known: Sendable {
        fileprivate var counts: RecentCounts.Counts
        fileprivate var ticket: ErrorLedger.Ticket?
        fileprivate var check: SelfCheckState.LastCheck
    }

    @inline(__always)
    mutating func apply(_ lines: KnownLines, of chunk: Span<UInt8>, _ context: LineContext) -> Int {
        var sum = RecentCounts.Counts.zero
        var applied = 0
        for line in lines {
            guard let meaning = known[Int(line.place)] else { break }
            if let ticket = meaning.ticket {
                guard ledger.errors.note(again: ticket, line.time, context.at(line.offset)) else { break }
            }
            // Added without asking which it is.
            sum &+= meaning.counts
            ledger.recent.count(meaning.counts, at: line.time)
            note(line.time)
            applied &+= 1
        }
        if applied > 0, let newest = known[Int(lines[applied - 1].place)] { last = newest.check }
        add(sum)
        return applied
    }

    mutating func apply(_ line: Span<UInt8>, body: Range<Int>, time: Timestamp?, _ context: LineContext) -> Verdict {
        guard let record = SelfCheckRecord(line, body: body) else { return .damaged }
        let check = SelfCheckState.LastCheck(
            status: record.status,
            healthy: record.healthy,
            warning: record.warning,
            critical: record.critical
        )
        let counts: RecentCounts.Counts
        switch record.status {
        case .healthy: counts = .first
        case .warning: counts = .second
        case .critical: counts = .third &+ .error
        }
        add(counts)
        ledger.recent.count(counts, at: time)
        last = check
        if let time { note(time) }
        var ticket: ErrorLedger.Ticket?
        if record.status == .critical {
            ticket = ledger.errors.note(.check, subject: "health check critical", line, record.failing, time, context)
        }
        remember(Known(counts: counts, ticket: ticket, check: check), line, body)
        return .record(time)
    }

    @inline(__always)
    private mutating func add(_ counts: RecentCounts.Counts) {
        healthy &+= Int(counts[0])
        warning &+= Int(counts[1])
        critical &+= Int(counts[2])
    }

    @inline(__always)
    private mutating func note(_ time: Timestamp) {
        if lastTime.map({ time > $0 }) ?? true { lastTime = time }
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
