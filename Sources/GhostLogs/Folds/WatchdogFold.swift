import GhostModel

/// Folds the watchdog's log: which restarts were tried, and how they ended.
struct WatchdogFold: RecallingFold {
    static let kind = ComponentKind.watchdog
    static let savedVersion = 2

    var ledger = ComponentLedger(kind: .watchdog)
    private var successes = Successes()
    /// Refusals included.
    private(set) var failures = 0
    private(set) var refusals = 0
    private(set) var names = NameTable()
    /// By the number of the name.
    private var attempts: [Attempts] = []

    /// How many attempts succeeded.
    var restarts: Int { successes.count }

    /// The newest trusted time of a success.
    var lastRestart: Timestamp? { successes.newest }

    /// The attempts that succeeded.
    private struct Successes: Sendable {
        var count = 0
        /// The newest trusted time of one; the log is not in the order of its times.
        var newest: Timestamp?
        /// How often a daemon was brought back after a time that is known, and how long that took in all, in milliseconds.
        var recoveries = 0
        var recoveryTime: Int64 = 0

        /// Takes in one more.
        ///
        /// - Parameter since: when the first attempt before it failed; the largest number if none did.
        @inline(__always)
        mutating func count(at time: Timestamp?, failingSince since: Int64 = .max) {
            count &+= 1
            guard let time else { return }
            if newest.map({ time > $0 }) ?? true { newest = time }
            if since != .max, time.milliseconds >= since { recover(after: time.milliseconds &- since) }
        }

        @inline(__always)
        mutating func recover(after time: Int64) {
            let (sum, overflow) = recoveryTime.addingReportingOverflow(time)
            guard !overflow else { return }
            recoveryTime = sum
            recoveries &+= 1
        }
    }

    /// By the number of the name.
    var daemons: [RestartCounts] { attempts.map(\.counts) }

    /// What is known of one daemon, together because each list by itself asks whether it is shared.
    private struct Attempts: Sendable {
        var counts = RestartCounts(restartCount: 0, failedCount: 0, lastAttempt: nil, crashLooping: false)
        /// When the first attempt of those that failed since the last success was made, in milliseconds since 1970; the
        /// largest number if none was.
        var failingSince = Int64.max

        @inline(__always)
        mutating func note(_ time: Timestamp?) {
            if let time, counts.lastAttempt.map({ time > $0 }) ?? true { counts.lastAttempt = time }
        }

        /// Takes in a success, and gives out since when attempts had failed.
        @inline(__always)
        mutating func succeed(_ time: Timestamp?) -> Int64 {
            counts.restartCount &+= 1
            counts.crashLooping = false
            note(time)
            let since = failingSince
            failingSince = .max
            return since
        }

        @inline(__always)
        mutating func fail(_ loop: WatchdogRecord.CrashLoop, _ time: Timestamp?) {
            counts.failedCount &+= 1
            if loop == .yes { counts.crashLooping = true }
            note(time)
            if let time { failingSince = Swift.min(failingSince, time.milliseconds) }
        }
    }

    /// The share of the attempts that succeeded, with four decimals; nil before the first.
    var successRate: Double? {
        let attempts = restarts + failures
        return attempts > 0 ? (10_000 * Double(restarts) / Double(attempts)).rounded() / 10_000 : nil
    }

    /// How long it took on average to bring a daemon back, in milliseconds; nil if that is not known of any.
    var meanRecovery: Int64? {
        successes.recoveries > 0 ? successes.recoveryTime / Int64(successes.recoveries) : nil
    }

    var known = KnownBodies<Known>()

    /// What a text says that is about a daemon with a number.
    enum Known: Sendable {
        case succeeded(daemon: Int)
        case failed(daemon: Int, WatchdogRecord.CrashLoop, ErrorLedger.Ticket)
    }

    @inline(__always)
    mutating func apply(_ lines: KnownLines, of chunk: Span<UInt8>, _ context: LineContext) -> Int {
        // Taken out for all of the lines: each access to an array by itself asks whether it is shared.
        var taken: [Attempts] = []
        swap(&taken, &self.attempts)
        defer { swap(&taken, &self.attempts) }
        var attempts = taken.mutableSpan
        for (index, line) in lines.enumerated() {
            switch known[Int(line.place)] {
            case .succeeded(let daemon):
                ledger.recent.count(.first, at: line.time)
                successes.count(at: line.time, failingSince: attempts[daemon].succeed(line.time))
            case .failed(let daemon, let loop, let ticket):
                guard ledger.errors.note(again: ticket, line.time, context.at(line.offset)) else { return index }
                ledger.recent.count(.second &+ .error, at: line.time)
                failures &+= 1
                attempts[daemon].fail(loop, line.time)
            case nil: return index
            }
        }
        return lines.count
    }

