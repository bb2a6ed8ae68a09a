#if canImport(Darwin)
import CGhostSystem
import Darwin
import Dispatch
import Synchronization

/// Notices the end of one child by the kernel's process events.
final class ExitWatch: Sendable {
    /// There is no descriptor for a process here; groups are signalled by number, which the zombie still holds.
    let descriptor: Int32 = -1
    // A dispatch source may be used from any thread; Dispatch only does not say so in its types.
    private nonisolated(unsafe) let source: any DispatchSourceProcess
    private let queue: DispatchQueue
    private let pid: pid_t

    init(of pid: pid_t, on queue: DispatchQueue) throws(ErrorNumber) {
        self.queue = queue
        self.pid = pid
        source = DispatchSource.makeProcessSource(identifier: pid, eventMask: .exit, queue: queue)
    }

    /// Calls `onEnd` on the queue once the process has ended.
    func start(_ onEnd: @escaping @Sendable () -> Void) {
        let once = Mutex(false)
        let callOnce: @Sendable () -> Void = {
            let isFirst = once.withLock { called in
                defer { called = true }
                return !called
            }
            if isFirst { onEnd() }
        }
        source.setEventHandler(handler: callOnce)
        source.activate()
        // A process that ended before the source was active is never announced.
        queue.async { [pid] in
            if ghost_has_ended(pid) == 0 { callOnce() }
        }
    }

    /// Ends watching.
    func stop() {
        source.cancel()
    }
}
#endif
