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

    mutating func apply(_ line: Span<UInt8>, body: Range<Int>, time: Timestamp?, _ context: LineContext) -> Verdict {
        guard let record = WatchdogRecord(line, body: body) else { return .damaged }
        switch record.outcome {
        case .succeeded:
            restarts &+= 1
            if let time, lastRestart.map({ time > $0 }) ?? true { lastRestart = time }
            count(line, record.name, time) { counts in
                counts.restartCount &+= 1
                counts.crashLooping = false
            }
        case .failed(let reason, let loop):
            failures += 1
            count(line, record.name, time) { counts in
                counts.failedCount += 1
                if loop == .yes { counts.crashLooping = true }
            }
            let text = reason.lowerBound..<TrailingFields.start(in: line, reason)
            ledger.errors.note(.crash, subject: "restart failed", line, name: record.name, text, time, context)
        case .refused(let reason):
            failures += 1
            refusals += 1
            count(line, record.name, time) { $0.failedCount += 1 }
            ledger.errors.note(.crash, subject: "restart refused", line, name: record.name, reason, time, context)
        }
        return .record(time)
    }

    @inline(__always)
    private mutating func count(
        _ line: Span<UInt8>,
        _ name: Range<Int>,
        _ time: Timestamp?,
        _ change: (inout RestartCounts) -> Void
    ) {
        guard let number = names.number(of: line, name) else {
            ledger.namesOverflow += 1
            return
        }
        if number == daemons.count {
            daemons.append(RestartCounts(restartCount: 0, failedCount: 0, lastAttempt: nil, crashLooping: false))
        }
        // One access for all: each one by itself asks whether the array is shared.
        func note(_ counts: inout RestartCounts) {
            change(&counts)
            if let time, counts.lastAttempt.map({ time > $0 }) ?? true { counts.lastAttempt = time }
        }
        note(&daemons[number])
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
