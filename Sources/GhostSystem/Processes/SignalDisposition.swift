#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What this process does about signals that nobody waits for.
public enum SignalDisposition {
    /// Ignores the signals whose default is to end the process and that mean nothing to Ghost.
    ///
    /// A stray one must not stop supervision. Children start with the defaults.
    public static func ignoreStrays() {
        for number in [SIGPIPE, SIGUSR1, SIGUSR2] { signal(number, SIG_IGN) }
    }

    /// Whether whoever started this process wants it to outlive the terminal, as nohup(1) does.
    public static var ignoresHangup: Bool {
        var action = sigaction()
        guard sigaction(SIGHUP, nil, &action) == 0 else { return false }
        #if canImport(Darwin)
        let handler = action.__sigaction_u.__sa_handler
        #else
        let handler = action.__sigaction_handler.sa_handler
        #endif
        return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
