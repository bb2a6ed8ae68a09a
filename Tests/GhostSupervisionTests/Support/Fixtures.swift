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
    ready: ProbePlan? = nil,
    restart: RestartPolicy = RestartPolicy(backoff: Backoff(jitter: false)),
    stop: StopSequence = StopSequence()
) -> DaemonPlan {
    DaemonPlan(
        name: name(text),
        command: Command(program: "/bin/true"),
        workingDirectory: "/",
        kind: kind,
        needs: needs,
        priority: priority,
        ready: ready,
        restart: restart,
        stop: stop
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
