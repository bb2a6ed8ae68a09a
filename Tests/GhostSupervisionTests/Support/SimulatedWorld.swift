import GhostModel
import GhostSupervision
import GhostTestSupport

/// A simulated machine around a ``Supervision``, with a driver that answers late and in any order.
///
/// It has a clock, a process table, timers and probes, and checks after each step what must always hold.
struct SimulatedWorld {
    private(set) var supervision: Supervision
    private(set) var now = MonotonicTime(nanoseconds: 0)
    private(set) var faults: [String] = []
    private var random: SeededRandom
    private let plans: [DaemonName: DaemonPlan]
    private let declared: [DaemonPlan]

    /// What the world has been asked for and not answered.
    private var spawning: Set<RunID> = []
    private var alive: [RunID: Int32] = [:]
    private var signalled: [RunID: GhostModel.Signal] = [:]
    private var probing: Set<ProbeID> = []
    private var watched: Set<ProbeID> = []
    private var timers: [TimerID: MonotonicTime] = [:]
    private var past: [RunID] = []
    private var nextPID: Int32 = 100
    private var isShuttingDown = false

    init(seed: UInt64) throws {
        random = SeededRandom(seed: seed)
        let daemons = Self.plan(&random)
        plans = Dictionary(uniqueKeysWithValues: daemons.map { ($0.name, $0) })
        declared = daemons.shuffled(using: &random)
        supervision = try Supervision(declared, now: now)
        perform(supervision.handle(.start(held: [:]), now: now, random: 0.5))
    }

    /// Whether everything has come to its end.
    var isFinished: Bool { supervision.course == .finished }

    // MARK: Steps

    mutating func step() {
        var choices: [() -> SupervisionInput?] = []
        let spawns = spawning.sorted { $0.description < $1.description }
        let lives = alive.keys.sorted { $0.description < $1.description }
        let asked = probing.sorted { Self.key($0) < Self.key($1) }
        var generator = random
        func pick<Element>(_ elements: [Element]) -> Element? { elements.randomElement(using: &generator) }

        let spawned = pick(spawns)
        let ended = pick(lives)
        let answered = pick(asked)
        let awaited = pick(watched.sorted { Self.key($0) < Self.key($1) })
        let speaker = pick(lives)
        let stale = pick(past)
        let daemon = pick(supervision.order.names)
        let chance = Int.random(in: 0..<100, using: &generator)
        let purpose = pick(TimerID.Purpose.allCases)
        random = generator

        if let spawned {
            choices.append { chance < 80 ? .spawned(spawned, pid: 0) : .spawnFailed(spawned, reason: "EAGAIN") }
        }
        if let ended { choices.append { .exited(ended, chance < 40 ? .exited(0) : .exited(Int32(chance))) } }
        if let answered { choices.append { .probed(answered, chance < 60 ? .success : .failure("refused")) } }
        if let awaited, chance < 30 { choices.append { .probed(awaited, .success) } }
        if let speaker, chance < 20 { choices.append { .notified(speaker) } }
        if let speaker, chance > 80 {
            let instant = now
            choices.append { .outputSeen(speaker, at: instant) }
        }
        if let stale, let purpose {
            choices.append {
                switch chance % 4 {
                case 0: .exited(stale, .exited(0))
                case 1: .probed(ProbeID(stale, .ready, attempt: chance), .success)
                case 2: .spawned(stale, pid: 1)
                default: .timer(TimerID(stale, purpose))
                }
            }
        }
        if let daemon, !isShuttingDown, chance < 10 {
            choices.append {
                switch chance {
                case 0..<3: .want(.down, daemon)
                case 3..<6: .want(.up, daemon)
                case 6: .restart(daemon)
                case 7: .reset(daemon)
                case 8: .due(daemon)
                default: .signal(daemon, .hup)
                }
            }
        }
        // Time passes: the next timer is due.
        if let due = timers.min(by: { $0.value == $1.value ? "\($0.key)" < "\($1.key)" : $0.value < $1.value }) {
            choices.append { nil }
            choices.append { nil }
            if let choice = choices.randomElement(using: &random) {
                if let input = choice() { give(input) } else { ring(due.key, due.value) }
            }
        } else if let choice = choices.randomElement(using: &random), let input = choice() {
            give(input)
        }
        now = now + .milliseconds(Int64.random(in: 0..<500, using: &random))
    }

