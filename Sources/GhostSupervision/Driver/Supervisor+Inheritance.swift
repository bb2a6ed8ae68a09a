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
        let held = known.union(content.records.filter { $0.stage == .live }.map(\.run))
        let failures = logs.standing.failures.filter { !held.contains($0.run) }.map {
            UnseenEnd(run: $0.run, what: .neverStarted(reason: $0.reason))
        }
        let gone = leftovers.gone.map { UnseenEnd(run: $0, what: .ended(.unknown, at: nil, memoryKills: nil)) }
        let ends = (inherited.compactMap(\.end) + gone + failures)
            .sorted { ($0.run.daemon, $0.run.number) < ($1.run.daemon, $1.run.number) }
        supervision.continueNumbering(after: failures.map(\.run))
        // What ended before a run that lives was followed by that; it was only not remembered any more.
        let living = inherited.filter(\.isAlive).map(\.run)
        let isFollowed: (RunID) -> Bool = { run in
            living.contains { $0.daemon == run.daemon && $0.number > run.number }
        }
        for end in ends where isFollowed(end.run) { take(end, &probes) }
        // Those that live first: what an end leads to may need them. Before any start, so that nothing is taken for a stray.
        for run in inherited { takeLiving(run, &probes) }
        let remaining = leftovers.held
        let kept = Set(processes.keys).union(remaining.keys.compactMap(newestRun))
        let strays = ports.spawner.killStrays(except: kept)
        if strays > 0 { emit(.trouble(nil, "\(strays) processes that earlier daemons had left were killed")) }
        let groups = ports.clearLimitGroups(kept)
        if !groups.isEmpty {
            emit(.trouble(nil, "what was left in the control groups of \(groups.joined(separator: ", ")) was killed"))
        }
        for end in ends where !isFollowed(end.run) { take(end, &probes) }
        for record in content.records where record.stage == .ended && supervision[record.run.daemon] == nil {
            keeping(record.run.daemon) { records throws(RunRecordError) in try records.remove(record.run.daemon) }
        }
        marks.keep(only: processes.keys)
        supervision.countStarts(after: logs.standing.named)
        logs.standing = StandingLines()
        return remaining
    }

    private func newestRun(of daemon: DaemonName) -> RunID? {
        records.keys.filter { $0.daemon == daemon }.max { $0.number < $1.number }
    }

    private func takeLiving(_ inherited: InheritedRun, _ probes: inout DiscardingTaskGroup) {
        guard case .alive(let run, let process, let startedAt, let stop) = inherited else { return }
        processes[run] = process
        let record = RunRecord(run: run, process: process.identity, stop: stop)
        // The Ghost that began it was killed before it could write it down.
        if records[run] == nil {
            keeping(run.daemon) { records throws(RunRecordError) in try records.write(record) }
        }
        records[run] = record
        // It goes on speaking to the same path.
        if let plan = supervision[run.daemon]?.plan { _ = openNotifications(for: run, plan) }
        let evidence = logs.standing.evidence(of: run)
        handle(.adopted(run, pid: process.identity.pid, startedAt: startedAt, evidence: evidence), &probes)
        if supervision[run.daemon]?.liveRun != run { dismiss(run, process, stop) }
    }

    private func take(_ end: UnseenEnd, _ probes: inout DiscardingTaskGroup) {
        switch end.what {
        case .neverStarted(let reason): handle(.failedUnseen(end.run, reason: reason), &probes)
        case .ended(let exit, let at, let kills):
            let moment = now()
            let passed = at.map { Duration.milliseconds(max(moment.wall.milliseconds - $0.milliseconds, 0)) }
            let instant = moment.monotonic + (.zero - (passed ?? .zero))
            let evidence = logs.standing.evidence(of: end.run)
            handle(
                .endedUnseen(end.run, exit, at: instant, memoryKills: kills, evidence: evidence),
                &probes
            )
            stopListening(to: end.run)
            memory.ends.append(end.run)
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

/// The end of a run that no Ghost saw, or none that lived to remember it.
private struct UnseenEnd {
    var run: RunID
    var what: What

    enum What {
        /// It ended; `at` is nil if nobody knows when.
        case ended(ExitStatus, at: Timestamp?, memoryKills: MemoryKills?)
        /// There never was a process.
        case neverStarted(reason: String)
    }
}

extension InheritedRun {
    fileprivate var end: UnseenEnd? {
        switch self {
        case .alive: nil
        case .ended(let run, let exit, let at):
            UnseenEnd(run: run, what: .ended(exit.status, at: at, memoryKills: exit.memoryKills))
        }
    }

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
