#if os(Linux)
import CGhostSystem
import Dispatch

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Notices the end of one child: a pidfd becomes readable when the process has ended and not been reaped.
final class ExitWatch: Sendable {
    /// The pidfd; open until ``stop()``.
    let descriptor: Int32
    // A dispatch source may be used from any thread; Dispatch only does not say so in its types.
    private nonisolated(unsafe) let source: any DispatchSourceRead

    init(of pid: pid_t, on queue: DispatchQueue) throws(ErrorNumber) {
        var pidfd: Int32 = -1
        let failure = ghost_pidfd_open(pid, &pidfd)
        guard failure == 0 else { throw ErrorNumber(failure) }
        descriptor = pidfd
        source = DispatchSource.makeReadSource(fileDescriptor: pidfd, queue: queue)
    }

    /// Calls `onEnd` on the queue once the process has ended.
    func start(_ onEnd: @escaping @Sendable () -> Void) {
        // Once is enough, and a pidfd stays readable: a source that is not suspended would call again and again.
        source.setEventHandler {
            self.source.suspend()
            onEnd()
        }
        source.setCancelHandler { [descriptor] in close(descriptor) }
        source.activate()
    }

    /// Ends watching and closes the descriptor; nobody may use it afterwards.
    func stop() {
        source.cancel()
        source.resume()
    }
}
#endif
