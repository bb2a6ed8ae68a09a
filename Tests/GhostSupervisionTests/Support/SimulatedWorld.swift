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

    /// What the world has been asked for and not answered.
    private var spawning: Set<RunID> = []
    private var alive: [RunID: Int32] = [:]
    private var signalled: [RunID: GhostModel.Signal] = [:]
    private var probing: Set<RunID> = []
    private var timers: [TimerID: MonotonicTime] = [:]
    private var past: [RunID] = []
    private var nextPID: Int32 = 100
    private var isShuttingDown = false

    init(seed: UInt64) throws {
        random = SeededRandom(seed: seed)
        let daemons = Self.plan(&random)
        plans = Dictionary(uniqueKeysWithValues: daemons.map { ($0.name, $0) })
        supervision = try Supervision(daemons.shuffled(using: &random), now: now)
        perform(supervision.handle(.start(held: [:]), now: now, random: 0.5))
    }

    /// Whether everything has come to its end.
    var isFinished: Bool { supervision.course == .finished }

    // MARK: Steps

    mutating func step() {
        var choices: [() -> SupervisionInput?] = []
        let spawns = spawning.sorted { $0.description < $1.description }
        let lives = alive.keys.sorted { $0.description < $1.description }
        let asked = probing.sorted { $0.description < $1.description }
        var generator = random
        func pick<Element>(_ elements: [Element]) -> Element? { elements.randomElement(using: &generator) }

        let spawned = pick(spawns)
        let ended = pick(lives)
        let answered = pick(asked)
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
        if let stale, let purpose {
            choices.append {
                switch chance % 4 {
                case 0: .exited(stale, .exited(0))
                case 1: .probed(stale, .success)
                case 2: .spawned(stale, pid: 1)
                default: .timer(TimerID(stale, purpose))
                }
            }
        }
        if let daemon, !isShuttingDown, chance < 10 {
            choices.append { .want(chance < 4 ? .down : .up, daemon) }
        }
        // Time passes: the next timer is due.
        if let due = timers.min(by: { ($0.value, $0.key.run.description) < ($1.value, $1.key.run.description) }) {
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

    mutating func shutDown() {
        isShuttingDown = true
        give(.shutdown)
    }

    /// Lets the world answer everything that is open, as a real one would in the end.
    mutating func answerAll() {
        for _ in 0..<10_000 where !isFinished {
            if let run = spawning.first {
                give(.spawned(run, pid: 0))
            } else if let (run, signal) = signalled.first(where: { alive[$0.key] != nil }) {
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
        case .adopted, .endedUnseen: break
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
        case .exited(let run, _):
            isStale = alive.removeValue(forKey: run) == nil
            if !isStale { past.append(run) }
            signalled[run] = nil
        case .probed(let run, _):
            probing.remove(run)
            isStale = alive[run] == nil
        case .timer(let timer): isStale = supervision[timer.run.daemon]?.lastRun != timer.run.number
        case .start, .shutdown, .want: break
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
                if isShuttingDown, signal != .kill { checkStopOrder(run) }
                signalled[run] = signal
            case .probe(let run):
                if alive[run] == nil { fail("probe of \(run), which has no process") }
                if !probing.insert(run).inserted { fail("two probes of \(run) at once") }
            case .arm(let timer, let due): timers[timer] = due
            case .disarm(let timer): timers[timer] = nil
            case .emit: break
            }
        }
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
            guard machine.want == .up else { continue }
            switch machine.state {
            case .idle: fail("\(name) is wanted and nothing is done about it")
            case .backoff(let run, let until, _):
                if timers[TimerID(run, .retry)] != until { fail("\(name) waits for a timer that is not armed") }
            case .starting(let process, _) where machine.plan.ready != nil,
                .up(let process, _) where machine.plan.ready != nil:
                if timers[TimerID(process.run, .probe)] == nil, !probing.contains(process.run) {
                    fail("\(name) is never asked again whether it is ready")
                }
            case .waiting:
                if supervision.course == .running, !hasObstacle(machine.plan) { fail("\(name) waits for nothing") }
            case .stopping(let process, .asked):
                if timers[TimerID(process.run, .grace)] == nil { fail("\(name) is stopped without a grace") }
            case .spawning, .starting, .up, .stopping, .completed, .failed: break
            }
        }
    }

    private func hasObstacle(_ plan: DaemonPlan) -> Bool {
        plan.needs.contains { supervision[$0.daemon]?.satisfies($0.condition) == .holdsNot }
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
            let when = RestartPolicy.When.allCases.randomElement(using: &random) ?? .always
            daemons.append(
                daemon(
                    "d\(index)",
                    needs: needs,
                    priority: Int.random(in: -1...1, using: &random),
                    kind: Int.random(in: 0..<4, using: &random) == 0 ? .oneshot : .service,
                    ready: Bool.random(using: &random) ? tcpProbe : nil,
                    restart: RestartPolicy(
                        when: when,
                        backoff: Backoff(
                            base: Bool.random(using: &random) ? .milliseconds(500) : .zero,
                            resetAfter: .seconds(3)
                        ),
                        crashLoop: Bool.random(using: &random) ? CrashLoop(deaths: 3, retry: .seconds(20)) : nil
                    )
                )
            )
        }
        return daemons
    }
}
