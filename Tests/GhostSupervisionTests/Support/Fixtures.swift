import GhostModel
import GhostSupervision
import Testing

/// A name that is known to be well formed.
func name(_ text: String) -> DaemonName {
    guard let name = DaemonName(text) else { preconditionFailure("not a daemon name: \(text)") }
    return name
}

func run(_ daemon: String, _ number: Int) -> RunID { RunID(daemon: name(daemon), number: number) }

/// A daemon with everything that the tests of machines do not care about filled in.
func daemon(
    _ text: String,
    needs: [Dependency] = [],
    priority: Int = 0,
    kind: DaemonPlan.Kind = .service,
    start: ProbePlan? = nil,
    ready: ProbePlan? = nil,
    alive: ProbePlan? = nil,
    restart: RestartPolicy = RestartPolicy(backoff: Backoff(jitter: false)),
    stop: StopSequence = StopSequence(),
    schedule: SchedulePlan? = nil
) -> DaemonPlan {
    DaemonPlan(
        name: name(text),
        command: Command(program: "/bin/true"),
        workingDirectory: "/",
        kind: kind,
        needs: needs,
        priority: priority,
        start: start,
        ready: ready,
        alive: alive,
        restart: restart,
        stop: stop,
        schedule: schedule
    )
}

func need(
    _ text: String,
    _ condition: Dependency.Condition = .ready,
    _ strength: Dependency.Strength = .hard
) -> Dependency {
    Dependency(daemon: name(text), condition: condition, strength: strength)
}

let tcpProbe = ProbePlan(.tcp(host: "127.0.0.1", port: 1), every: .seconds(10), timeout: .seconds(2), failures: 3)

/// Drives a ``Supervision`` by hand: keeps the time and remembers what was asked for and told.
struct Bench {
    var supervision: Supervision
    var now = MonotonicTime(nanoseconds: 1_000_000_000)
    var events: [SupervisionEvent] = []
    var actions: [SupervisionAction] = []

    init(_ daemons: DaemonPlan...) throws {
        supervision = try Supervision(daemons, now: now)
    }

    init(_ supervision: Supervision, now: MonotonicTime) {
        self.supervision = supervision
        self.now = now
    }

    /// Answers every question that was asked by the last input.
    @discardableResult
    mutating func answer(_ result: ProbeResult, after pause: Duration = .zero) -> [SupervisionAction] {
        now = now + pause
        var rest: [SupervisionAction] = []
        let asked = actions
        for case .probe(let id, _, _) in asked { rest += give(.probed(id, result)) }
        return rest
    }

    /// Starts the newest run of a daemon that was asked for.
    @discardableResult
    mutating func spawned(_ daemon: String, pid: Int32 = 5) -> [SupervisionAction] {
        give(.spawned(run(daemon, supervision[name(daemon)]?.lastRun ?? 0), pid: pid))
    }

    mutating func apply(_ daemons: DaemonPlan...) throws -> [SupervisionAction] {
        let change = PlanChange(from: supervision.machines.map(\.plan), to: daemons)
        actions = []
        events = []
        for action in try supervision.apply(change, now: now) {
            if case .emit(let event) = action { events.append(event) } else { actions.append(action) }
        }
        return actions
    }

    /// Gives an input and returns the actions but for what is told.
    @discardableResult
    mutating func give(_ input: SupervisionInput, after pause: Duration = .zero) -> [SupervisionAction] {
        now = now + pause
        actions = []
        events = []
        for action in supervision.handle(input, now: now, random: 0.5) {
            if case .emit(let event) = action { events.append(event) } else { actions.append(action) }
        }
        return actions
    }

    @discardableResult
    mutating func start() -> [SupervisionAction] { give(.start(held: [:])) }

    func phase(_ daemon: String) -> DaemonPhase? { supervision[name(daemon)]?.phase }

    func readiness(_ daemon: String) -> Readiness? { supervision[name(daemon)]?.readiness }
}