    /// Ghost is killed and comes back: it takes over what lives and hears of what has ended meanwhile.
    mutating func replaceGhost() throws {
        let wall = Timestamp(milliseconds: now.nanoseconds / 1_000_000)
        let saved = supervision.saved(at: Moment(monotonic: now, wall: wall), boot: "boot")
        now = now + .milliseconds(Int64.random(in: 0..<5000, using: &random))
        let later = Moment(monotonic: now, wall: Timestamp(milliseconds: now.nanoseconds / 1_000_000))
        let wants = supervision.machines.map { ($0.plan.name, $0.intent, $0.lastRun) }
        supervision = try Supervision(declared, resuming: saved, now: later, boot: "boot")
        (timers, probing, watched, signalled, spawning) = ([:], [], [], [:], [])
        for (name, intent, lastRun) in wants {
            if supervision[name]?.intent != intent { fail("the wish for \(name) is forgotten") }
            if supervision[name]?.lastRun != lastRun { fail("the number of \(name) is forgotten") }
        }
        for (run, pid) in alive.sorted(by: { $0.key.description < $1.key.description }) {
            if Int.random(in: 0..<4, using: &random) == 0 {
                alive[run] = nil
                past.append(run)
                give(.endedUnseen(run, .exited(1), at: now + .milliseconds(-100)))
            } else {
                give(.adopted(run, pid: pid, startedAt: now + .seconds(-1)))
                if supervision[run.daemon]?.process?.pid != pid { fail("\(run) is not taken over") }
            }
        }
        let living = alive
        give(.start(held: [:]))
        for run in living.keys where supervision[run.daemon]?.liveRun != run { fail("\(run) is lost") }
    }

    mutating func shutDown() {
        isShuttingDown = true
        give(.shutdown)
    }

    /// Lets the world answer everything that is open, as a real one would in the end.
    mutating func answerAll() {
        for _ in 0..<10_000 where !isFinished {
            if let run = spawning.min(by: { $0.description < $1.description }) {
                give(.spawned(run, pid: 0))
            } else if let (run, signal) = signalled.filter({ alive[$0.key] != nil })
                .min(by: { $0.key.description < $1.key.description })
            {
                // Every third ignores TERM.
                if signal == .kill || run.number % 3 != 0 {
                    give(.exited(run, .signaled(signal == .kill ? 9 : 15)))
                } else if let (timer, due) = timers.first(where: { $0.key == TimerID(run, .grace) }) {
                    ring(timer, due)
                } else {
                    fail("\(run) ignores TERM and no grace is armed")
                    return
                }
            } else {
                fail("shutdown does not go on: \(supervision.machines.map(\.state))")
                return
            }
        }
    }

    private mutating func ring(_ timer: TimerID, _ due: MonotonicTime) {
        now = max(now, due)
        timers[timer] = nil
        give(.timer(timer))
    }

    private mutating func give(_ input: SupervisionInput) {
        var input = input
        var isStale = false
        switch input {
        case .spawned(let run, _):
            isStale = spawning.remove(run) == nil
            if !isStale {
                nextPID += 1
                alive[run] = nextPID
                input = .spawned(run, pid: nextPID)
            }
        case .spawnFailed(let run, _):
            isStale = spawning.remove(run) == nil
            if !isStale { past.append(run) }
        case .exited(let run, _, _, _):
            isStale = alive.removeValue(forKey: run) == nil
            if !isStale { past.append(run) }
            signalled[run] = nil
            watched = watched.filter { $0.run != run }
            probing = probing.filter { $0.run != run }
        case .probed(let id, _):
            // A line may be seen before the driver has said that the process is there.
            let isThere = alive[id.run] != nil || (spawning.contains(id.run) && watched.contains(id))
            isStale = (probing.remove(id) == nil && !watched.contains(id)) || !isThere
        case .notified(let run), .outputSeen(let run, _): isStale = alive[run] == nil
        case .timer(let timer): isStale = supervision[timer.run.daemon]?.lastRun != timer.run.number
        case .adopted, .endedUnseen, .failedUnseen: break
        case .start, .shutdown, .hurry, .leave, .want, .restart, .signal, .reset, .due: break
        }
        let before = supervision.machines
        let actions = supervision.handle(input, now: now, random: Double.random(in: 0..<1, using: &random))
        if isStale, !actions.isEmpty || supervision.machines != before { fail("late \(input) changed something") }
        perform(actions)
        check()
    }

