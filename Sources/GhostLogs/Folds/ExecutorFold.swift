import GhostModel

/// Folds the executor's log: which tasks ran, and how they ended.
///
/// In the daemon vocabulary a task appears once, when it has ended. In the monitor vocabulary its start and its end are two
/// records, and those without an end yet are open.
struct ExecutorFold: ComponentFold {
    static let kind = ComponentKind.executor
    /// How many open tasks are remembered; further ones are counted as started, and as overflow.
    static let openTaskCapacity = 10_000

    var ledger = ComponentLedger(kind: .executor)
    private(set) var started = 0
    private(set) var completed = 0
    private(set) var failed = 0
    private(set) var phase: ExecutorState.Phase?
    /// How many records put it into each phase.
    private(set) var phases = PhaseCounts()
    private var open: [TaskKey: Timestamp?] = [:]
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
    var activeTasks: Int { open.count }

    mutating func apply(_ line: Span<UInt8>, body: Range<Int>, time: Timestamp?, _ context: LineContext) -> Verdict {
        guard let record = ExecutorRecord(line, body: body) else { return .damaged }
        if case .tooManyErrors = failure { failure = .none }
        switch record {
        case .idle:
            phase = .idle
            phases.idle &+= 1
            // Nothing runs any more: what is still open ended without a word.
            if !open.isEmpty { open.removeAll(keepingCapacity: true) }
        case .coordinating(let reason):
            phase = .coordinating
            phases.coordinating += 1
            if line.has("Too many consecutive errors", at: reason.lowerBound, before: reason.upperBound) {
                var noted = NotedLine()
                noted.note(line, context)
                failure = .tooManyErrors(noted)
            }
        case .processed:
            started &+= 1
            complete()
        case .processingFailed(let reason):
            started += 1
            fail(line, reason, time, context)
        case .failedWithoutTask(let reason):
            phase = .error
            phases.error += 1
            ledger.errors.note(.task, subject: "", line, reason, time, context)
        case .executing(let task):
            started &+= 1
            phase = .processing
            begin(TaskKey(line, task), time)
        case .completed(let task):
            if !open.isEmpty { open[TaskKey(line, task)] = nil }
            complete()
        case .failed(let task, let reason):
            if !open.isEmpty { open[TaskKey(line, task)] = nil }
            fail(line, reason, time, context)
        }
        return .record(time)
    }

    /// Closes the tasks that were started before `boot`: the process that ran them is gone.
    mutating func closeTasks(startedBefore boot: Timestamp) {
        guard !open.isEmpty else { return }
        open = open.filter { _, start in start.map { $0 >= boot } ?? true }
    }

    private mutating func begin(_ task: TaskKey, _ time: Timestamp?) {
        if open.count < Self.openTaskCapacity || open[task] != nil {
            open.updateValue(time, forKey: task)
        } else {
            ledger.namesOverflow += 1
        }
    }

    @inline(__always)
    private mutating func complete() {
        completed &+= 1
        phase = .processing
        phases.processing &+= 1
    }

    private mutating func fail(_ line: Span<UInt8>, _ reason: Range<Int>, _ time: Timestamp?, _ context: LineContext) {
        failed += 1
        phase = .error
        phases.error += 1
        let text = reason.lowerBound..<TrailingFields.start(in: line, reason)
        ledger.errors.note(.task, subject: "task failed", line, text, time, context)
    }
}

/// The identifier of a task without an allocation: up to 16 bytes as they are, longer ones as two hashes.
private struct TaskKey: Hashable, Sendable {
    private var low: UInt64
    private var high: UInt64
    private var length: Int

    init(_ line: Span<UInt8>, _ id: Range<Int>) {
        length = id.count
        guard length > 16 else {
            low = 0
            high = 0
            for (step, index) in id.enumerated() {
                let byte = UInt64(line[index])
                if step < 8 { low |= byte << (UInt64(step) * 8) } else { high |= byte << (UInt64(step - 8) * 8) }
            }
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
