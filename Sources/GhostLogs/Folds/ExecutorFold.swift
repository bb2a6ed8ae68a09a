import GhostModel

/// Folds the executor's log: which tasks ran, and how they ended.
///
/// In the daemon vocabulary a task appears once, when it has ended. In the monitor vocabulary its start and its end are two
/// records, and those without an end yet are open.
struct ExecutorFold: RecallingFold {
    static let kind = ComponentKind.executor
    static let savedVersion = 2
    /// How many open tasks are remembered; further ones are counted as started, and as overflow.
    static let openTaskCapacity = 10_000

    var ledger = ComponentLedger(kind: .executor)
    private(set) var started = 0
    private(set) var completed = 0
    private(set) var failed = 0
    private(set) var phase: ExecutorState.Phase?
    /// How many records put it into each phase.
    private(set) var phases = PhaseCounts()
    private var open = OpenTasks()
    /// How long tasks took that ended, where that is known.
    private(set) var durations = DurationHistogram()
    /// The governor's newest boot; not saved, because its own fold has it.
    private var boot: Timestamp?
    private(set) var failure = Failure.none

    /// Whether the newest record says that the executor itself has given up.
    enum Failure: Sendable {
        case none
        case tooManyErrors(NotedLine)
    }

    struct PhaseCounts: Sendable, Equatable {
        var idle = 0
        var processing = 0
        var coordinating = 0
        var error = 0
    }

    /// How many tasks were started and have not ended.
    var activeTasks: Int { boot.map { open.count(startedSince: $0) } ?? open.count }

    /// How many tasks ended in a minute on average, with two decimals, if so many ended in the hour before `instant`.
    ///
    /// Where counting began within that hour, only the minutes since then are taken, the one that has begun included.
    func tasksPerMinute(ended: Int, at instant: Timestamp) -> Double {
        (100 * Double(ended) / Double(minutesCounted(at: instant))).rounded() / 100
    }

    /// How many of the sixty minutes before `instant` lie after the beginning of counting; at least one.
    private func minutesCounted(at instant: Timestamp) -> Int64 {
        guard let first = ledger.firstEvent else { return 60 }
        return min(60, max(1, (instant.milliseconds - first.milliseconds) / 60_000 + 1))
    }

    /// When ``tasksPerMinute(ended:at:)`` changes next because another minute is taken; nil if it does not.
    func nextMinute(after instant: Timestamp) -> Timestamp? {
        guard let first = ledger.firstEvent, minutesCounted(at: instant) < 60 else { return nil }
        let minutes = max(1, (instant.milliseconds - first.milliseconds) / 60_000 + 1)
        return Timestamp(milliseconds: first.milliseconds + minutes * 60_000)
    }

    var known = KnownBodies<Known>()
    private let openings = TaskOpenings()

    /// What a text says about the task that it names.
    ///
    /// What it adds to the counters are vectors, so that they are added without asking which it is.
    struct Known: Sendable {
        /// Starts, ends, failures, errors.
        fileprivate var counts = RecentCounts.Counts.zero
        /// Idle, processing, coordinating, error.
        fileprivate var phases = RecentCounts.Counts.zero
        fileprivate var phase: ExecutorState.Phase
        fileprivate var change = Change.none
        fileprivate var ticket: ErrorLedger.Ticket?
    }

    /// What a record does to the open tasks.
    fileprivate enum Change: Sendable {
        case none
        case start
        case end
        case endAll
    }

    /// What stands around the task; the detail says where that is.
    @inline(__always)
    func key(of line: Span<UInt8>, _ text: Range<Int>) -> TextKey? { openings.key(of: line, text) }

    @inline(__always)
    mutating func apply(_ lines: KnownLines, of chunk: Span<UInt8>, _ context: LineContext) -> Int {
        if case .tooManyErrors = failure { failure = .none }
        var (counts, phases) = (RecentCounts.Counts.zero, RecentCounts.Counts.zero)
        var applied = 0
        for line in lines {
            guard let meaning = known[Int(line.place)] else { break }
            if let ticket = meaning.ticket {
                guard ledger.errors.note(again: ticket, line.time, context.at(line.offset)) else { break }
            }
            counts &+= meaning.counts
            phases &+= meaning.phases
            ledger.recent.count(meaning.counts, at: line.time)
            phase = meaning.phase
            applied &+= 1
            // In the daemon vocabulary no task is ever open, and then there is nothing more to ask.
            guard !open.isEmpty || meaning.change == .start else { continue }
            switch meaning.change {
            case .none: break
            case .start:
                begin(TaskKey(chunk.extracting(line.range), TaskOpenings.task(in: line.detail)), line.time)
            case .end:
                end(TaskKey(chunk.extracting(line.range), TaskOpenings.task(in: line.detail)), line.time)
            case .endAll: open.closeAll()
            }
        }
        add(counts, phases)
        return applied
    }

