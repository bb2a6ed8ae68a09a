import GhostSystem
import Synchronization

/// Waits for changes of the component logs and of the files that rules name, whichever comes first.
///
/// As long as there is one thing to wait for, it is waited for as it is. Several of them ring one bell: to begin and to end a
/// wait for each, every time, took longer than all the reading of a line.
final class ChangeIntake: Sendable {
    private let waitForChange: @Sendable () async throws -> Void
    private let bell = WakeUp()
    private let stage = Mutex(Stage.single)

    private enum Stage {
        /// Only the component logs are waited for, or nothing yet.
        case single
        /// A task waits for the component logs and rings the bell.
        case forwarding
        /// There will be no further changes.
        case over
    }

    /// - Parameter waitForChange: waits for a change of the component logs; an error ends all waiting.
    init(_ waitForChange: @escaping @Sendable () async throws -> Void) {
        self.waitForChange = waitForChange
    }

    /// Whether waiting has ended for good.
    var isOver: Bool {
        stage.withLock { stage in
            if case .over = stage { return true }
            return false
        }
    }

    /// Returns when another look is worthwhile.
    ///
    /// - Parameters:
    ///   - longest: how long to wait at most; nil for as long as nothing happens.
    ///   - ruled: what tells of changes in the files that rules name, and how long these may go unread.
    ///   - group: where the task runs that waits for the component logs once there is more than these.
    func wait(
        atMost longest: Duration?,
        _ ruled: (changes: [SourceChanges], longestWait: Duration)?,
        _ group: inout TaskGroup<Void>
    ) async throws {
        let isForwarding = stage.withLock { stage in
            if case .forwarding = stage { return true }
            return false
        }
        guard isForwarding || longest != nil || ruled != nil else {
            try await waitForChange()
            return
        }
        for changes in ruled?.changes ?? [] { changes.tell(bell) }
        if !isForwarding {
            stage.withLock { $0 = .forwarding }
            group.addTask { await self.forward() }
        }
        let limits = [longest, ruled?.longestWait].compactMap(\.self)
        await bell.wait(atMost: limits.min() ?? SourceSet.sweepInterval)
    }

    private func forward() async {
        do {
            while true {
                try await waitForChange()
                try Task.checkCancellation()
                bell.note()
            }
        } catch {
            stage.withLock { $0 = .over }
            bell.note()
        }
    }
}
