import GhostModel

/// Turns the machines into what the API shows.
///
/// The machines count on the monotonic clock; people read the wall clock. Each instant is translated once, when it is
/// first seen, so that what is shown of the past does not move when the wall clock is set.
struct StatusBoard: Sendable {
    private var entries: [DaemonName: Entry] = [:]

    /// What is shown of one daemon, and what that was made from.
    private struct Entry {
        var machine: DaemonMachine
        var reason: String?
        var status: DaemonStatus
        var translated: [Instant: Timestamp]
    }

    /// The instants that a status shows.
    private enum Instant: Hashable {
        case since(MonotonicTime)
        case started(RunID)
        case ended(MonotonicTime)
        case next(MonotonicTime)
    }

    /// The status of every daemon, in the order of starting.
    private(set) var statuses: [DaemonStatus] = []

    /// Takes over what has changed.
    ///
    /// Called after each input, so only what changed is made anew.
    mutating func update(_ touched: Supervision.Touched, of supervision: Supervision, at moment: Moment) {
        guard case .some(let places) = touched, statuses.count == supervision.machines.count else {
            _ = statuses(of: supervision, at: moment)
            return
        }
        for place in places {
            if let status = status(at: place, of: supervision, moment) { statuses[place] = status }
        }
    }

    /// Looks at every daemon, and returns the status of each in the order of starting.
    mutating func statuses(of supervision: Supervision, at moment: Moment) -> [DaemonStatus] {
        let known = entries
        statuses = supervision.machines.enumerated().map { place, machine in
            status(at: place, of: supervision, moment) ?? known[machine.plan.name]?.status
                // Nothing is the same as before where there was nothing.
                ?? Self.entry(of: machine, reason: nil, known: [:], at: moment).status
        }
        if entries.count > statuses.count {
            let names = Set(statuses.map(\.name))
            entries = entries.filter { names.contains($0.key) }
        }
        return statuses
    }

    /// The status of the daemon at a place, or nil if it is as it was.
    private mutating func status(
        at place: Int,
        of supervision: Supervision,
        _ moment: Moment
    ) -> DaemonStatus? {
        let machine = supervision.machines[place]
        let name = machine.plan.name
        let reason = supervision.reason(for: machine)
        let former = entries[name]
        if let former, former.machine == machine, former.reason == reason { return nil }
        let entry = Self.entry(of: machine, reason: reason, known: former?.translated ?? [:], at: moment)
        entries[name] = entry
        return entry.status
    }

    private static func entry(
        of machine: DaemonMachine,
        reason: String?,
        known: [Instant: Timestamp],
        at moment: Moment
    ) -> Entry {
        var translated: [Instant: Timestamp] = [:]
        func wall(_ instant: Instant, _ time: MonotonicTime) -> Timestamp {
            let result = known[instant] ?? moment.wall(at: time)
            translated[instant] = result
            return result
        }
        let status = DaemonStatus(
            name: machine.plan.name,
            want: machine.want,
            phase: machine.phase,
            readiness: machine.readiness,
            run: machine.lastRun > 0 ? RunID(daemon: machine.plan.name, number: machine.lastRun).description : nil,
            pid: machine.process?.pid,
            startedAt: machine.process.map { wall(.started($0.run), $0.startedAt) },
            since: wall(.since(machine.since), machine.since),
            restarts: machine.restarts,
            lastExit: machine.lastEnd?.exit.description,
            lastExitAt: machine.lastEnd.map { wall(.ended($0.at), $0.at) },
            nextAttemptAt: machine.nextAttempt.map { wall(.next($0), $0) },
            reason: reason,
            probes: machine.probeSummaries,
            statistics: machine.statistics(at: moment)
        )
        return Entry(machine: machine, reason: reason, status: status, translated: translated)
    }
}

extension DaemonMachine {
    /// When the next attempt is due.
    var nextAttempt: MonotonicTime? {
        switch state {
        case .backoff(_, let until, _): until
        case .idle, .waiting, .spawning, .starting, .up, .stopping, .completed, .failed, .scheduled: nil
        }
    }
}

extension Supervision {
    /// Why a daemon is as it is, in one sentence; nil if nothing is wrong.
    func reason(for machine: DaemonMachine) -> String? {
        switch machine.state {
        case .waiting: places[machine.plan.name].flatMap { obstacles[$0] }.map(\.sentence)
        case .starting(_, let failure?): "not ready yet: \(failure)"
        case .up(_, .unready(let reason)): "not ready any more: \(reason)"
        case .backoff(_, _, let reason), .failed(let reason): reason
        case .up(_, .ready):
            machine.tracks[.alive].flatMap { track in
                guard track.verdict == .failing, case .failure(let reason)? = track.newest else { return nil }
                return "its alive probe fails: \(reason)"
            }
        case .stopping(_, let stop):
            switch (stop.stage, stop.cause) {
            case (.stuck, _): "it was killed and does not end"
            case (.killed, _): "it did not end within \(machine.plan.stop.grace.configurationText) and was killed"
            case (.asked, .failed(let role, let reason, _)): "its \(role.rawValue) probe failed: \(reason)"
            case (.asked, .asked): nil
            }
        case .idle, .spawning, .starting(_, nil), .completed, .scheduled: nil
        }
    }
}

extension Supervision.Obstacle {
    /// `needs db ready, but db is in backoff (exit 1)`.
    var sentence: String {
        switch kind {
        case .need(let need):
            "needs \(need.daemon) \(need.condition.rawValue)"
                + (trouble.map { ", but \($0)" } ?? ", which it is not yet")
        case .turn:
            "waits for its turn: many daemons are being restarted at once"
        }
    }
}
