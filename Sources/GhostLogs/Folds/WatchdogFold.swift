import GhostModel

/// Folds the watchdog's log: which restarts were tried, and how they ended.
struct WatchdogFold: ComponentFold {
    static let kind = ComponentKind.watchdog

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
        change(&daemons[number])
        if let time, daemons[number].lastAttempt.map({ time > $0 }) ?? true { daemons[number].lastAttempt = time }
    }
}
