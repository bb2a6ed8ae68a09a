import GhostModel

/// Turns the machines into what the API shows.
///
/// The machines count on the monotonic clock; people read the wall clock. Each instant is translated once, when it is
/// first seen, so that what is shown of the past does not move when the wall clock is set.
struct StatusBoard: Sendable {
    private var entries: [Entry] = []

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
    ///
    /// Called after each input, so only what changed is made anew.
    mutating func statuses(of supervision: Supervision, at moment: Moment) -> [DaemonStatus] {
        for (place, machine) in supervision.machines.enumerated() {
            let reason = supervision.reason(for: machine)
            if place == entries.count {
                entries.append(Self.entry(of: machine, reason: reason, known: [:], at: moment))
            } else if entries[place].machine != machine || entries[place].reason != reason {
                let known = entries[place].translated
                entries[place] = Self.entry(of: machine, reason: reason, known: known, at: moment)
            }
        }
        return entries.map(\.status)
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
            reason: reason
        )
        return Entry(machine: machine, reason: reason, status: status, translated: translated)
    }
}

extension DaemonMachine {
    /// When the next attempt is due.
    var nextAttempt: MonotonicTime? {
        switch state {
        case .backoff(_, let until, _): until
        case .idle, .waiting, .spawning, .starting, .up, .stopping, .completed, .failed: nil
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
        case .stopping(_, .killed): "it did not end within \(machine.plan.stop.grace.configurationText) and was killed"
        case .idle, .spawning, .starting(_, nil), .up(_, .ready), .stopping(_, .asked), .completed: nil
        }
    }
}

extension Supervision.Obstacle {
    /// `needs db ready, but db is in backoff (exit 1)`.
    var sentence: String {
        "needs \(need.daemon) \(need.condition.rawValue)" + (trouble.map { ", but \($0)" } ?? ", which it is not yet")
    }
}
