/// How a daemon is stopped: signals, each with time to react, and in the end one that cannot be ignored.
///
/// Whatever the steps are, the last resort is always KILL to the whole process group.
public struct StopSequence: Sendable, Hashable {
    /// The signals in order; never empty.
    public private(set) var steps: [Step]

    /// One signal and the time to react to it.
    public struct Step: Sendable, Hashable {
        /// What is sent to the process group.
        public var signal: Signal
        /// How long the daemon may take before the next step.
        public var grace: Duration

        /// Creates a step.
        public init(signal: Signal, grace: Duration) {
            self.signal = signal
            self.grace = grace
        }
    }

    /// The most steps before the last resort.
    public static let mostSteps = 16
    /// How long a killed process may take before the stop counts as stuck and its cause is looked for.
    public static let killPatience: Duration = .seconds(5)

    /// Creates a stop sequence of one step: TERM, then KILL after 10 s.
    public init(signal: Signal = .term, grace: Duration = .seconds(10)) {
        steps = [Step(signal: signal, grace: grace)]
    }

    /// Creates a stop sequence; without a step it is the default one.
    public init(steps: [Step]) {
        self.steps = steps.isEmpty ? StopSequence().steps : steps
    }

    /// The first signal.
    public var signal: Signal { steps.first?.signal ?? .kill }

    /// The time from the first signal to KILL.
    public var grace: Duration { steps.reduce(.zero) { $0 + $1.grace } }

    /// The whole sequence for people: `INT, TERM after 5s, KILL after 15s`.
    public var sentence: String {
        var words: [String] = []
        var elapsed: Duration = .zero
        for step in steps {
            words.append("\(step.signal)" + (words.isEmpty ? "" : " after \(elapsed.configurationText)"))
            elapsed += step.grace
            if step.signal == .kill { return words.joined(separator: ", ") }
        }
        return (words + ["KILL after \(elapsed.configurationText)"]).joined(separator: ", ")
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
