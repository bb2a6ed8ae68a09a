import GhostModel

/// Folds the watchdog's log: which restarts were tried, and how they ended.
struct WatchdogFold: ComponentFold {
    static let kind = ComponentKind.watchdog
    static let savedVersion = 1

    var ledger = ComponentLedger(kind: .watchdog)
    private(set) var restarts = 0
    /// Refusals included.
    private(set) var failures = 0
    private(set) var refusals = 0
    /// The newest trusted time of a success.
    ///
    /// The log is not in the order of its times.
    private(set) var lastRestart: Timestamp?
    private(set) var names = NameTable()
    /// By the number of the name.
    private(set) var daemons: [RestartCounts] = []

    /// Not saved: it only spares reading what is read often.
    private var known = KnownBodies<Known>()

    /// What a text says that is about a daemon with a number.
    private enum Known: Sendable {
        case succeeded(daemon: Int)
        case failed(daemon: Int, WatchdogRecord.CrashLoop, ErrorLedger.Ticket)
    }

    mutating func apply(_ line: Span<UInt8>, body: Range<Int>, time: Timestamp?, _ context: LineContext) -> Verdict {
        // Asked of the mark before the text is looked up: whether an attempt succeeded is what the processor foresees least,
        // and from here it learns of its mistake soonest.
        if line.has("✅", at: body.lowerBound, before: body.upperBound) {
            if let image = BodyImage(line, body), case .succeeded(let daemon) = known.meaning(of: image) {
                succeed(daemon, time)
                return .record(time)
            }
        } else if let image = BodyImage(line, body), case .failed(let daemon, let loop, let ticket) = known.meaning(of: image),
            ledger.errors.note(again: ticket, time, context)
        {
            fail(daemon, loop, time)
            return .record(time)
        }
        return read(line, body, time, context)
    }

    /// Folds a text that is not known, and remembers it if it may come again.
    @inline(never)
    private mutating func read(
        _ line: Span<UInt8>,
        _ body: Range<Int>,
        _ time: Timestamp?,
        _ context: LineContext
    ) -> Verdict {
        guard let record = WatchdogRecord(line, body: body) else { return .damaged }
        let daemon = number(of: line, record.name)
        let meaning: Known?
        switch record.outcome {
        case .succeeded:
            succeed(daemon, time)
            meaning = daemon.map { .succeeded(daemon: $0) }
        case .failed(let reason, let loop):
            fail(daemon, loop, time)
            let text = reason.lowerBound..<TrailingFields.start(in: line, reason)
            let ticket = ledger.errors.note(
                .crash, subject: "restart failed", line, name: record.name, text, time, context)
            meaning = daemon.map { .failed(daemon: $0, loop, ticket) }
        case .refused(let reason):
            fail(daemon, .no, time)
            refusals += 1
            ledger.errors.note(.crash, subject: "restart refused", line, name: record.name, reason, time, context)
            meaning = nil
        }
        if let meaning, let image = BodyImage(line, body) { known.remember(image, meaning) }
        return .record(time)
    }

    @inline(__always)
    private mutating func succeed(_ daemon: Int?, _ time: Timestamp?) {
        restarts &+= 1
        if let time, lastRestart.map({ time > $0 }) ?? true { lastRestart = time }
        count(daemon, time) { counts in
            counts.restartCount &+= 1
            counts.crashLooping = false
        }
    }

    @inline(__always)
    private mutating func fail(_ daemon: Int?, _ loop: WatchdogRecord.CrashLoop, _ time: Timestamp?) {
        failures &+= 1
        count(daemon, time) { counts in
            counts.failedCount &+= 1
            if loop == .yes { counts.crashLooping = true }
        }
    }

    private mutating func number(of line: Span<UInt8>, _ name: Range<Int>) -> Int? {
        guard let number = names.number(of: line, name) else {
            ledger.namesOverflow += 1
            return nil
        }
        if number == daemons.count {
            daemons.append(RestartCounts(restartCount: 0, failedCount: 0, lastAttempt: nil, crashLooping: false))
        }
        return number
    }

    @inline(__always)
    private mutating func count(_ daemon: Int?, _ time: Timestamp?, _ change: (inout RestartCounts) -> Void) {
        guard let daemon else { return }
        // One access for all: each one by itself asks whether the array is shared.
        func note(_ counts: inout RestartCounts) {
            change(&counts)
            if let time, counts.lastAttempt.map({ time > $0 }) ?? true { counts.lastAttempt = time }
        }
        note(&daemons[daemon])
    }
}

extension WatchdogFold: Savable {
    func save(to bytes: inout SavedBytes) {
        bytes.add(ledger)
        for count in [restarts, failures, refusals] { bytes.add(count) }
        bytes.add(lastRestart)
        bytes.add(names)
        bytes.add(list: daemons) { bytes, counts in
            bytes.add(counts.restartCount)
            bytes.add(counts.failedCount)
            bytes.add(counts.lastAttempt)
            bytes.add(counts.crashLooping ? 1 : 0)
        }
    }

    init(from bytes: inout SavedBytesReader) throws(UnreadableSave) {
        ledger = try ComponentLedger(from: &bytes)
        restarts = try bytes.count()
        failures = try bytes.count()
        refusals = try bytes.count()
        lastRestart = try bytes.optionalTime()
        names = try NameTable(from: &bytes)
        daemons = try bytes.list(atMost: NameTable.capacity) { bytes throws(UnreadableSave) in
            RestartCounts(
                restartCount: try bytes.count(),
                failedCount: try bytes.count(),
                lastAttempt: try bytes.optionalTime(),
                crashLooping: try bytes.integer() != 0
            )
        }
        guard daemons.count == names.names.count else { throw .impossibleValue }
    }
}
