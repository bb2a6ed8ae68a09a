import CGhostSystem
import Dispatch
import GhostModel
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A child of this process, from its start until it is reaped.
///
/// The order at its end matters: while the dead leader is still a zombie its number cannot be given to anybody else, so
/// that is when the rest of its group is killed. Only then it is reaped, and from then on nothing is sent any more.
final class SpawnedProcess: RunningProcess {
    let identity: ProcessIdentity
    private let pid: pid_t
    private let watch: ExitWatch
    private let stage = Mutex(Stage.running)

    private enum Stage {
        case running
        case reaped
    }

    /// Starts watching the child `pid`, which must not have been reaped.
    init(
        pid: pid_t,
        exits: DispatchQueue,
        onExit: @escaping @Sendable (ProcessExit) -> Void
    ) throws(ErrorNumber) {
        self.pid = pid
        identity = ProcessIdentity(of: pid)
        watch = try ExitWatch(of: pid, on: exits)
        // The watch keeps this object alive until the end was taken.
        watch.start { self.takeEnd(exits: exits, onExit: onExit) }
    }

    func signalGroup(_ signal: Signal) {
        stage.withLock { stage in
            switch stage {
            case .running:
                _ = ghost_signal_group(watch.descriptor, pid, signal.number)
                // A process that was stopped (by SIGSTOP, or a terminal) does not hear anything else before it goes on.
                if signal != .kill { _ = ghost_signal_group(watch.descriptor, pid, SIGCONT) }
            case .reaped: break
            }
        }
    }

    private func takeEnd(exits: DispatchQueue, onExit: @escaping @Sendable (ProcessExit) -> Void) {
        switch stage.withLock({ reapIfEnded(&$0) }) {
        case .reaped(let end): report(end, remains: .nothing, waited: 0, exits: exits, onExit: onExit)
        case .running:
            // A traced process can be announced before it can be taken.
            exits.asyncAfter(deadline: .now() + .milliseconds(Self.retryPause)) {
                self.takeEnd(exits: exits, onExit: onExit)
            }
        }
    }

    private enum Look {
        case running
        case reaped(ProcessExit)
    }

    private func reapIfEnded(_ stage: inout Stage) -> Look {
        guard ErrorNumber(ghost_has_ended(pid)) != .tooManyProcesses else { return .running }
        _ = ghost_signal_group(watch.descriptor, pid, SIGKILL)
        var facts = ghost_exit()
        let failure = ghost_reap(pid, &facts)
        stage = .reaped
        // A failure means that somebody else in this program took the end; it is over in any case.
        return .reaped(failure == 0 ? ProcessExit(facts) : ProcessExit(status: .unknown))
    }

    /// Tells the end once the group is empty, or after ``longestWait`` if it does not become so.
    ///
    /// A killed process holds its ports and files until the kernel has taken it down, and the replacement needs them.
    private func report(
        _ end: ProcessExit,
        remains: ProcessExit.Remains,
        waited milliseconds: Int,
        exits: DispatchQueue,
        onExit: @escaping @Sendable (ProcessExit) -> Void
    ) {
        let hasMembers = ghost_signal_group(watch.descriptor, pid, 0) == 0
        let remains = hasMembers ? .killed : remains
        // Members that are dead and only not reaped yet hold nothing any more.
        let isInUse = hasMembers && ProcessFacts.hasLivingMember(group: pid)
        guard !isInUse || milliseconds >= Self.longestWait else {
            let pause = max(milliseconds, 1)
            exits.asyncAfter(deadline: .now() + .milliseconds(pause)) {
                self.report(
                    end,
                    remains: remains,
                    waited: milliseconds + pause,
                    exits: exits,
                    onExit: onExit
                )
            }
            return
        }
        watch.stop()
        var end = end
        end.remains = isInUse ? .lingering : remains
        onExit(end)
    }

    /// How long the end is held back for killed members of the group, in milliseconds.
    private static let longestWait = 128
    /// The pause before an announced end that could not be taken is looked at again, in milliseconds.
    private static let retryPause = 10
}

extension ProcessExit {
    init(_ facts: ghost_exit) {
        self.init(
            status: facts.signaled == 1 ? .signaled(facts.value) : .exited(facts.value),
            usage: ResourceUsage(
                userTime: .microseconds(facts.user_microseconds),
                systemTime: .microseconds(facts.system_microseconds),
                peakResidentBytes: facts.peak_resident_bytes
            )
        )
    }
}
