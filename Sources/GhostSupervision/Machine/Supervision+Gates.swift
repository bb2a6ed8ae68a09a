import GhostModel

/// Who may start and who may stop.
extension Supervision {
    /// Starts every waiting daemon whose needs hold, and says which cannot start because of another's trouble.
    ///
    /// One pass in the order of starting is enough: a daemon's needs come before it, and a start opens no gate before the
    /// driver has answered.
    mutating func openGates(now: MonotonicTime, _ actions: inout [SupervisionAction]) {
        for place in machines.indices {
            guard machines[place].state == .waiting else {
                obstacles[place] = nil
                continue
            }
            guard var obstacle = obstacle(of: machines[place].plan) else {
                obstacles[place] = nil
                machines[place].mayStart(now: now, &actions)
                continue
            }
            obstacle.told = obstacles[place]?.told
            if let trouble = obstacle.trouble, obstacle.told != obstacle.need {
                obstacle.told = obstacle.need
                actions.append(.emit(.blocked(machines[place].plan.name, by: obstacle.need, because: trouble)))
            }
            obstacles[place] = obstacle
        }
    }

    /// Asks every daemon that is not wanted to end, once nothing that needs it and is to end as well has a process.
    mutating func stopWhatMayStop(now: MonotonicTime, _ actions: inout [SupervisionAction]) {
        for place in machines.indices.reversed() where machines[place].want == .down {
            let isNeeded = dependents[place].contains { machines[$0].want == .down && machines[$0].liveRun != nil }
            if !isNeeded { machines[place].mayStop(now: now, &actions) }
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
            let obstacle = Obstacle(need: need, trouble: trouble(at: place))
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
        guard machines[place].state == .waiting, let obstacle = obstacles[place], obstacle.trouble != nil else {
            return nil
        }
        return "\(machines[place].plan.name) waits for \(obstacle.need.daemon)"
    }
}
