public import GhostModel

/// How its probes are asked and what their answers lead to.
extension DaemonMachine {
    /// A question is answered.
    public mutating func probed(
        _ id: ProbeID,
        _ result: ProbeResult,
        now: MonotonicTime,
        _ actions: inout [SupervisionAction]
    ) {
        guard liveRun == id.run, var track = tracks[id.role] else { return }
        let taken = track.answer(id.leaf, attempt: id.attempt, result)
        tracks[id.role] = track
        react(to: taken, id.role, now: now, &actions)
    }

    /// It has said `READY=1`.
    public mutating func notified(_ run: RunID, now: MonotonicTime, _ actions: inout [SupervisionAction]) {
        guard liveRun == run else { return }
        for role in ProbeRole.allCases {
            guard var track = tracks[role] else { continue }
            let taken = track.notified()
            tracks[role] = track
            react(to: taken, role, now: now, &actions)
        }
    }

    /// It has written something.
    public mutating func outputSeen(
        _ run: RunID,
        at instant: MonotonicTime,
        now: MonotonicTime,
        _ actions: inout [SupervisionAction]
    ) {
        guard liveRun == run else { return }
        lastOutput = max(lastOutput, min(instant, now))
        // Whoever fell silent and speaks again is well at once; everything else waits for its time.
        for role in ProbeRole.allCases where isAsked(role) && tracks[role]?.verdict == .failing {
            if tracks[role]?.shortestSilence != nil { conclude(role, now: now, &actions) }
        }
    }

    /// Tells the driver what to look out for in this run, before it begins.
    mutating func beginWatching(_ run: RunID, now: MonotonicTime, _ actions: inout [SupervisionAction]) {
        lastOutput = now
        tracks = [:]
        for role in ProbeRole.allCases {
            guard let probe = plan.probe(role) else { continue }
            attempts += 1
            let track = ProbeTrack(probe, attempt: attempts)
            for (leaf, phrase) in track.logPhrases {
                actions.append(.watchLog(ProbeID(run, role, leaf: leaf, attempt: attempts), phrase))
            }
            tracks[role] = track
        }
        if tracks.values.contains(where: { $0.shortestSilence != nil }) { actions.append(.watchOutput(run)) }
    }

    /// Begins with the first of its probes.
    mutating func beginProbing(_ process: Process, now: MonotonicTime, _ actions: inout [SupervisionAction]) {
        lastOutput = max(lastOutput, process.startedAt)
        if plan.start != nil { ask(.start, process, now: now, &actions) } else { cameUp(process, now: now, &actions) }
    }

    /// It has come up: from now on it is asked whether it is ready.
    private mutating func cameUp(_ process: Process, now: MonotonicTime, _ actions: inout [SupervisionAction]) {
        if plan.ready != nil {
            ask(.ready, process, now: now, &actions)
        } else if plan.kind == .service || plan.start != nil {
            becomeReady(process, now: now, &actions)
        }
    }

    /// Makes an attempt.
    mutating func ask(_ role: ProbeRole, _ process: Process, now: MonotonicTime, _ actions: inout [SupervisionAction]) {
        guard isAsked(role), var track = tracks[role] else { return }
        let questions = track.ask()
        attempts = max(attempts, track.attempt)
        tracks[role] = track
        for (leaf, probe) in questions {
            let id = ProbeID(process.run, role, leaf: leaf, attempt: track.attempt)
            actions.append(.probe(id, probe, timeout: track.plan.timeout))
        }
        if questions.isEmpty { conclude(role, now: now, &actions) }
    }

    /// Whether a probe is being asked now: the start probe comes first, the liveness probe once it has been ready.
    private func isAsked(_ role: ProbeRole) -> Bool {
        // One that runs well has come up, even if a start probe was added to its plan meanwhile.
        let hasComeUp = plan.start == nil || tracks[.start]?.success == .once
        return switch (role, state) {
        case (.start, .starting): !hasComeUp
        case (.ready, .starting): hasComeUp
        case (.ready, .up), (.alive, .up): true
        case (.alive, .starting), (.start, _), (_, .idle), (_, .waiting), (_, .spawning), (_, .stopping), (_, .backoff),
            (_, .completed), (_, .failed), (_, .scheduled):
            false
        }
    }

