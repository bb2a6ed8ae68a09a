import GhostModel
import GhostSystem

/// What an earlier Ghost left: runs that live and go on, ends that nobody saw, processes that must be stopped.
extension Supervisor {
    /// Takes everything over; returns the daemons that must not be started, with the reason.
    ///
    /// Nothing is started before this is over, so no daemon ever runs twice.
    func takeOver(_ probes: inout DiscardingTaskGroup) -> [DaemonName: String] {
        var content = RunRecords.Content()
        keeping(nil) { records throws(RunRecordError) in content = try records.load() }
        for path in content.unreadable {
            emit(.trouble(nil, "\(path) is not a run record that this version can read; it is ignored"))
        }
        let inherited = ports.spawner.takeOver { [inbox] event in inbox.post(.told(event)) }
            .sorted { ($0.run.daemon, $0.run.number) < ($1.run.daemon, $1.run.number) }
        for record in content.records { records[record.run] = record }
        supervision.continueNumbering(after: content.records.map(\.run) + inherited.map(\.run))

        let known = Set(inherited.map(\.run))
        let leftovers = stopLeftovers(content.records.filter { $0.stage == .live && !known.contains($0.run) })
        // What ended before a run that lives was followed by that; it was only not told any more.
        let living = inherited.filter(\.isAlive).map(\.run)
        let isFollowed: (RunID) -> Bool = { run in
            living.contains { $0.daemon == run.daemon && $0.number > run.number }
        }
        for run in inherited where !run.isAlive && isFollowed(run.run) { take(run, &probes) }
        // Those that live first: what an end leads to may need them. Before any start, so that nothing is taken for a stray.
        for run in inherited where run.isAlive { take(run, &probes) }
        let held = leftovers.held
        let kept = Set(processes.keys).union(held.keys.compactMap(newestRun))
        let strays = ports.spawner.killStrays(except: kept)
        if strays > 0 { emit(.trouble(nil, "\(strays) processes that earlier daemons had left were killed")) }
        let groups = ports.clearLimitGroups(kept)
        if !groups.isEmpty {
            emit(.trouble(nil, "what was left in the control groups of \(groups.joined(separator: ", ")) was killed"))
        }
        for run in inherited where !run.isAlive && !isFollowed(run.run) { take(run, &probes) }
        for run in leftovers.gone {
            handle(.endedUnseen(run, .unknown, at: ports.monotonicNow()), &probes)
            stopListening(to: run)
            memory.ends.append(run)
        }
        for record in content.records where record.stage == .ended && supervision[record.run.daemon] == nil {
            keeping(record.run.daemon) { records throws(RunRecordError) in try records.remove(record.run.daemon) }
        }
        marks.keep(only: processes.keys)
        return held
    }

    private func newestRun(of daemon: DaemonName) -> RunID? {
        records.keys.filter { $0.daemon == daemon }.max { $0.number < $1.number }
    }

    private func take(_ inherited: InheritedRun, _ probes: inout DiscardingTaskGroup) {
        switch inherited {
        case .alive(let run, let process, let startedAt, let stop):
            processes[run] = process
            let record = RunRecord(run: run, process: process.identity, stop: stop)
            // The Ghost that began it was killed before it could write it down.
            if records[run] == nil {
                keeping(run.daemon) { records throws(RunRecordError) in try records.write(record) }
            }
            records[run] = record
            // It goes on speaking to the same path.
            if let plan = supervision[run.daemon]?.plan { _ = openNotifications(for: run, plan) }
            handle(.adopted(run, pid: process.identity.pid, startedAt: startedAt), &probes)
            if supervision[run.daemon]?.liveRun != run { dismiss(run, process, stop) }
        case .ended(let run, let exit, let at):
            let moment = now()
            let passed = Duration.milliseconds(max(moment.wall.milliseconds - at.milliseconds, 0))
            let ended = moment.monotonic + (.zero - passed)
            handle(.endedUnseen(run, exit.status, at: ended, memoryKills: exit.memoryKills), &probes)
            stopListening(to: run)
            memory.ends.append(run)
        }
    }

    /// Stops a run that nobody has declared.
    private func dismiss(_ run: RunID, _ process: any RunningProcess, _ stop: StopSequence) {
        dismissed[run] = stop
        emit(.leftoverFound(run, pid: process.identity.pid))
        process.signalGroup(stop.signal)
        timers.arm(TimerID(run, .grace), at: ports.monotonicNow() + stop.grace)
    }

    /// The time of a run that nobody has declared is over.
    func killDismissed(_ run: RunID) {
        processes[run]?.signalGroup(.kill)
    }

    /// What the end of a run led to is written: the next Ghost need not hear of it, but must not use its number.
    func settleRecord(of run: RunID) {
        let record = records.removeValue(forKey: run)
        if var record {
            record.stage = .ended
            // A daemon that was started again has a newer record in the same place.
            let isNewest = !processes.keys.contains { $0.daemon == run.daemon && $0.number > run.number }
            if isNewest { keeping(run.daemon) { records throws(RunRecordError) in try records.write(record) } }
        }
        ports.spawner.acknowledge(run)
    }

    /// Something happened to the spawner.
    func told(_ event: SpawnerEvent, _ probes: inout DiscardingTaskGroup) {
        switch event {
        case .exited(let run, let exit):
            let wasDismissed = dismissed[run] != nil
            let pid = processes[run]?.identity.pid ?? 0
            ended(run, exit, &probes)
            if wasDismissed { emit(.leftoverHandled(run, pid: pid, remains: nil)) }
        case .output(let run, let text): emit(.trouble(run.daemon, text))
        case .notice(let text): emit(.trouble(nil, text))
        }
    }

    /// Stops processes that no keeper holds.
    ///
    /// Returns the daemons that must not be started, with the reason, and the runs that had ended before, unseen.
    private func stopLeftovers(_ leftovers: [RunRecord]) -> (held: [DaemonName: String], gone: [RunID]) {
        var held: [DaemonName: String] = [:]
        var gone: [RunID] = []
        let outcomes = Leftovers.stop(leftovers) { record in
            emit(.leftoverFound(record.run, pid: record.process.pid))
        }
        for (record, outcome) in zip(leftovers, outcomes) {
            switch outcome {
            case .wasGone:
                // After a new boot everything has ended, and there is nothing to tell about it.
                if record.process.isOfThisBoot {
                    gone.append(record.run)
                    continue
                }
            case .stopped, .killed: emit(.leftoverHandled(record.run, pid: record.process.pid, remains: nil))
            case .remains(let reason):
                emit(.leftoverHandled(record.run, pid: record.process.pid, remains: reason))
                held[record.run.daemon] = reason
                continue
            }
            settleRecord(of: record.run)
        }
        return (held, gone)
    }
}

extension InheritedRun {
    fileprivate var run: RunID {
        switch self {
        case .alive(let run, _, _, _), .ended(let run, _, _): run
        }
    }

    fileprivate var isAlive: Bool {
        switch self {
        case .alive: true
        case .ended: false
        }
    }
}
