public import GhostModel

/// All daemons of a plan and what they are to each other: who may start, who may stop, what is wanted.
///
/// A pure value. ``handle(_:now:random:)`` takes one input to its end: the daemon it names decides, then every daemon
/// whose gate has opened starts, and every daemon that may stop is stopped. The driver carries out the actions in order.
public struct Supervision: Sendable {
    /// The order of starting; stopping is its reverse.
    public internal(set) var order: StartOrder
    /// The machines in the order of starting; those whose daemon was removed from the plan come last, until they have
    /// ended.
    public internal(set) var machines: [DaemonMachine]
    /// How far supervision has come.
    public internal(set) var course: Course = .prepared
    /// Grows with everything that ``saved(at:boot:)`` would keep otherwise: time to save.
    public private(set) var revision = 0

    /// What each waiting daemon waits for, by place in ``machines``; nil for the others.
    private(set) var obstacles: [Obstacle?]
    /// The daemons of which something else may be shown than when this was last taken.
    private var touched = Touched.all
    var places: [DaemonName: Int] = [:]
    /// The places of the daemons that need the one at a place.
    var dependents: [[Int]] = []
    /// The names of daemons that are no longer declared and still run.
    var leaving: Set<DaemonName> = []
    /// The daemons that were told to be the cause of others' pauses, until they are ready again.
    var toldCauses: Set<DaemonName> = []
    var limit: RestartLimit
    /// The timer of the next turn, while daemons wait for their turn.
    var turn: (timer: TimerID, at: MonotonicTime)?

    /// Which daemons have changed.
    enum Touched: Sendable, Hashable {
        /// Any of them may have, and so may their order.
        case all
        /// Those at these places; a place may be named more than once.
        case some([Int])
    }

    /// How far supervision has come.
    public enum Course: Sendable, Hashable {
        /// Nothing was asked for yet.
        case prepared
        /// Daemons are kept up.
        case running
        /// Daemons are being stopped.
        case shuttingDown(since: MonotonicTime)
        /// No process is left, or all were left to themselves, and none will be started.
        case finished
    }

    /// What a waiting daemon waits for.
    struct Obstacle: Sendable, Hashable {
        /// What it is.
        var kind: Kind
        /// Why it will not be gone soon; nil if it may.
        var trouble: String?
        /// The need whose trouble was told last, so that it is told once and not at each attempt of the other daemon.
        var told: Dependency?

        /// What a waiting daemon can wait for.
        enum Kind: Sendable, Hashable {
            /// The first need in the order of the file that does not hold.
            case need(Dependency)
            /// Too many daemons are being restarted at once.
            case turn
        }
    }

    /// Prepares the daemons of a plan; nothing is wanted until `start`.
    public init(_ daemons: [DaemonPlan], now: MonotonicTime) throws(StartOrderError) {
        order = try StartOrder(daemons)
        machines = daemons.map { DaemonMachine($0, now: now) }
        obstacles = Array(repeating: nil, count: machines.count)
        limit = RestartLimit(now: now)
        arrange()
    }

    /// Prepares the daemons of a plan and takes up what an earlier Ghost has kept about them.
    ///
    /// - Parameters:
    ///   - saved: nil if there is nothing; one of another version is ignored.
    ///   - boot: the kernel's name for this boot; empty if it does not say.
    public init(
        _ daemons: [DaemonPlan],
        resuming saved: SavedSupervision?,
        now: Moment,
        boot: String
    ) throws(StartOrderError) {
        try self.init(daemons, now: now.monotonic)
        guard let saved, saved.version == SavedSupervision.currentVersion else { return }
        let clock = SavedClock(saved, now: now, boot: boot)
        let sameBoot = saved.boot == boot && !boot.isEmpty
        for place in machines.indices {
            guard let daemon = saved.daemons[machines[place].plan.name.text] else { continue }
            machines[place].takeUp(daemon, course: saved.course, sameBoot: sameBoot, clock: clock)
        }
    }

    /// What the next Ghost must know.
    public func saved(at now: Moment, boot: String) -> SavedSupervision {
        var daemons: [String: SavedSupervision.Daemon] = [:]
        for machine in machines where !leaving.contains(machine.plan.name) {
            daemons[machine.plan.name.text] = machine.saved(now: now.monotonic)
        }
        return SavedSupervision(
            boot: boot,
            monotonic: now.monotonic.nanoseconds,
            wall: now.wall,
            course: wasStopped ? .stopped : .running,
            daemons: daemons
        )
    }

