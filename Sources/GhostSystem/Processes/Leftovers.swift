import CGhostSystem
import GhostModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Processes that an earlier Ghost started and could not stop, because it was killed.
public enum Leftovers {
    /// How stopping one ended.
    public enum Outcome: Sendable, Hashable {
        /// It had ended before.
        case wasGone
        /// It ended in time.
        case stopped
        /// It did not end in time and was killed.
        case killed
        /// It is still there; the text says why.
        case remains(String)
    }

    /// Stops every process that is still the one recorded, all at the same time.
    ///
    /// Returns what became of each, in the order given. Blocks for the longest grace plus ``longestKill`` at most.
    ///
    /// - Parameter onStop: called before the first signal is sent to a process.
    public static func stop(_ records: [RunRecord], onStop: (RunRecord) -> Void = { _ in }) -> [Outcome] {
        let begin = ContinuousClock.now
        var targets = records.map { Target(record: $0, begin: begin) }
        for index in targets.indices where targets[index].outcome == nil {
            onStop(targets[index].record)
            targets[index].signal(targets[index].record.stop.signal)
        }
        while targets.contains(where: { $0.outcome == nil }) {
            // They are nobody's children here, so their ends can only be looked for; the caller has a thread of its own.
            usleep(pollInterval)
            let now = ContinuousClock.now
            for index in targets.indices { targets[index].look(now: now) }
        }
        for target in targets { target.closeDescriptor() }
        return targets.map { $0.outcome ?? .wasGone }
    }

    /// How long a killed process may take to be gone before it is given up.
    public static let longestKill: Duration = .seconds(5)

    /// The pause between two looks, in microseconds.
    private static let pollInterval: UInt32 = 2000

    /// One process that is being stopped.
    private struct Target {
        let record: RunRecord
        private(set) var outcome: Outcome?
        private var pidfd: Int32 = -1
        private var killAt: ContinuousClock.Instant
        private var killedAt: ContinuousClock.Instant?

        init(record: RunRecord, begin: ContinuousClock.Instant) {
            self.record = record
            killAt = begin + record.stop.grace
            #if os(Linux)
            // Opened before the identity is compared: what the comparison finds is what the descriptor holds.
            let failure = ghost_pidfd_open(record.process.pid, &pidfd)
            if failure != 0, ErrorNumber(failure) != .noSuchProcess, ErrorNumber(failure) != .invalid {
                outcome = .remains("process \(record.process.pid) cannot be watched: \(ErrorNumber(failure))")
                return
            }
            #endif
            switch record.process.liveness() {
            case .alive: break
            case .gone: outcome = .wasGone
            case .undecidable:
                outcome = .remains("it cannot be told whether process \(record.process.pid) is still \(record.run)")
            }
        }

        mutating func signal(_ signal: Signal) {
            _ = ghost_signal_group(pidfd, record.process.pid, signal.number)
        }

        mutating func look(now: ContinuousClock.Instant) {
            guard outcome == nil else { return }
            switch record.process.liveness() {
            case .gone:
                // The leader is gone; what it left in its group goes too, as at every end.
                if pidfd >= 0 { signal(.kill) }
                outcome = killedAt == nil ? .stopped : .killed
            case .alive, .undecidable:
                if let killedAt {
                    guard now >= killedAt + longestKill else { return }
                    outcome = .remains("process \(record.process.pid) does not end, not even by KILL")
                } else if now >= killAt {
                    killedAt = now
                    signal(.kill)
                }
            }
        }

        func closeDescriptor() {
            if pidfd >= 0 { close(pidfd) }
        }
    }
}