    @inline(__always)
    private mutating func add(_ counts: RecentCounts.Counts, _ phases: RecentCounts.Counts) {
        started &+= Int(counts[0])
        completed &+= Int(counts[1])
        failed &+= Int(counts[2])
        self.phases.idle &+= Int(phases[0])
        self.phases.processing &+= Int(phases[1])
        self.phases.coordinating &+= Int(phases[2])
        self.phases.error &+= Int(phases[3])
    }

    mutating func apply(_ line: Span<UInt8>, body: Range<Int>, time: Timestamp?, _ context: LineContext) -> Verdict {
        guard let record = ExecutorRecord(line, body: body) else { return .damaged }
        if case .tooManyErrors = failure { failure = .none }
        var meaning: Known
        var comesAgain = true
        switch record {
        case .idle:
            // Nothing runs any more: what is still open ended without a word.
            meaning = Known(phases: .first, phase: .idle, change: .endAll)
            open.closeAll()
        case .coordinating(let reason):
            meaning = Known(phases: .third, phase: .coordinating)
            comesAgain = false
            if line.has("Too many consecutive errors", at: reason.lowerBound, before: reason.upperBound) {
                var noted = NotedLine()
                noted.note(line, context)
                failure = .tooManyErrors(noted)
            }
        case .processed:
            meaning = Known(counts: .first &+ .second, phases: .second, phase: .processing)
        case .processingFailed(let reason):
            meaning = Known(counts: .first &+ .third &+ .error, phases: .error, phase: .error)
            meaning.ticket = note(failure: reason, line, time, context)
        case .failedWithoutTask(let reason):
            meaning = Known(counts: .error, phases: .error, phase: .error)
            meaning.ticket = ledger.errors.note(.task, subject: "", line, reason, time, context)
        case .executing(let task):
            meaning = Known(counts: .first, phase: .processing, change: .start)
            begin(TaskKey(line, task), time)
        case .completed(let task):
            meaning = Known(counts: .second, phases: .second, phase: .processing, change: .end)
            let duration = self.duration(in: line, task.upperBound..<body.upperBound)
            end(TaskKey(line, task), time, after: duration)
            comesAgain = duration == nil
        case .failed(let task, let reason):
            meaning = Known(counts: .third &+ .error, phases: .error, phase: .error, change: .end)
            let duration = self.duration(in: line, task.upperBound..<body.upperBound)
            end(TaskKey(line, task), time, after: duration)
            meaning.ticket = note(failure: reason, line, time, context)
            comesAgain = duration == nil
        }
        add(meaning.counts, meaning.phases)
        ledger.recent.count(meaning.counts, at: time)
        phase = meaning.phase
        if comesAgain { remember(meaning, line, body) }
        return .record(time)
    }

    /// Takes note that the process which ran tasks before `boot` is gone: they are not active any more.
    ///
    /// Their starts stay known. Which of the two logs is read first must make no difference to how long a task took.
    mutating func note(boot: Timestamp) {
        self.boot = boot
    }

    @inline(__always)
    private mutating func begin(_ task: TaskKey, _ time: Timestamp?) {
        if open.count >= Self.openTaskCapacity, let boot { open.close(startedBefore: boot) }
        if open.count < Self.openTaskCapacity || open.contains(task) {
            open.open(task, at: time)
        } else {
            ledger.namesOverflow += 1
        }
    }

    /// How long a task took if the record says so, in milliseconds.
    private func duration(in line: Span<UInt8>, _ rest: Range<Int>) -> Int64? {
        TrailingFields.duration(of: "duration=", in: line, rest)
    }