    private mutating func perform(_ actions: [SupervisionAction]) {
        for action in actions {
            switch action {
            case .spawn(let run):
                let others = (Array(alive.keys) + spawning).filter { $0.daemon == run.daemon }
                if !others.isEmpty { fail("\(run) starts beside \(others)") }
                if isShuttingDown { fail("\(run) starts in the shutdown") }
                checkGate(run)
                spawning.insert(run)
            case .signal(let run, let signal):
                if alive[run] == nil { fail("\(signal) to \(run), which has no process") }
                if isShuttingDown, ![.kill, .hup].contains(signal), signalled[run] == nil { checkStopOrder(run) }
                if signal != .hup { signalled[run] = signal }
            case .probe(let id, _, _):
                if alive[id.run] == nil { fail("probe of \(id.run), which has no process") }
                // An attempt that a stop has overtaken may still be open.
                probing = probing.filter { !($0.run == id.run && $0.role == id.role && $0.attempt < id.attempt) }
                if !probing.insert(id).inserted { fail("the same question of \(id.run) twice at once") }
            case .watchLog(let id, _):
                if supervision[id.run.daemon]?.lastRun != id.run.number { fail("\(id.run) is watched too late") }
                watched.insert(id)
            case .watchOutput: break
            case .diagnose(let run, _, _): if alive[run] == nil { fail("\(run) is stuck and has no process") }
            case .arm(let timer, let due): timers[timer] = due
            case .disarm(let timer): timers[timer] = nil
            case .emit: break
            }
        }
    }

    /// What orders questions, so that a seed means the same in every run.
    private static func key(_ id: ProbeID) -> (String, Int, String, Int, Int) {
        (id.run.daemon.text, id.run.number, id.role.rawValue, id.leaf, id.attempt)
    }

    // MARK: What must hold

    private mutating func fail(_ text: String) { faults.append(text) }

    /// Nothing starts before its hard needs hold.
    private mutating func checkGate(_ run: RunID) {
        for need in plans[run.daemon]?.needs ?? [] where need.strength == .hard {
            if supervision[need.daemon]?.satisfies(need.condition) != .holds {
                fail("\(run) starts although \(need.daemon) is not \(need.condition)")
            }
        }
    }

    /// In the shutdown a daemon is asked to end only after everything that needs it.
    private mutating func checkStopOrder(_ run: RunID) {
        for other in alive.keys where plans[other.daemon]?.needs.contains(where: { $0.daemon == run.daemon }) == true {
            fail("\(run) is stopped before \(other)")
        }
    }

    private mutating func check() {
        for machine in supervision.machines {
            let name = machine.plan.name
            let living = alive.keys.filter { $0.daemon == name }
            if living.count > 1 { fail("\(name) runs twice: \(living)") }
            if let run = machine.liveRun, !living.contains(run), !spawning.contains(run) {
                fail("\(name) believes in \(run), which does not run")
            }
            guard machine.want == .up, supervision.course != .prepared else { continue }
            switch machine.state {
            case .idle: fail("\(name) is wanted and nothing is done about it")
            case .backoff(let run, let until, _):
                if timers[TimerID(run, .retry)] != until { fail("\(name) waits for a timer that is not armed") }
            case .starting(let process, _): checkAsked(process.run, machine, isUp: false)
            case .up(let process, _): checkAsked(process.run, machine, isUp: true)
            case .waiting:
                if supervision.course == .running, !hasObstacle(machine.plan) { fail("\(name) waits for nothing") }
            case .stopping(let process, let stop):
                if stop.stage != .stuck, timers[TimerID(process.run, .grace)] == nil {
                    fail("\(name) is stopped without a grace")
                }
            case .scheduled: if machine.plan.schedule == nil { fail("\(name) waits for a time that it does not have") }
            case .spawning, .completed, .failed: break
            }
        }
    }

