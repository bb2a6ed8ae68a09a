/// How a daemon is stopped: a signal, time to react, then a signal that cannot be ignored.
public struct StopSequence: Sendable, Hashable {
    /// The first signal.
    public var signal: Signal
    /// How long the daemon may take before it is killed.
    public var grace: Duration

    /// Creates a stop sequence: TERM, then KILL after 10 s.
    public init(signal: Signal = .term, grace: Duration = .seconds(10)) {
        self.signal = signal
        self.grace = grace
    }
}

/// A signal by name.
///
/// The number belongs to the platform and is looked up where the signal is sent.
public enum Signal: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    case hup = "HUP"
    case int = "INT"
    case quit = "QUIT"
    case kill = "KILL"
    case usr1 = "USR1"
    case usr2 = "USR2"
    case term = "TERM"

    /// Reads `TERM`, `SIGTERM` or `term`.
    public init?(configurationText text: String) {
        let upper = text.uppercased()
        self.init(rawValue: upper.hasPrefix("SIG") ? String(upper.dropFirst(3)) : upper)
    }

    public var description: String { rawValue }
}
