public import GhostModel

/// Another plan while daemons run.
extension Supervision {
    /// Takes over another plan: starts what is new, stops what is gone, restarts what must be, and leaves the rest alone.
    ///
    /// - Throws: if the new daemons cannot be ordered; then nothing has changed.
    public mutating func apply(
        _ change: PlanChange,
        now: MonotonicTime
    ) throws(StartOrderError) -> [SupervisionAction] {
        guard course == .running else { return [] }
        order = try StartOrder(change.next)
        var actions: [SupervisionAction] = [.emit(.planChanged(change))]
        let plans = Dictionary(change.next.map { ($0.name, $0) }) { first, _ in first }
        for daemon in change.daemons {
            switch (daemon.fate, plans[daemon.name], places[daemon.name]) {
            case (.remove, _, let place?):
                leaving.insert(daemon.name)
                self.change(place, now: now) { $0.wantDown(now: now, &actions) }
            case (_, let plan?, let place?):
                // It may have been about to leave.
                let isBack = leaving.remove(daemon.name) != nil
                self.change(place, now: now) { machine in
                    machine.replan(plan, daemon.fate, now: now, &actions)
                    if isBack { machine.wantUp(now: now) }
                }
            case (_, let plan?, nil):
                var machine = DaemonMachine(plan, now: now)
                machine.wantUp(now: now)
                append(machine)
            case (_, nil, _): break
            }
        }
        arrange()
        settle(now: now, &actions)
        return actions
    }

    /// Forgets the daemons that are not declared any more and have ended.
    mutating func dropWhatHasLeft(_ actions: inout [SupervisionAction]) {
        guard !leaving.isEmpty else { return }
        let gone = machines.indices.filter { leaving.contains(machines[$0].plan.name) && machines[$0].state == .idle }
        guard !gone.isEmpty else { return }
        for place in gone.reversed() {
            leaving.remove(machines[place].plan.name)
            actions.append(.emit(.removed(machines[place].plan.name)))
            remove(at: place)
        }
        arrange()
    }
}

extension DaemonMachine {
    /// Takes over another plan of the same daemon.
    mutating func replan(
        _ next: DaemonPlan,
        _ fate: PlanChange.Fate,
        now: MonotonicTime,
        _ actions: inout [SupervisionAction]
    ) {
        switch fate {
        case .add, .remove, .leave: return
        case .live: changeLive(next, now: now, &actions)
        case .restart:
            // The process that runs is stopped as it was declared; what is new holds from the next one on.
            nextPlan = next
            takeNextPlan()
            guard want == .up else { return }
            switch state {
            case .scheduled where plan.schedule != nil: break
            case .idle, .waiting: enter(plan.schedule == nil ? .waiting : .scheduled, now: now)
            case .spawning, .starting, .up, .stopping, .backoff, .completed, .failed, .scheduled:
                restart(now: now, &actions)
            }
        }
    }

    private mutating func changeLive(
        _ next: DaemonPlan,
        now: MonotonicTime,
        _ actions: inout [SupervisionAction]
    ) {
        let before = plan
        nextPlan = nil
        plan = next
        switch (state, plan.schedule) {
        case (.scheduled, nil): enter(.waiting, now: now)
        case (.completed, .some), (.failed, .some), (.waiting, .some): enter(.scheduled, now: now)
        default: break
        }
        for role in ProbeRole.allCases where before.probe(role) != next.probe(role) {
            changeProbe(role, now: now, &actions)
        }
    }

    /// Begins anew with a probe that has changed; the others go on.
    private mutating func changeProbe(
        _ role: ProbeRole,
        now: MonotonicTime,
        _ actions: inout [SupervisionAction]
    ) {
        guard let process else { return }
        actions.append(.disarm(TimerID(process.run, .probe(role))))
        tracks[role] = nil
        guard let probe = plan.probe(role) else {
            // Nothing stands between it and being ready any more.
            if case .starting = state, role != .alive { beginProbing(process, now: now, &actions) }
            if case .up(_, .unready) = state, role == .ready { becomeReady(process, now: now, &actions) }
            return
        }
        attempts += 1
        let track = ProbeTrack(probe, attempt: attempts)
        tracks[role] = track
        for (leaf, phrase) in track.logPhrases {
            actions.append(.watchLog(ProbeID(process.run, role, leaf: leaf, attempt: attempts), phrase))
        }
        if track.shortestSilence != nil { actions.append(.watchOutput(process.run)) }
        ask(role, process, now: now, &actions)
    }
}
