import GhostModel

/// Which daemon an input is for, and what it means to the whole.
extension Supervision {
    mutating func take(
        _ input: SupervisionInput,
        now: MonotonicTime,
        random: Double,
        _ actions: inout [SupervisionAction]
    ) {
        switch input {
        case .start(let held): start(held: held, now: now, &actions)
        case .shutdown: shutdown(now: now, &actions)
        case .hurry: for place in machines.indices { change(place, now: now) { $0.hurry(now: now, &actions) } }
        case .leave: leave(&actions)
        case .want, .restart, .signal, .reset, .due:
            // Wishes are heard while daemons are kept up, and about those that are declared.
            if course == .running { wish(input, now: now, &actions) }
        case .spawned(let run, let pid):
            change(run.daemon, now: now) { $0.spawned(run, pid: pid, now: now, &actions) }
        case .spawnFailed(let run, let reason):
            change(run.daemon, now: now) { $0.spawnFailed(run, reason: reason, now: now, &actions) }
        case .exited(let run, let exit, let survivors, let kills):
            let lacking = self[run.daemon]?.liveRun == run ? lackingNeed(of: run.daemon) : nil
            change(run.daemon, now: now) {
                $0.exited(
                    run,
                    exit,
                    survivors: survivors,
                    memoryKills: kills,
                    lacking: lacking,
                    now: now,
                    random: random,
                    &actions
                )
            }
            if let lacking { tellCause(of: run.daemon, lacking, &actions) }
        case .adopted(let run, let pid, let startedAt, let evidence):
            change(run.daemon, now: now) {
                $0.adopted(run, pid: pid, startedAt: startedAt, evidence: evidence, now: now, &actions)
            }
        case .endedUnseen(let run, let exit, let instant, let kills, let evidence):
            change(run.daemon, now: now) {
                $0.endedUnseen(
                    run,
                    exit,
                    at: instant,
                    memoryKills: kills,
                    evidence: evidence,
                    now: now,
                    random: random,
                    &actions
                )
            }
        case .failedUnseen(let run, let reason):
            change(run.daemon, now: now) { $0.failedUnseen(run, reason: reason, now: now, &actions) }
        case .probed(let id, let result):
            change(id.run.daemon, now: now) { $0.probed(id, result, now: now, &actions) }
        case .notified(let run):
            change(run.daemon, now: now) { $0.notified(run, now: now, &actions) }
        case .outputSeen(let run, let instant):
            change(run.daemon, now: now) { $0.outputSeen(run, at: instant, now: now, &actions) }
        case .timer(let timer):
            if turn?.timer == timer { turn = nil }
            change(timer.run.daemon, now: now) { $0.timer(timer, now: now, &actions) }
        }
    }

    private mutating func wish(
        _ input: SupervisionInput,
        now: MonotonicTime,
        _ actions: inout [SupervisionAction]
    ) {
        switch input {
        case .want(let want, let name) where !leaving.contains(name):
            change(name, now: now) { machine in
                machine.intent = want
                switch want {
                case .up: machine.wantUp(now: now)
                case .down: machine.wantDown(now: now, &actions)
                }
            }
        case .restart(let name) where !leaving.contains(name):
            change(name, now: now) { machine in
                machine.intent = .up
                machine.restart(now: now, &actions)
            }
        case .reset(let name): change(name, now: now) { $0.reset(now: now, &actions) }
        case .due(let name): change(name, now: now) { $0.due(now: now, &actions) }
        case .signal(let name, let signal):
            guard let run = self[name]?.process?.run else { return }
            actions.append(.emit(.signalled(run, signal)))
            actions.append(.signal(run, signal))
        case .want, .restart, .start, .shutdown, .hurry, .leave, .spawned, .spawnFailed, .exited, .adopted,
            .endedUnseen, .failedUnseen, .probed, .notified, .outputSeen, .timer:
            break
        }
    }

    /// Lets a machine change, and counts the time in which it was as it was before.
    mutating func change(_ place: Int, now: MonotonicTime, _ body: (inout DaemonMachine) -> Void) {
        touch(place)
        let before = machines[place].running
        body(&machines[place])
        if machines[place].running != before { machines[place].tally.account(before, until: now) }
    }

    private mutating func change(_ name: DaemonName, now: MonotonicTime, _ body: (inout DaemonMachine) -> Void) {
        guard let place = places[name] else { return }
        change(place, now: now, body)
    }

    private mutating func start(
        held: [DaemonName: String],
        now: MonotonicTime,
        _ actions: inout [SupervisionAction]
    ) {
        guard course == .prepared else { return }
        course = .running
        for place in machines.indices {
            let reason = held[machines[place].plan.name]
            change(place, now: now) { machine in
                if let reason, machine.intent == .up {
                    machine.hold(reason, now: now)
                } else {
                    machine.resume(now: now, &actions)
                }
            }
        }
    }

    private mutating func shutdown(now: MonotonicTime, _ actions: inout [SupervisionAction]) {
        switch course {
        case .prepared, .running: course = .shuttingDown(since: now)
        case .shuttingDown, .finished: return
        }
        actions.append(.emit(.shutdownBegan))
        for place in machines.indices.reversed() {
            change(place, now: now) { $0.wantDown(now: now, &actions) }
        }
    }

    private mutating func leave(_ actions: inout [SupervisionAction]) {
        let left = machines.compactMap(\.liveRun)
        course = .finished
        actions.append(.emit(.left(left)))
    }

    /// Starts and stops what may start and stop now.
    mutating func settle(now: MonotonicTime, _ actions: inout [SupervisionAction]) {
        switch course {
        case .prepared, .finished: return
        case .running, .shuttingDown: break
        }
        toldCauses = toldCauses.filter { self[$0]?.readiness != .ready }
        openGates(now: now, &actions)
        stopWhatMayStop(now: now, &actions)
        dropWhatHasLeft(&actions)
        guard case .shuttingDown(let since) = course, machines.allSatisfy({ $0.liveRun == nil }) else { return }
        course = .finished
        actions.append(.emit(.shutdownCompleted(after: now - since)))
    }
}
