public import GhostModel

/// What the next Ghost must know about a run if this one is killed: which process it is and how it is stopped.
///
/// The file is text, four lines, and versioned:
/// ```
/// ghost-run 1
/// run api#3
/// process 4242 8812345 5f1c0e4e-…
/// stop TERM 10000
/// ```
public struct RunRecord: Sendable, Hashable {
    /// The run.
    public var run: RunID
    /// Its process.
    public var process: ProcessIdentity
    /// How it is stopped; the grace is kept in milliseconds.
    public var stop: StopSequence

    public static func == (left: RunRecord, right: RunRecord) -> Bool { left.text == right.text }

    public func hash(into hasher: inout Hasher) { hasher.combine(text) }

    /// Creates a record.
    public init(run: RunID, process: ProcessIdentity, stop: StopSequence) {
        self.run = run
        self.process = process
        self.stop = stop
    }

    /// The content of the file.
    public var text: String {
        """
        \(Self.header)
        run \(run)
        process \(process)
        stop \(stop.signal) \(stop.grace.wholeMilliseconds)

        """
    }

    /// Reads the content of a file, or returns nil if it is anything else; lines beyond the fourth belong to later
    /// versions and are ignored.
    public init?(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 5, lines[0] == Self.header,
            let run = Self.value(of: "run", in: lines[1]).flatMap(Self.run),
            let process = Self.value(of: "process", in: lines[2]).flatMap({ ProcessIdentity(String($0)) }),
            let stop = Self.value(of: "stop", in: lines[3]).flatMap(Self.stop)
        else { return nil }
        self.init(run: run, process: process, stop: stop)
    }

    private static let header = "ghost-run 1"

    private static func value(of key: String, in line: Substring) -> Substring? {
        line.hasPrefix(key + " ") ? line.dropFirst(key.count + 1) : nil
    }

    private static func run(_ text: Substring) -> RunID? {
        guard let mark = text.lastIndex(of: "#"), let daemon = DaemonName(text[..<mark]),
            let number = Int(text[text.index(after: mark)...]), number > 0
        else { return nil }
        return RunID(daemon: daemon, number: number)
    }

    private static func stop(_ text: Substring) -> StopSequence? {
        let words = text.split(separator: " ")
        guard words.count == 2, let signal = Signal(rawValue: String(words[0])), let grace = Int64(words[1]), grace >= 0
        else { return nil }
        return StopSequence(signal: signal, grace: .milliseconds(grace))
    }
}