    /// Whoever is to be asked is being asked, is asked later, or answers by itself.
    private mutating func checkAsked(_ run: RunID, _ machine: DaemonMachine, isUp: Bool) {
        let plan = machine.plan
        let hasComeUp = isUp || plan.start == nil || machine.tracks[.start]?.success == .once
        let role: ProbeRole? = !hasComeUp ? .start : plan.ready == nil ? nil : .ready
        for role in [role, isUp ? .alive : nil].compactMap(\.self) {
            guard let probe = plan.probe(role), probe.probe.leaves.contains(where: { $0.answer == .polled }) else {
                continue
            }
            if timers[TimerID(run, .probe(role))] == nil, !probing.contains(where: { $0.run == run && $0.role == role })
            {
                fail("\(run) is never asked again for \(role)")
            }
        }
    }

    private func hasObstacle(_ plan: DaemonPlan) -> Bool {
        if timers.contains(where: { $0.key.purpose == .turn }) { return true }
        return plan.needs.contains { supervision[$0.daemon]?.satisfies($0.condition) == .holdsNot }
    }

    /// A random plan without cycles: each daemon needs only earlier ones.
    private static func plan(_ random: inout SeededRandom) -> [DaemonPlan] {
        var daemons: [DaemonPlan] = []
        for index in 0..<Int.random(in: 1...8, using: &random) {
            let needs = daemons.filter { _ in Int.random(in: 0..<3, using: &random) == 0 }.map { other in
                let conditions: [Dependency.Condition] =
                    other.kind == .oneshot ? Dependency.Condition.allCases : [.started, .ready, .healthy]
                return Dependency(
                    daemon: other.name,
                    condition: conditions.randomElement(using: &random) ?? .ready,
                    strength: Bool.random(using: &random) ? .hard : .soft
                )
            }
            func probe(_ role: ProbeRole) -> ProbePlan? {
                let questions: [Probe] = [
                    .tcp(host: "127.0.0.1", port: 1), .log(.text("up")), .notify, .silentFor(.seconds(3)),
                    .any([.tcp(host: "127.0.0.1", port: 2), .log(.text("on"))]),
                    .all([.tcp(host: "127.0.0.1", port: 3), .silentFor(.seconds(5)), .notify]),
                ]
                guard Bool.random(using: &random), let question = questions.randomElement(using: &random) else {
                    return nil
                }
                var plan = ProbePlan(question, for: role)
                plan.failures = Int.random(in: 1...3, using: &random)
                plan.action = Bool.random(using: &random) ? .restart : .alert
                return plan
            }
            let when = RestartPolicy.When.allCases.randomElement(using: &random) ?? .always
            daemons.append(
                daemon(
                    "d\(index)",
                    needs: needs,
                    priority: Int.random(in: -1...1, using: &random),
                    kind: Int.random(in: 0..<4, using: &random) == 0 ? .oneshot : .service,
                    start: Int.random(in: 0..<4, using: &random) == 0 ? probe(.start) : nil,
                    ready: probe(.ready),
                    alive: probe(.alive),
                    restart: RestartPolicy(
                        when: when,
                        backoff: Backoff(
                            base: Bool.random(using: &random) ? .milliseconds(500) : .zero,
                            resetAfter: .seconds(3)
                        ),
                        crashLoop: Bool.random(using: &random) ? CrashLoop(deaths: 3, retry: .seconds(20)) : nil
                    ),
                    stop: Bool.random(using: &random)
                        ? StopSequence()
                        : StopSequence(steps: [
                            .init(signal: .int, grace: .seconds(1)), .init(signal: .term, grace: .zero),
                        ]),
                    schedule: Int.random(in: 0..<6, using: &random) == 0
                        ? SchedulePlan(
                            .every(.seconds(60)),
                            overlap: SchedulePlan.Overlap.allCases.randomElement(using: &random) ?? .skip
                        ) : nil
                )
            )
        }
        return daemons
    }
}