    private mutating func react(
        to taken: ProbeTrack.Taken,
        _ role: ProbeRole,
        now: MonotonicTime,
        _ actions: inout [SupervisionAction]
    ) {
        guard isAsked(role), let track = tracks[role] else { return }
        switch taken {
        case .ignored: break
        case .asked: if track.isAnswered { conclude(role, now: now, &actions) }
        // It may decide at once; if it does not, the attempt that is due goes on.
        case .unasked:
            if track.verdict != .passing, track.judge(quiet: now - lastOutput) == .success {
                conclude(role, now: now, &actions)
            }
        }
    }

    /// Judges an attempt, does what follows, and sees to the next.
    private mutating func conclude(_ role: ProbeRole, now: MonotonicTime, _ actions: inout [SupervisionAction]) {
        guard let process, var track = tracks[role] else { return }
        let result = track.judge(quiet: now - lastOutput)
        let change = track.conclude(result)
        tracks[role] = track
        switch (role, change) {
        case (.start, .passes): cameUp(process, now: now, &actions)
        case (.ready, .passes), (.ready, .recovers): passedReady(process, now: now, &actions)
        case (.alive, .recovers), (.start, .recovers): actions.append(.emit(.probePassed(process.run, role)))
        case (.alive, .passes): break
        case (_, .fails): failed(role, track, result, process, now: now, &actions)
        case (_, .nothing): break
        }
        if case .starting(process, _) = state, case .failure(let reason) = result {
            state = .starting(process, lastFailure: reason)
        }
        if case .up(process, .unready) = state, role == .ready, case .failure(let reason) = result {
            state = .up(process, .unready(reason: reason))
        }
        scheduleNext(role, after: result, process, now: now, &actions)
    }

    private mutating func passedReady(
        _ process: Process,
        now: MonotonicTime,
        _ actions: inout [SupervisionAction]
    ) {
        switch state {
        case .starting, .up(_, .unready): becomeReady(process, now: now, &actions)
        case .up(_, .ready), .idle, .waiting, .spawning, .stopping, .backoff, .completed, .failed, .scheduled: break
        }
    }

    /// A probe has failed as often as is allowed.
    private mutating func failed(
        _ role: ProbeRole,
        _ track: ProbeTrack,
        _ result: ProbeResult,
        _ process: Process,
        now: MonotonicTime,
        _ actions: inout [SupervisionAction]
    ) {
        guard case .failure(let reason) = result else { return }
        let quality = quality(now: now)
        // A daemon that has not been ready is not ready: that is nothing new.
        if role == .ready {
            guard case .up = state else { return }
            state = .up(process, .unready(reason: reason))
            actions.append(.disarm(TimerID(process.run, .stable)))
            actions.append(.emit(.unready(process.run, pid: process.pid, reason: reason)))
        }
        if want == .up, role != .ready || track.plan.action == .restart {
            actions.append(.emit(.probeFailed(process.run, role, reason: reason, track.plan.action)))
        }
        // One that is to be stopped anyway waits for its turn: whoever needs it is stopped first.
        if track.plan.action == .restart, want == .up {
            beginStop(process, .failed(role, reason: reason, after: quality), now: now, &actions)
        }
    }

    private mutating func scheduleNext(
        _ role: ProbeRole,
        after result: ProbeResult,
        _ process: Process,
        now: MonotonicTime,
        _ actions: inout [SupervisionAction]
    ) {
        guard isAsked(role), let track = tracks[role], liveRun == process.run else { return }
        let next: MonotonicTime?
        switch result {
        case .success where track.isPolled: next = now + track.plan.every
        case .success: next = track.shortestSilence.map { lastOutput + $0 }
        case .failure where track.isPolled:
            let interval = role == .ready && track.success == .never ? ProbePlan.startupInterval : track.plan.every
            next = now + interval
        // What comes by itself is only asked about where a failure means something.
        case .failure: next = role == .start || track.shortestSilence != nil ? now + track.plan.every : nil
        }
        if let next { actions.append(.arm(TimerID(process.run, .probe(role)), at: max(next, now))) }
    }
}
