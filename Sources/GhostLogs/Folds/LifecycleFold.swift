import GhostModel

/// Folds the governor's log: which daemons are under management.
struct LifecycleFold: ComponentFold {
    static let kind = ComponentKind.lifecycle
    static let savedVersion = 1

    var ledger = ComponentLedger(kind: .lifecycle)
    /// How many records there were of each kind, by its raw value.
    private var counts = [Int](repeating: 0, count: LifecycleRecord.Kind.allCases.count)
    private(set) var startupOrder: [String] = []
    private(set) var names = NameTable()
    /// By the number of the name.
    private var daemons: [Management] = []
    /// How many daemons are managed now.
    private(set) var managedCount = 0
    /// The newest trusted time of a boot.
    private(set) var lastBoot: Timestamp?
    private(set) var failure = Failure.none

    /// Whether a daemon is or was under management.
    private enum Management: Int, Sendable {
        case never
        case now
        case earlier
    }

    /// Whether the newest record says that the governor itself failed.
    enum Failure: Sendable {
        case none
        case governance(NotedLine)
    }

    /// How many records of `kind` there were.
    func count(_ kind: LifecycleRecord.Kind) -> Int { counts[kind.rawValue] }

    /// Starts that did not succeed, and daemons given up.
    var failedStarts: Int { count(.startFailed) + count(.startError) + count(.attemptsExceeded) + count(.failed) }

    /// The daemons under management now; sorted.
    var managedNow: [String] { names { $0 == .now } }

    /// The daemons that ever were; sorted.
    var managedEver: [String] { names { $0 != .never } }

    private func names(where condition: (Management) -> Bool) -> [String] {
        daemons.indices.filter { condition(daemons[$0]) }.map { names.names[$0] }.sorted()
    }

    mutating func apply(_ line: Span<UInt8>, body: Range<Int>, time: Timestamp?, _ context: LineContext) -> Verdict {
        guard let record = LifecycleRecord(line, body: body) else { return .damaged }
        fold(record, line, time, context)
        return .record(time)
    }

    mutating func applyUnstamped(_ line: Span<UInt8>, body: Range<Int>, _ context: LineContext) -> Verdict {
        guard let record = LifecycleRecord(unstamped: line, body: body) else { return .none }
        let at = TrailingFields.value(of: "at=", in: line, record.detail.upperBound..<body.upperBound)
        let time = context.trusted(at.flatMap { line.time(in: $0) })
        fold(record, line, time, context)
        return .record(time)
    }

    @inline(__always)
    private mutating func fold(
        _ record: LifecycleRecord,
        _ line: Span<UInt8>,
        _ time: Timestamp?,
        _ context: LineContext
    ) {
        counts[record.kind.rawValue] &+= 1
        if case .governance = failure { failure = .none }
        switch record.kind {
        case .boot: boot(line, record.detail, time)
        case .started: manage(line, record.name)
        case .stopped, .removed: release(line, record.name)
        case .starting, .stopping, .shutdown, .shutdownDone: break
        case .healthFailed:
            release(line, record.name)
            note(.crash, "ended while managed", record, line, time, context)
        case .startFailed, .startError, .failed:
            release(line, record.name)
            note(.crash, "failed to start", record, line, time, context)
        case .attemptsExceeded:
            release(line, record.name)
            note(.crash, "was given up", record, line, time, context)
        case .dependencyMissing: note(.dependency, "cannot start", record, line, time, context)
        case .stopFailed: note(.crash, "failed to stop", record, line, time, context)
        case .governanceError:
            note(.crash, "lifecycle governance failed", record, line, time, context)
            var noted = NotedLine()
            noted.note(line, context)
            failure = .governance(noted)
        }
    }

    private mutating func note(
        _ category: ErrorCategory,
        _ subject: StaticString,
        _ record: LifecycleRecord,
        _ line: Span<UInt8>,
        _ time: Timestamp?,
        _ context: LineContext
    ) {
        let text = record.detail.lowerBound..<TrailingFields.start(in: line, record.detail)
        ledger.errors.note(category, subject: subject, line, name: record.name, text, time, context)
    }

    private mutating func boot(_ line: Span<UInt8>, _ list: Range<Int>, _ time: Timestamp?) {
        startupOrder = line.listItems(list).map { line.text($0, longest: NameTable.longestNameBytes) }
        for index in daemons.indices where daemons[index] == .now { daemons[index] = .earlier }
        managedCount = 0
        if let time, lastBoot.map({ time > $0 }) ?? true { lastBoot = time }
    }

    @inline(__always)
    private mutating func manage(_ line: Span<UInt8>, _ name: Range<Int>) {
        guard let number = number(of: line, name), daemons[number] != .now else { return }
        daemons[number] = .now
        managedCount += 1
    }

    @inline(__always)
    private mutating func release(_ line: Span<UInt8>, _ name: Range<Int>) {
        guard let number = number(of: line, name), daemons[number] == .now else { return }
        daemons[number] = .earlier
        managedCount -= 1
    }

    @inline(__always)
    private mutating func number(of line: Span<UInt8>, _ name: Range<Int>) -> Int? {
        guard let number = names.number(of: line, name) else {
            ledger.namesOverflow += 1
            return nil
        }
        if number == daemons.count { daemons.append(.never) }
        return number
    }
}

extension LifecycleFold: Savable {
    func save(to bytes: inout SavedBytes) {
        bytes.add(ledger)
        bytes.add(list: counts) { $0.add($1) }
        bytes.add(list: startupOrder) { $0.add($1) }
        bytes.add(names)
        bytes.add(list: daemons) { $0.add($1.rawValue) }
        bytes.add(lastBoot)
        switch failure {
        case .none: bytes.add(0)
        case .governance(let line):
            bytes.add(1)
            bytes.add(line)
        }
    }

    init(from bytes: inout SavedBytesReader) throws(UnreadableSave) {
        ledger = try ComponentLedger(from: &bytes)
        counts = try bytes.list(atMost: LifecycleRecord.Kind.allCases.count) { bytes throws(UnreadableSave) in
            try bytes.count()
        }
        guard counts.count == LifecycleRecord.Kind.allCases.count else { throw .impossibleValue }
        startupOrder = try bytes.list(atMost: NameTable.capacity) { bytes throws(UnreadableSave) in
            // Bytes that are not UTF-8 take three each once they are text.
            try bytes.text(longest: 3 * NameTable.longestNameBytes)
        }
        names = try NameTable(from: &bytes)
        daemons = try bytes.list(atMost: NameTable.capacity) { bytes throws(UnreadableSave) in
            guard let management = Management(rawValue: try bytes.integer()) else { throw .impossibleValue }
            return management
        }
        guard daemons.count == names.names.count else { throw .impossibleValue }
        managedCount = daemons.count { $0 == .now }
        lastBoot = try bytes.optionalTime()
        switch try bytes.integer() {
        case 0: failure = .none
        case 1: failure = .governance(try NotedLine(from: &bytes))
        default: throw .impossibleValue
        }
    }
}