    /// Whether the daemons were stopped, or are being stopped.
    private var wasStopped: Bool {
        switch course {
        case .prepared, .running: false
        case .shuttingDown: true
        case .finished: !machines.contains { $0.liveRun != nil }
        }
    }

    /// Takes one input and returns what must be done, in order.
    ///
    /// - Parameter random: a number in 0..<1 for the jitter of a backoff.
    public mutating func handle(
        _ input: SupervisionInput,
        now: MonotonicTime,
        random: Double
    ) -> [SupervisionAction] {
        // What was left to itself is nobody's business any more.
        guard course != .finished else { return [] }
        var actions: [SupervisionAction] = []
        take(input, now: now, random: random, &actions)
        settle(now: now, &actions)
        if input.isWish || actions.contains(where: { if case .emit = $0 { true } else { false } }) { revision += 1 }
        return actions
    }

    /// What has changed since this was last asked for: to show it without looking at everything.
    mutating func takeTouched() -> Touched {
        defer { touched = .some([]) }
        return touched
    }

    /// Notes that something else may be shown of the daemon at a place.
    mutating func touch(_ place: Int) {
        guard case .some(var places) = touched else { return }
        // Not to copy what is appended to.
        touched = .all
        guard places.count <= machines.count else { return }
        places.append(place)
        touched = .some(places)
    }

    mutating func setObstacle(_ obstacle: Obstacle?, at place: Int) {
        guard obstacles[place] != obstacle else { return }
        obstacles[place] = obstacle
        touch(place)
    }

    /// Adds a daemon behind the others.
    mutating func append(_ machine: DaemonMachine) {
        places[machine.plan.name] = machines.count
        machines.append(machine)
        obstacles.append(nil)
    }

    /// Removes the daemon at a place; ``arrange()`` must follow.
    mutating func remove(at place: Int) {
        machines.remove(at: place)
        obstacles.remove(at: place)
    }

    /// Makes sure that no number of these runs is used again.
    public mutating func continueNumbering(after runs: [RunID]) {
        touched = .all
        for run in runs {
            guard let place = places[run.daemon] else { continue }
            machines[place].lastRun = max(machines[place].lastRun, run.number)
        }
    }

    /// Counts the starts of every number that is used, those of `runs` included, which an earlier Ghost told and was killed
    /// before it could remember.
    public mutating func countStarts(after runs: [RunID]) {
        continueNumbering(after: runs)
        for place in machines.indices { machines[place].countStarts(upTo: machines[place].lastRun) }
    }

    /// The machine of a daemon, or nil if it is not in the plan.
    public subscript(_ name: DaemonName) -> DaemonMachine? { places[name].map { machines[$0] } }

    /// Sorts the machines into the order of starting and finds anew who needs whom.
    mutating func arrange() {
        touched = .all
        var ranks: [DaemonName: Int] = [:]
        for (rank, name) in order.names.enumerated() { ranks[name] = rank }
        let old = zip(machines, obstacles).map { ($0, $1) }
        let sorted = old.enumerated().sorted { left, right in
            let (a, b) = (ranks[left.element.0.plan.name] ?? .max, ranks[right.element.0.plan.name] ?? .max)
            return a == b ? left.offset < right.offset : a < b
        }
        machines = sorted.map(\.element.0)
        obstacles = sorted.map(\.element.1)
        places = [:]
        for (place, machine) in machines.enumerated() { places[machine.plan.name] = place }
        dependents = Array(repeating: [], count: machines.count)
        for (place, machine) in machines.enumerated() {
            for need in machine.plan.needs {
                if let needed = places[need.daemon] { dependents[needed].append(place) }
            }
        }
    }
}

extension SupervisionInput {
    /// Whether it may change what is kept although nothing is told.
    fileprivate var isWish: Bool {
        switch self {
        case .start, .shutdown, .hurry, .leave, .want, .restart, .signal, .reset, .due: true
        case .spawned, .spawnFailed, .exited, .adopted, .endedUnseen, .failedUnseen, .probed, .notified, .outputSeen,
            .timer:
            false
        }
    }
}