    mutating func apply(_ line: Span<UInt8>, body: Range<Int>, time: Timestamp?, _ context: LineContext) -> Verdict {
        guard let record = WatchdogRecord(line, body: body) else { return .damaged }
        let daemon = number(of: line, record.name)
        let meaning: Known?
        switch record.outcome {
        case .succeeded:
            let downtime = TrailingFields.duration(of: "downtime=", in: line, body)
            succeed(daemon, time, downtime)
            meaning = downtime == nil ? daemon.map { .succeeded(daemon: $0) } : nil
        case .failed(let reason, let loop):
            fail(daemon, loop, time)
            let text = reason.lowerBound..<TrailingFields.start(in: line, reason)
            let ticket = ledger.errors.note(
                .crash,
                subject: "restart failed",
                line,
                name: record.name,
                text,
                time,
                context
            )
            meaning = daemon.map { .failed(daemon: $0, loop, ticket) }
        case .refused(let reason):
            fail(daemon, .no, time)
            refusals += 1
            ledger.errors.note(.crash, subject: "restart refused", line, name: record.name, reason, time, context)
            meaning = nil
        }
        if let meaning { remember(meaning, line, body) }
        return .record(time)
    }

    /// - Parameter downtime: how long the daemon was away, in milliseconds, if the record says that.
    private mutating func succeed(_ daemon: Int?, _ time: Timestamp?, _ downtime: Int64?) {
        ledger.recent.count(.first, at: time)
        let since = daemon.map { attempts[$0].succeed(time) } ?? .max
        successes.count(at: time, failingSince: downtime == nil ? since : .max)
        if daemon != nil, let downtime { successes.recover(after: downtime) }
    }

    private mutating func fail(_ daemon: Int?, _ loop: WatchdogRecord.CrashLoop, _ time: Timestamp?) {
        failures &+= 1
        ledger.recent.count(.second &+ .error, at: time)
        if let daemon { attempts[daemon].fail(loop, time) }
    }

    private mutating func number(of line: Span<UInt8>, _ name: Range<Int>) -> Int? {
        guard let number = names.number(of: line, name) else {
            ledger.namesOverflow += 1
            return nil
        }
        if number == attempts.count { attempts.append(Attempts()) }
        return number
    }
}

extension WatchdogFold: Savable {
    func save(to bytes: inout SavedBytes) {
        bytes.add(ledger)
        for count in [successes.count, failures, refusals] { bytes.add(count) }
        bytes.add(successes.newest)
        bytes.add(names)
        bytes.add(list: attempts) { bytes, attempts in
            let counts = attempts.counts
            bytes.add(counts.restartCount)
            bytes.add(counts.failedCount)
            bytes.add(counts.lastAttempt)
            bytes.add(counts.crashLooping ? 1 : 0)
        }
        bytes.add(list: attempts) { $0.add($1.failingSince) }
        bytes.add(successes.recoveries)
        bytes.add(successes.recoveryTime)
    }

    init(from bytes: inout SavedBytesReader) throws(UnreadableSave) {
        ledger = try ComponentLedger(from: &bytes)
        successes.count = try bytes.count()
        failures = try bytes.count()
        refusals = try bytes.count()
        successes.newest = try bytes.optionalTime()
        names = try NameTable(from: &bytes)
        let counts = try bytes.list(atMost: NameTable.capacity) { bytes throws(UnreadableSave) in
            RestartCounts(
                restartCount: try bytes.count(),
                failedCount: try bytes.count(),
                lastAttempt: try bytes.optionalTime(),
                crashLooping: try bytes.integer() != 0
            )
        }
        attempts = counts.map { Attempts(counts: $0) }
        guard attempts.count == names.names.count else { throw .impossibleValue }
        guard bytes.version >= 2 else { return }
        let failingSince = try bytes.list(atMost: NameTable.capacity) { bytes throws(UnreadableSave) in
            try bytes.integer64()
        }
        guard failingSince.count == attempts.count else { throw .impossibleValue }
        for (number, since) in failingSince.enumerated() { attempts[number].failingSince = since }
        successes.recoveries = try bytes.count()
        successes.recoveryTime = try bytes.integer64()
        guard successes.recoveryTime >= 0 else { throw .impossibleValue }
    }
}
