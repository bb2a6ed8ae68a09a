import GhostModel

/// Folds the governor's log: which daemons are under management.
struct LifecycleFold: RecallingFold {
    static let kind = ComponentKind.lifecycle
    static let savedVersion = 3

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
    fileprivate enum Management: Int, Sendable {
        case never
        case now
        case earlier
    }

    /// Whether the newest record says that the governor itself failed.
    enum Failure: Sendable {
        case none
        case governance(NotedLine)
    }

    var known = KnownBodies<Known>()

    /// What a text says that is always counted alike.
    struct Known: Sendable {
        fileprivate var kind: LifecycleRecord.Kind
        fileprivate var recent: RecentCounts.Counts
        fileprivate var effect: Effect
        fileprivate var ticket: ErrorLedger.Ticket?
    }

    /// What a record does to what is managed.
    ///
    /// A word with four bits for each state of the daemon: which becomes of it. It is looked up instead of asked for,
    /// because nobody can foresee what comes next.
    fileprivate struct Effect: Sendable {
        /// The number of the daemon; any if it stays as it is.
        var daemon: Int
        private var states: Int

        static let none = Effect(daemon: 0, states: 0x210)

        static func manage(daemon: Int) -> Effect { Effect(daemon: daemon, states: 0x111) }

        static func release(daemon: Int) -> Effect { Effect(daemon: daemon, states: 0x220) }

        @inline(__always)
        func after(_ state: Management) -> Management {
            Management(rawValue: states &>> (state.rawValue &* 4) & 0xF) ?? state
        }
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

    @inline(__always)
    mutating func apply(_ lines: KnownLines, of chunk: Span<UInt8>, _ context: LineContext) -> Int {
        if case .governance = failure { failure = .none }
        // Taken out for all of the lines: each access to an array by itself asks whether it is shared.
        var (takenCounts, takenDaemons): ([Int], [Management]) = ([], [])
        swap(&takenCounts, &self.counts)
        swap(&takenDaemons, &self.daemons)
        defer {
            swap(&takenCounts, &self.counts)
            swap(&takenDaemons, &self.daemons)
        }
        var counts = takenCounts.mutableSpan
        var daemons = takenDaemons.mutableSpan
        for (index, line) in lines.enumerated() {
            guard let meaning = known[Int(line.place)] else { return index }
            if let ticket = meaning.ticket {
                guard ledger.errors.note(again: ticket, line.time, context.at(line.offset)) else { return index }
            }
            counts[meaning.kind.rawValue] &+= 1
            ledger.recent.count(meaning.recent, at: line.time)
            managedCount &+= Self.perform(meaning.effect, &daemons)
        }
        return lines.count
    }

    mutating func apply(_ line: Span<UInt8>, body: Range<Int>, time: Timestamp?, _ context: LineContext) -> Verdict {
        guard let record = LifecycleRecord(line, body: body) else { return .damaged }
        let meaning = fold(record, line, time, context)
        if let meaning { remember(meaning, line, body) }
        return .record(time)
    }

    mutating func applyUnstamped(_ line: Span<UInt8>, body: Range<Int>, _ context: LineContext) -> Verdict {
        guard let record = LifecycleRecord(unstamped: line, body: body) else { return .none }
        let at = TrailingFields.value(of: "at=", in: line, record.detail.upperBound..<body.upperBound)
        let time = context.trusted(at.flatMap { line.time(in: $0) })
        fold(record, line, time, context)
        return .record(time)
    }

    /// - Returns: what to remember of the record; nil if it does more than that says.
    @discardableResult
    private mutating func fold(
        _ record: LifecycleRecord,
        _ line: Span<UInt8>,
        _ time: Timestamp?,
        _ context: LineContext
    ) -> Known? {
        countOne(record.kind, time)
        var effect: Effect? = Effect.none
        switch record.kind {
        case .boot:
            boot(line, record.detail, time)
            return nil
        case .governanceError:
            var noted = NotedLine()
            noted.note(line, context)
            failure = .governance(noted)
            effect = nil
        case .started, .adopted: effect = number(of: line, record.name).map { .manage(daemon: $0) }
        case .stopped, .removed, .healthFailed, .startFailed, .startError, .failed, .attemptsExceeded:
            effect = number(of: line, record.name).map { .release(daemon: $0) }
        case .starting, .stopping, .shutdown, .shutdownDone, .dependencyMissing, .stopFailed: break
        }
        if let effect {
            var all = daemons.mutableSpan
            let more = Self.perform(effect, &all)
            managedCount += more
        }
        var ticket: ErrorLedger.Ticket?
        if let fault = record.kind.fault {
            let text = record.detail.lowerBound..<TrailingFields.start(in: line, record.detail)
            ticket = ledger.errors.note(
                fault.category,
                subject: fault.subject,
                line,
                name: record.name,
                text,
                time,
                context
            )
        }
        return effect.map { Known(kind: record.kind, recent: record.kind.recent, effect: $0, ticket: ticket) }
    }

    @inline(__always)
    private mutating func countOne(_ kind: LifecycleRecord.Kind, _ time: Timestamp?) {
        counts[kind.rawValue] &+= 1
        ledger.recent.count(kind.recent, at: time)
        if case .governance = failure { failure = .none }
    }

    /// - Returns: how many more daemons are managed now.
    @inline(__always)
    private static func perform(_ effect: Effect, _ daemons: inout MutableSpan<Management>) -> Int {
        guard effect.daemon < daemons.count else { return 0 }
        let before = daemons[effect.daemon]
        let after = effect.after(before)
        daemons[effect.daemon] = after
        return (after == .now ? 1 : 0) &- (before == .now ? 1 : 0)
    }

    private mutating func boot(_ line: Span<UInt8>, _ list: Range<Int>, _ time: Timestamp?) {
        startupOrder = line.listItems(list).map { line.text($0, longest: NameTable.longestNameBytes) }
        for index in daemons.indices where daemons[index] == .now { daemons[index] = .earlier }
        managedCount = 0
        if let time, lastBoot.map({ time > $0 }) ?? true { lastBoot = time }
    }

    private mutating func number(of line: Span<UInt8>, _ name: Range<Int>) -> Int? {
        guard let number = names.number(of: line, name) else {
            ledger.namesOverflow += 1
            return nil
        }
        if number == daemons.count { daemons.append(.never) }
        return number
    }
}

extension LifecycleRecord.Kind {
    /// As what it counts in recent time: starts that succeeded, starts that did not, nothing, errors.
    @inline(__always)
    fileprivate var recent: RecentCounts.Counts {
        switch self {
        case .started: .first
        case .startFailed, .startError, .attemptsExceeded, .failed: .second &+ .error
        case .healthFailed, .dependencyMissing, .stopFailed, .governanceError: .error
        case .boot, .starting, .adopted, .removed, .stopping, .stopped, .shutdown, .shutdownDone: .zero
        }
    }

    /// As what it counts among the errors, and the words that its message starts with; nil if it is no error.
    fileprivate var fault: (category: ErrorCategory, subject: StaticString)? {
        switch self {
        case .healthFailed: (.crash, "ended while managed")
        case .startFailed, .startError, .failed: (.crash, "failed to start")
        case .attemptsExceeded: (.crash, "was given up")
        case .dependencyMissing: (.dependency, "cannot start")
        case .stopFailed: (.crash, "failed to stop")
        case .governanceError: (.crash, "lifecycle governance failed")
        case .boot, .starting, .started, .adopted, .removed, .stopping, .stopped, .shutdown, .shutdownDone: nil
        }
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
        // Those that were taken over stood among the starts.
        if bytes.version < 3 { counts.append(0) }
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
