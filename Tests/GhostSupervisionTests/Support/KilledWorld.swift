import GhostModel
import GhostSystem
import GhostTestSupport
import Synchronization

@testable import GhostSupervision

/// A Ghost that is killed between any two of its steps, and the next ones, with everything that outlives them: the keeper,
/// the three logs, the journal and the file.
///
/// It does what the driver does, in its order; lines reach the kernel and the file is written whenever chance has it.
struct KilledWorld {
    /// The Ghost that lives now is killed.
    private struct Killed: Error {}

    /// A log: what waits in the memory of a Ghost, and what is with the kernel.
    private final class Log: ComponentLogSink {
        private struct State {
            var waiting: [String] = []
            var written: [UInt8] = []
            var handedIn = 0
            var arrived = 0
        }
        private let state = Mutex(State())

        func write(_ line: ComponentLine) {
            state.withLock { state in
                state.waiting.append(line.rendered(at: Timestamp(milliseconds: 0)))
                state.handedIn += 1
            }
        }

        func pass(_ count: Int) {
            state.withLock { state in
                let lines = state.waiting.prefix(count)
                for line in lines { state.written += Array(line.utf8) }
                state.arrived += lines.count
                state.waiting.removeFirst(lines.count)
            }
        }

        func lose() {
            state.withLock { state in
                state.waiting = []
                state.handedIn = state.arrived
            }
        }

        var handedIn: Int { state.withLock { $0.handedIn } }
        var arrived: Int { state.withLock { $0.arrived } }
        var length: Int { state.withLock { $0.written.count } }
        func bytes(from offset: Int) -> [UInt8] { state.withLock { Array($0.written[offset...]) } }
        var lines: [Substring] {
            state.withLock { String(decoding: $0.written, as: UTF8.self) }.split(separator: "\n")
        }
    }

    /// What the keeper holds of a run.
    private enum Held {
        case alive(pid: Int32, since: MonotonicTime)
        case ended(ExitStatus, at: MonotonicTime)
    }

    /// What is in the file.
    private struct Content {
        var supervision: SavedSupervision
        var marks: [ComponentKind: Int]
    }

    /// A write of the file that is under way.
    private struct Saving {
        var content: Content
        var ends: [RunID]
        /// How many lines and events must have arrived before.
        var lines: [ComponentKind: Int]
        var events: Int
        var revision: Int
    }

    private static let kinds: [ComponentKind] = [.lifecycle, .sentinel, .watchdog]

    // What outlives a Ghost.
    private let plans: [DaemonPlan]
    private let logs: [ComponentKind: Log]
    private var held: [RunID: Held] = [:]
    private var file: Content?
    private var journal: [JournalEvent] = []
    private(set) var born: [RunID] = []
    private var gone: Set<RunID> = []
    private var now = MonotonicTime(nanoseconds: 1_000_000_000)
    private var random: SeededRandom

    // A Ghost.
    private var supervision: Supervision
    private var told: SupervisionLogs
    private var recorder = JournalRecorder(epoch: "e")
    private var uncommitted: [JournalEvent] = []
    /// How many events were reported, and how many of them are in the journal.
    private var reported = 0
    private var kept = 0
    private var timers: [TimerID: MonotonicTime] = [:]
    private var probing: [ProbeID] = []
    private var ends: [RunID] = []
    private var saving: Saving?
    private var revision = 0
    private var steps = 0
    private var made: [RunID: SupervisionInput] = [:]

    init(seed: UInt64) throws {
        random = SeededRandom(seed: seed)
        let eager = RestartPolicy(backoff: Backoff(base: .zero, jitter: false), crashLoop: nil)
        let loop = CrashLoop(deaths: 3, within: .seconds(600), retry: .seconds(2))
        let doomed = RestartPolicy(backoff: Backoff(base: .milliseconds(200), jitter: false), crashLoop: loop)
        plans = [
            daemon("a", restart: eager),
            daemon("b", restart: doomed),
            daemon("c", ready: tcpProbe, restart: eager),
        ]
        logs = Dictionary(uniqueKeysWithValues: Self.kinds.map { ($0, Log()) })
        supervision = try Supervision(plans, now: now)
        told = Self.logs(plans, logs)
    }

    private static func logs(_ plans: [DaemonPlan], _ logs: [ComponentKind: Log]) -> SupervisionLogs {
        let none = Log()
        return SupervisionLogs(
            daemons: plans.map(\.name),
            ports: SupervisorPorts(
                spawner: SystemSpawner(),
                prober: FileProbe(),
                records: RunRecords(directory: "/nowhere"),
                outputPath: { "/nowhere/\($0)" },
                governorLog: logs[.lifecycle] ?? none,
                sentinelLog: logs[.sentinel] ?? none,
                watchdogLog: logs[.watchdog] ?? none,
                monotonicNow: { MonotonicTime(nanoseconds: 0) },
                wallNow: { Timestamp(milliseconds: 0) }
            )
        )
    }

    // MARK: Lives