    /// Closes a task, and takes over how long it took: what the record says, or else the time since its start.
    @inline(__always)
    private mutating func end(_ task: TaskKey, _ time: Timestamp?, after duration: Int64? = nil) {
        let start = open.isEmpty ? nil : open.close(task)
        if let duration {
            durations.add(duration)
        } else if let start, let time, start <= time {
            durations.add(time.milliseconds &- start.milliseconds)
        }
    }

    private mutating func note(
        failure reason: Range<Int>,
        _ line: Span<UInt8>,
        _ time: Timestamp?,
        _ context: LineContext
    ) -> ErrorLedger.Ticket {
        let text = reason.lowerBound..<TrailingFields.start(in: line, reason)
        return ledger.errors.note(.task, subject: "task failed", line, text, time, context)
    }
}

/// The identifier of a task without an allocation: up to 16 bytes as they are, longer ones as two hashes.
///
/// It is saved: whoever computes it otherwise raises ``ExecutorFold/savedVersion``.
struct TaskKey: Equatable, Sendable {
    private var low: UInt64
    private var high: UInt64
    private var length: Int

    /// A number for a hash table, which nobody foresees who does not know the seed.
    @inline(__always)
    func hash(seed: UInt64) -> UInt64 { seed.mixed(with: low, high) }

    init(_ line: Span<UInt8>, _ id: Range<Int>) {
        length = id.count
        guard length > 16 else {
            let whole = line.lastSixteen(of: id)
            low = UInt64(truncatingIfNeeded: whole)
            high = UInt64(truncatingIfNeeded: whole >> 64)
            return
        }
        low = 0xCBF2_9CE4_8422_2325
        high = 0x9E37_79B9_7F4A_7C15
        for index in id {
            let byte = UInt64(line[index])
            low = (low ^ byte) &* 0x0000_0100_0000_01B3
            high = ((high &+ byte) &* 0xBF58_476D_1CE4_E5B9) ^ (high >> 29)
        }
    }
}

extension ExecutorFold: Savable {
    func save(to bytes: inout SavedBytes) {
        bytes.add(ledger)
        for count in [started, completed, failed] { bytes.add(count) }
        bytes.add(phase) { $0.add(word: $1) }
        for count in [phases.idle, phases.processing, phases.coordinating, phases.error] { bytes.add(count) }
        // Sorted, so that equal states are equal bytes.
        bytes.add(list: open.entries.sorted { $0.task < $1.task }) { bytes, entry in
            bytes.add(entry.task)
            bytes.add(entry.start)
        }
        switch failure {
        case .none: bytes.add(0)
        case .tooManyErrors(let line):
            bytes.add(1)
            bytes.add(line)
        }
        bytes.add(durations)
    }

    init(from bytes: inout SavedBytesReader) throws(UnreadableSave) {
        ledger = try ComponentLedger(from: &bytes)
        started = try bytes.count()
        completed = try bytes.count()
        failed = try bytes.count()
        phase = try bytes.optional { bytes throws(UnreadableSave) in try bytes.word(ExecutorState.Phase.self) }
        phases = PhaseCounts(
            idle: try bytes.count(),
            processing: try bytes.count(),
            coordinating: try bytes.count(),
            error: try bytes.count()
        )
        let tasks = try bytes.list(atMost: Self.openTaskCapacity) { bytes throws(UnreadableSave) in
            (try TaskKey(from: &bytes), try bytes.optionalTime())
        }
        for (task, start) in tasks { open.open(task, at: start) }
        switch try bytes.integer() {
        case 0: failure = .none
        case 1: failure = .tooManyErrors(try NotedLine(from: &bytes))
        default: throw .impossibleValue
        }
        if bytes.version >= 2 { durations = try DurationHistogram(from: &bytes) }
    }
}

extension TaskKey: Savable, Comparable {
    static func < (left: TaskKey, right: TaskKey) -> Bool {
        (left.length, left.high, left.low) < (right.length, right.high, right.low)
    }

    func save(to bytes: inout SavedBytes) {
        bytes.add(length)
        bytes.add(Int64(bitPattern: low))
        bytes.add(Int64(bitPattern: high))
    }

    init(from bytes: inout SavedBytesReader) throws(UnreadableSave) {
        length = try bytes.count()
        low = UInt64(bitPattern: try bytes.integer64())
        high = UInt64(bitPattern: try bytes.integer64())
    }
}
