import GhostModel

/// Folds the self-check's log: how often the machine was found well.
struct SelfCheckFold: ComponentFold {
    static let kind = ComponentKind.selfcheck

    var ledger = ComponentLedger(kind: .selfcheck)
    private(set) var healthy = 0
    private(set) var warning = 0
    private(set) var critical = 0
    private(set) var last: SelfCheckState.LastCheck?
    /// The newest trusted time of a check.
    private(set) var lastTime: Timestamp?

    mutating func apply(_ line: Span<UInt8>, body: Range<Int>, time: Timestamp?, _ context: LineContext) -> Verdict {
        guard let record = SelfCheckRecord(line, body: body) else { return .damaged }
        switch record.status {
        case .healthy: healthy &+= 1
        case .warning: warning += 1
        case .critical:
            critical += 1
            ledger.errors.note(.check, subject: "health check critical", line, record.failing, time, context)
        }
        last = SelfCheckState.LastCheck(
            status: record.status,
            healthy: record.healthy,
            warning: record.warning,
            critical: record.critical
        )
        if let time, lastTime.map({ time > $0 }) ?? true { lastTime = time }
        return .record(time)
    }
}
