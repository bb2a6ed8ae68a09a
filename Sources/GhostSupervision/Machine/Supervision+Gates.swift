import GhostModel

/// Who may start and who may stop.
extension Supervision {
    /// Starts every waiting daemon whose needs hold, and says which cannot start because of another's trouble.
    ///
    /// One pass in the order of starting is enough: a daemon's needs come before it, and a start opens no gate before the
    /// driver has answered.
    mutating func openGates(now: MonotonicTime, _ actions: inout [SupervisionAction]) {
        var restarts: [Int] = []
        for place in machines.indices {
            guard machines[place].state == .waiting else {
                setObstacle(nil, at: place)
                continue
            }
            guard var obstacle = obstacle(of: machines[place].plan), case .need(let need) = obstacle.kind else {
                if machines[place].history.outage == nil {
                    setObstacle(nil, at: place)
                    change(place, now: now) { $0.mayStart(now: now, &actions) }
                } else {
                    restarts.append(place)
                }
                continue
            }
            obstacle.told = obstacles[place]?.told
            if let trouble = obstacle.trouble, obstacle.told != need {
                obstacle.told = need
                actions.append(.emit(.blocked(machines[place].plan.name, by: need, because: trouble)))
            }
            setObstacle(obstacle, at: place)
        }
        giveTurns(to: restarts, now: now, &actions)
    }

    /// Restarts as many daemons as may be restarted now; the others get their turn later, whoever has waited longest
    /// first.
    private mutating func giveTurns(
        to restarts: [Int],
        now: MonotonicTime,
        _ actions: inout [SupervisionAction]
    ) {
        let queue = restarts.sorted { (machines[$0].since, $0) < (machines[$1].since, $1) }
        var next: MonotonicTime?
        for place in queue {
            if next == nil { next = limit.take(now: now) }
            guard next == nil else {
                setObstacle(Obstacle(kind: .turn), at: place)
                continue
            }
            setObstacle(nil, at: place)
            change(place, now: now) { $0.mayStart(now: now, &actions) }
        }
        guard let next else { return }
        if let turn, turn.at > now { return }
        guard let first = queue.first(where: { obstacles[$0]?.kind == .turn }) else { return }
        let run = RunID(daemon: machines[first].plan.name, number: machines[first].lastRun)
        let timer = TimerID(run, .turn)
        turn = (timer, next)
        actions.append(.arm(timer, at: next))
    }

    /// Asks every daemon that is not wanted to end, once nothing that needs it and is to end as well has a process.
    mutating func stopWhatMayStop(now: MonotonicTime, _ actions: inout [SupervisionAction]) {
        for place in machines.indices.reversed() where machines[place].want == .down {
            switch machines[place].state {
            case .starting, .up: break
            case .idle, .waiting, .spawning, .stopping, .backoff, .completed, .failed, .scheduled: continue
            }
            let isNeeded = dependents[place].contains { machines[$0].want == .down && machines[$0].liveRun != nil }
            if !isNeeded { change(place, now: now) { $0.mayStop(now: now, &actions) } }
        }
    }

    /// The first need of `plan` that keeps it from starting; nil if it may start.
    ///
    /// A soft need keeps it only as long as the other has not failed. Among several obstacles one that is in trouble is
    /// told first, because it explains more than one that just takes its time.
    private func obstacle(of plan: DaemonPlan) -> Obstacle? {
        var first: Obstacle?
        for need in plan.needs {
            guard let place = places[need.daemon], machines[place].satisfies(need.condition) == .holdsNot else {
                continue
            }
            let obstacle = Obstacle(kind: .need(need), trouble: trouble(at: place))
            switch (need.strength, obstacle.trouble) {
            case (.soft, .some): continue
            case (.hard, .some): return obstacle
            case (.soft, nil), (.hard, nil): first = first ?? obstacle
            }
        }
        return first
    }

    /// Why the daemon at `place` will not come up soon; nil if it may.
    private func trouble(at place: Int) -> String? {
        if let trouble = machines[place].trouble { return trouble }
        guard machines[place].state == .waiting, let obstacle = obstacles[place], obstacle.trouble != nil,
            case .need(let need) = obstacle.kind
        else { return nil }
        return "\(machines[place].plan.name) waits for \(need.daemon)"
    }

    // MARK: Others' faults

    /// A hard need of a daemon that does not hold just now, so that its death is not its own fault.
    ///
    /// Only what must hold all the time counts: that a oneshot has ended stays true.
    func lackingNeed(of name: DaemonName) -> Dependency? {
        self[name]?.plan.needs.first { need in
            guard need.strength == .hard, let other = self[need.daemon] else { return false }
            switch need.condition {
            case .started, .ready, .healthy: return other.satisfies(need.condition) == .holdsNot
            case .completed, .succeeded: return false
            }
        }
    }

    /// Says, once for each time it is down, which daemon is the cause of the pauses of others.
    mutating func tellCause(of name: DaemonName, _ need: Dependency, _ actions: inout [SupervisionAction]) {
        guard self[name]?.state == .waiting else { return }
        var cause = need.daemon
        // Each step goes to a daemon that is needed, and needs form no circle.
        while self[cause]?.state == .waiting, let next = lackingNeed(of: cause) { cause = next.daemon }
        guard let machine = self[cause], toldCauses.insert(cause).inserted else { return }
        let because = machine.trouble ?? "\(cause) is not ready"
        actions.append(.emit(.causeFound(cause, because: because, affects: allDependents(of: cause))))
    }

    /// Everybody who needs a daemon, directly or not, and is wanted up; in the order of starting.
    private func allDependents(of name: DaemonName) -> [DaemonName] {
        guard let start = places[name] else { return [] }
        var found: Set<Int> = []
        var open = [start]
        while let place = open.popLast() {
            for dependent in dependents[place] where machines[dependent].want == .up {
                let isHard = machines[dependent].plan.needs.contains {
                    places[$0.daemon] == place && $0.strength == .hard
                }
                if isHard, found.insert(dependent).inserted { open.append(dependent) }
            }
        }
        return found.sorted().map { machines[$0].plan.name }
    }
}