    /// A Ghost begins, does at most so many steps, and is killed.
    mutating func live(steps count: Int) throws {
        steps = count
        do {
            try begin()
            while true { try act(mayDie: true) }
        } catch is Killed {
            for log in logs.values { log.lose() }
        }
    }

    /// A Ghost begins and goes on until everything is told and remembered.
    mutating func liveOn() throws {
        steps = .max
        try begin()
        for _ in 0..<400 { try act(mayDie: false) }
        for log in logs.values { log.pass(.max) }
        commit()
        for _ in 0..<4 { try save() }
    }

    private mutating func begin() throws {
        (timers, probing, ends, saving, made) = ([:], [], [], nil, [:])
        (uncommitted, reported, kept) = ([], 0, 0)
        recorder = JournalRecorder(epoch: "e", newest: journal.last?.sequence ?? 0)
        now = now + .milliseconds(Int64.random(in: 0..<100, using: &random))
        var standing = StandingLines()
        for (kind, log) in logs { standing.read(log.bytes(from: file?.marks[kind] ?? 0), of: kind, .sinceMark) }
        supervision = try Supervision(plans, resuming: file?.supervision, now: moment, boot: "b")
        revision = supervision.revision
        told = Self.logs(plans, logs)
        emit(.booted(order: plans.map(\.name), pid: 1))
        told.standing = standing
        try takeOver()
        told.standing = StandingLines()
        try handle(.start(held: [:]))
    }

    private mutating func takeOver() throws {
        let failures = told.standing.failures.filter { held[$0.run] == nil }
        let runs = (held.keys + failures.map(\.run)).sorted { ($0.daemon, $0.number) < ($1.daemon, $1.number) }
        supervision.continueNumbering(after: runs)
        let living = runs.filter { if case .alive = held[$0] { true } else { false } }
        let isFollowed: (RunID) -> Bool = { run in
            living.contains { $0.daemon == run.daemon && $0.number > run.number }
        }
        let reasons = Dictionary(uniqueKeysWithValues: failures.map { ($0.run, $0.reason) })
        for run in runs where isFollowed(run) { try takeEnd(run, reasons[run]) }
        for run in runs {
            guard case .alive(let pid, let since) = held[run] else { continue }
            try handle(.adopted(run, pid: pid, startedAt: since, evidence: told.standing.evidence(of: run)))
        }
        for run in runs where !isFollowed(run) { try takeEnd(run, reasons[run]) }
        supervision.countStarts(after: told.standing.named)
    }

    private mutating func takeEnd(_ run: RunID, _ reason: String?) throws {
        if let reason { try handle(.failedUnseen(run, reason: reason)) }
        guard case .ended(let exit, let at) = held[run] else { return }
        try handle(.endedUnseen(run, exit, at: at, evidence: told.standing.evidence(of: run)))
        ends.append(run)
    }

    // MARK: Steps

    private var moment: Moment {
        Moment(monotonic: now, wall: Timestamp(milliseconds: now.nanoseconds / 1_000_000))
    }

    /// One step is done: Ghost may be killed here, and what waits may arrive meanwhile.
    private mutating func tick() throws {
        steps -= 1
        guard steps > 0 else { throw Killed() }
        for kind in Self.kinds where Int.random(in: 0..<3, using: &random) == 0 {
            logs[kind]?.pass(Int.random(in: 1...3, using: &random))
        }
        if Int.random(in: 0..<3, using: &random) == 0 { commit() }
        now = now + .milliseconds(1)
    }

    private mutating func commit() {
        journal += uncommitted
        uncommitted = []
        kept = reported
    }

    private mutating func act(mayDie: Bool) throws {
        try tick()
        try save()
        now = now + .milliseconds(Int64.random(in: 0..<200, using: &random))
        if let due = timers.filter({ $0.value <= now }).keys.min(by: { "\($0)" < "\($1)" }) {
            timers[due] = nil
            try handle(.timer(due))
        }
        if let id = probing.first, Bool.random(using: &random) {
            probing.removeFirst()
            try handle(.probed(id, .success))
        }
        let living = held.filter { if case .alive = $0.value { true } else { false } }.keys
            .sorted { $0.description < $1.description }
        guard mayDie, Int.random(in: 0..<3, using: &random) == 0, let run = living.randomElement(using: &random) else {
            return
        }
        let exit = ExitStatus.exited(Int32.random(in: 1..<9, using: &random))
        held[run] = .ended(exit, at: now)
        gone.insert(run)
        try tick()
        try handle(.exited(run, exit))
        ends.append(run)
    }

