public import GhostModel

/// What the next Ghost must know about a run if this one is killed: which process it is and how it is stopped.
///
/// It stays when the run has ended, so that the numbers of a daemon's runs go on.
///
/// The file is text, four lines or five, and versioned:
/// ```
/// ghost-run 1
/// run api#3
/// process 4242 8812345 5f1c0e4e-…
/// stop TERM 10000
/// ended
/// ```
public struct RunRecord: Sendable, Hashable {
    /// The run.
    public var run: RunID
    /// Its process.
    public var process: ProcessIdentity
    /// How it is stopped; the grace is kept in milliseconds.
    public var stop: StopSequence
    /// Whether its end was taken in.
    public var stage: Stage

    /// How far the run has come.
    public enum Stage: Sendable, Hashable {
        /// It is not known to have ended.
        case live
        /// It has ended, and everybody was told.
        case ended
    }

    public static func == (left: RunRecord, right: RunRecord) -> Bool { left.text == right.text }

    public func hash(into hasher: inout Hasher) { hasher.combine(text) }

    /// Creates a record.
    public init(run: RunID, process: ProcessIdentity, stop: StopSequence, stage: Stage = .live) {
        self.run = run
        self.process = process
        self.stop = stop
        self.stage = stage
    }

    /// The content of the file.
    public var text: String {
        """
        \(Self.header)
        run \(run)
        process \(process)
        stop \(stop.signal) \(stop.grace.wholeMilliseconds)

        """ + (stage == .ended ? "ended\n" : "")
    }

    /// Reads the content of a file, or returns nil if it is anything else; lines beyond the fifth belong to later
    /// versions and are ignored.
    public init?(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 5, lines[0] == Self.header,
            let run = Self.value(of: "run", in: lines[1]).flatMap({ RunID($0) }),
            let process = Self.value(of: "process", in: lines[2]).flatMap({ ProcessIdentity(String($0)) }),
            let stop = Self.value(of: "stop", in: lines[3]).flatMap(Self.stop)
        else { return nil }
        self.init(run: run, process: process, stop: stop, stage: lines[4] == "ended" ? .ended : .live)
    }

    private static let header = "ghost-run 1"

    private static func value(of key: String, in line: Substring) -> Substring? {
        line.hasPrefix(key + " ") ? line.dropFirst(key.count + 1) : nil
    }

    private static func stop(_ text: Substring) -> StopSequence? {
        let words = text.split(separator: " ")
        guard words.count == 2, let signal = Signal(rawValue: String(words[0])), let grace = Int64(words[1]), grace >= 0
        else { return nil }
        return StopSequence(signal: signal, grace: .milliseconds(grace))
    }
}
