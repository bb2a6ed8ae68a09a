public import GhostModel

/// All daemons of a plan and what they are to each other: who may start, who may stop, what is wanted.
///
/// A pure value. ``handle(_:now:random:)`` takes one input to its end: the daemon it names decides, then every daemon
/// whose gate has opened starts, and every daemon that may stop is stopped. The driver carries out the actions in order.
public struct Supervision: Sendable {
    /// The order of starting; stopping is its reverse.
    public let order: StartOrder
    /// The machines in the order of starting.
    public internal(set) var machines: [DaemonMachine]
    /// How far supervision has come.
    public private(set) var course: Course = .prepared

    /// What each waiting daemon waits for, by place in ``machines``; nil for the others.
    var obstacles: [Obstacle?]
    let places: [DaemonName: Int]
    /// The places of the daemons that need the one at a place.
    let dependents: [[Int]]

    /// How far supervision has come.
    public enum Course: Sendable, Hashable {
        /// Nothing was asked for yet.
        case prepared
        /// Daemons are kept up.
        case running
        /// Daemons are being stopped.
        case shuttingDown(since: MonotonicTime)
        /// No process is left, and none will be started.
        case finished
    }

    /// What a waiting daemon waits for.
    struct Obstacle: Sendable, Hashable {
        /// The first need in the order of the file that does not hold.
        var need: Dependency
        /// Why it will not hold soon; nil if it may.
        var trouble: String?
        /// The need whose trouble was told last, so that it is told once and not at each attempt of the other daemon.
        var told: Dependency?
    }

    /// Prepares the daemons of a plan; nothing is wanted until `start`.
    public init(_ daemons: [DaemonPlan], now: MonotonicTime) throws(StartOrderError) {
        order = try StartOrder(daemons)
        var plans: [DaemonName: DaemonPlan] = [:]
        for daemon in daemons { plans[daemon.name] = daemon }
        machines = order.names.compactMap { name in
            plans[name].map { DaemonMachine($0, now: now) }
        }
        var places: [DaemonName: Int] = [:]
        for (place, name) in order.names.enumerated() { places[name] = place }
        var dependents = [[Int]](repeating: [], count: machines.count)
        for (place, machine) in machines.enumerated() {
            for need in machine.plan.needs {
                if let needed = places[need.daemon] { dependents[needed].append(place) }
            }
        }
        self.places = places
        self.dependents = dependents
        obstacles = Array(repeating: nil, count: machines.count)
    }

    /// Takes one input and returns what must be done, in order.
    ///
    /// - Parameter random: a number in 0..<1 for the jitter of a backoff.
    public mutating func handle(
        _ input: SupervisionInput,
        now: MonotonicTime,
        random: Double
    ) -> [SupervisionAction] {
        var actions: [SupervisionAction] = []
        switch input {
        case .start(let held): start(held: held, now: now)
        case .shutdown: shutdown(now: now, &actions)
        case .want(let want, let name): self.want(want, name, now: now, &actions)
        case .spawned(let run, let pid):
            change(run.daemon) { $0.spawned(run, pid: pid, now: now, &actions) }
        case .spawnFailed(let run, let reason):
            change(run.daemon) { $0.spawnFailed(run, reason: reason, now: now, &actions) }
        case .exited(let run, let exit):
            change(run.daemon) { $0.exited(run, exit, now: now, random: random, &actions) }
        case .adopted(let run, let pid, let startedAt):
            change(run.daemon) { $0.adopted(run, pid: pid, startedAt: startedAt, now: now, &actions) }
        case .endedUnseen(let run, let exit, let at):
            change(run.daemon) { $0.endedUnseen(run, exit, at: at, now: now, random: random, &actions) }
        case .probed(let run, let result):
            change(run.daemon) { $0.probed(run, result, now: now, &actions) }
        case .timer(let timer):
            change(timer.run.daemon) { $0.timer(timer, now: now, &actions) }
        }
        settle(now: now, &actions)
        return actions
    }

    /// Makes sure that no number of these runs is used again.
    public mutating func continueNumbering(after runs: [RunID]) {
        for run in runs { change(run.daemon) { $0.lastRun = max($0.lastRun, run.number) } }
    }

    /// The machine of a daemon, or nil if it is not in the plan.
    public subscript(_ name: DaemonName) -> DaemonMachine? { places[name].map { machines[$0] } }

    private mutating func change(_ name: DaemonName, _ body: (inout DaemonMachine) -> Void) {
        guard let place = places[name] else { return }
        body(&machines[place])
    }

    private mutating func start(held: [DaemonName: String], now: MonotonicTime) {
        switch course {
        case .prepared: course = .running
        case .running, .shuttingDown, .finished: return
        }
        for place in machines.indices {
            if let reason = held[machines[place].plan.name] {
                machines[place].hold(reason, now: now)
            } else {
                machines[place].wantUp(now: now)
            }
        }
    }

    private mutating func shutdown(now: MonotonicTime, _ actions: inout [SupervisionAction]) {
        switch course {
        case .prepared, .running: course = .shuttingDown(since: now)
        case .shuttingDown, .finished: return
        }
        actions.append(.emit(.shutdownBegan))
        for place in machines.indices.reversed() { machines[place].wantDown(now: now, &actions) }
    }

    private mutating func want(
        _ want: Want,
        _ name: DaemonName,
        now: MonotonicTime,
        _ actions: inout [SupervisionAction]
    ) {
        switch (course, want) {
        case (.running, .up): change(name) { $0.wantUp(now: now) }
        case (.running, .down): change(name) { $0.wantDown(now: now, &actions) }
        case (.prepared, _), (.shuttingDown, _), (.finished, _): break
        }
    }

    /// Starts and stops what may start and stop now.
    private mutating func settle(now: MonotonicTime, _ actions: inout [SupervisionAction]) {
        openGates(now: now, &actions)
        stopWhatMayStop(now: now, &actions)
        guard case .shuttingDown(let since) = course, machines.allSatisfy({ $0.liveRun == nil }) else { return }
        course = .finished
        actions.append(.emit(.shutdownCompleted(after: now - since)))
    }
}