    private mutating func handle(_ input: SupervisionInput) throws {
        var rest = Array(supervision.handle(input, now: now, random: 0.5).reversed())
        // The keeper is asked before anything is told.
        if Bool.random(using: &random) {
            for case .spawn(let run) in rest { try make(run) }
        }
        while let action = rest.popLast() {
            switch action {
            case .spawn(let run):
                if made[run] == nil { try make(run) }
                let outcome = made.removeValue(forKey: run) ?? .spawnFailed(run, reason: "none")
                rest += supervision.handle(outcome, now: now, random: 0.5).reversed()
            case .emit(let event):
                emit(event)
                try tick()
            case .arm(let timer, let due): timers[timer] = due
            case .disarm(let timer): timers[timer] = nil
            case .probe(let id, _, _): probing.append(id)
            case .signal, .watchLog, .watchOutput, .diagnose: break
            }
        }
    }

    private mutating func make(_ run: RunID) throws {
        try tick()
        if Int.random(in: 0..<12, using: &random) == 0 {
            made[run] = .spawnFailed(run, reason: "EAGAIN")
        } else {
            held[run] = .alive(pid: 7, since: now)
            born.append(run)
            made[run] = .spawned(run, pid: 7)
        }
        try tick()
    }

    private mutating func emit(_ event: SupervisionEvent) {
        told.write(event, at: moment)
        reported += 1
        if let name = recorder.mayStand(event),
            let missing = recorder.takeUp(event, from: journal.reversed().filter { $0.daemon == name }, at: moment)
        {
            uncommitted += missing
        } else {
            uncommitted += recorder.record(event, at: moment)
        }
    }

    private mutating func save() throws {
        guard let current = saving else {
            guard supervision.revision != revision || !ends.isEmpty else { return }
            saving = Saving(
                content: Content(
                    supervision: supervision.saved(at: moment, boot: "b"),
                    marks: logs.mapValues(\.length)
                ),
                ends: ends,
                lines: logs.mapValues(\.handedIn),
                events: reported,
                revision: supervision.revision
            )
            ends = []
            return
        }
        guard current.lines.allSatisfy({ (logs[$0.key]?.arrived ?? 0) >= $0.value }), kept >= current.events else {
            return
        }
        file = current.content
        try tick()
        (saving, revision) = (nil, current.revision)
        for run in current.ends {
            held[run] = nil
            try tick()
        }
    }

    // MARK: What must hold

    /// Everything that is told or counted otherwise than once.
    var faults: [String] {
        var faults: [String] = []
        var facts: [ToldLine: Int] = [:]
        for (kind, log) in logs {
            for line in log.lines {
                if let told = ToldLine(line, in: kind) { facts[told, default: 0] += 1 }
            }
        }
        func count(_ log: ComponentKind, _ fact: ToldLine.Fact, _ run: RunID) -> Int {
            facts[ToldLine(log: log, fact: fact, subject: run.description)] ?? 0
        }
        for (told, count) in facts where told.fact != .ready && count > 1 {
            faults.append("\(told) \(count) times")
        }
        if Set(born).count != born.count { faults.append("a run was started twice") }
        for run in gone {
            if count(.sentinel, .ended, run) != 1 { faults.append("the sentinel did not tell the end of \(run) once") }
            if count(.lifecycle, .ended, run) + count(.lifecycle, .endedReady, run) != 1 {
                faults.append("the governor did not tell the end of \(run) once")
            }
            let events = journal.filter { $0.run == run.description }
            let ended = events.filter { $0.kind == .ended }
            if ended.count != 1 {
                faults.append("the journal does not have the end of \(run) once: \(events.map(\.text))")
            }
            // A number that only the journal knew, of a start that failed, may have been given again.
            let decided = events.count { event in
                event.kind == .restart && ended.contains { $0.sequence == event.cause }
            }
            if decided != 1 { faults.append("the journal does not have the restart after \(run) once") }
            if events.count(where: { $0.kind == .recovered }) > 1 { faults.append("\(run) recovered twice") }
        }
        for machine in supervision.machines {
            let name = machine.plan.name
            let dead = gone.count { $0.daemon == name }
            if machine.tally.deaths != dead { faults.append("\(name): \(machine.tally.deaths) deaths for \(dead)") }
            let back = facts.filter { $0.key.fact == .recovered && $0.key.subject.hasPrefix("\(name)#") }.count
            if machine.tally.restartsSucceeded != back {
                faults.append("\(name): \(machine.tally.restartsSucceeded) restarts for \(back) told")
            }
            // Every start after the first is one of the watchdog's. A start that was told and never made, because Ghost was
            // killed between, is the first of none.
            let failed = facts.keys.filter { $0.log == .lifecycle && $0.fact == .ended }
                .compactMap { RunID($0.subject) }
            let first = (born + failed).filter { $0.daemon == name }.map(\.number).min() ?? machine.lastRun
            if machine.tally.restartsTried != machine.lastRun - first {
                faults.append("\(name): \(machine.tally.restartsTried) restarts were tried in \(machine.lastRun) runs")
            }
            // One that is ready as soon as it runs is back with each run after the first.
            guard machine.plan.ready == nil else { continue }
            for run in born where run.daemon == name && run.number > first && count(.watchdog, .recovered, run) != 1 {
                faults.append("the return of \(run) was not told once")
            }
        }
        return faults.sorted()
    }
}
