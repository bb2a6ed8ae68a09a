/// Something that happened in supervision, as it is kept: with what led to it and what the daemon wrote last.
///
/// The sequences of a journal have no gaps and are never given twice; `epoch-sequence` names an event for good.
public struct JournalEvent: Codable, Equatable, Sendable {
    /// Counts from 1 in its epoch.
    public var sequence: UInt64
    /// Names the store that counts: 16 hexadecimal digits.
    public var epoch: String
    /// When it happened, on the wall clock.
    public var at: Timestamp
    /// When it happened, in nanoseconds on a clock that never jumps and means nothing after a boot.
    public var monotonic: Int64
    /// The daemon that it is about; nil if it is about all of them.
    @Nullable public var daemon: DaemonName?
    /// The run that it is about, `api#3`.
    @Nullable public var run: String?
    /// What kind of thing happened.
    public var kind: JournalKind
    /// The sequence of the event that led to it; nil if nothing did, or nobody knows.
    @Nullable public var cause: UInt64?
    /// One sentence for people.
    public var text: String
    /// What programs want to know of it, by name.
    public var detail: [String: String]
    /// How far the daemon's own output reached at that moment; nil where that is not known.
    @Nullable public var position: SourcePosition?
    /// The last lines of its output, for a death; oldest first.
    public var lines: [String]

    /// Creates an event; texts beyond their limits are cut.
    public init(
        sequence: UInt64,
        epoch: String,
        at: Timestamp,
        monotonic: Int64,
        daemon: DaemonName? = nil,
        run: String? = nil,
        kind: JournalKind,
        cause: UInt64? = nil,
        text: String,
        detail: [String: String] = [:],
        position: SourcePosition? = nil,
        lines: [String] = []
    ) {
        self.sequence = sequence
        self.epoch = epoch
        self.at = at
        self.monotonic = monotonic
        self.daemon = daemon
        self.run = run
        self.kind = kind
        self.cause = cause
        self.text = JournalLimits.cut(text, to: JournalLimits.text)
        self.detail = detail.mapValues { JournalLimits.cut($0, to: JournalLimits.text) }
        self.position = position
        self.lines = lines
    }

    /// What names it for good.
    public var id: String { "\(epoch)-\(sequence)" }
}

/// What a journal holds at most.
public enum JournalLimits {
    /// How many events are kept, the newest ones.
    public static let events = 20_000
    /// How long events are kept.
    public static let age: Duration = .seconds(30 * 86_400)
    /// The longest answer to one question, in events.
    public static let eventsPerAnswer = 1000
    /// How many events wait in memory while the store cannot be written; then the oldest of them are given up.
    public static let eventsInMemory = 2000
    /// The longest text of an event, in bytes.
    public static let text = 1024
    /// How many of a daemon's last lines are kept with its death.
    public static let lines = 20
    /// How many bytes of them.
    public static let lineBytes = 4096
    /// The longest chain of causes that is followed, in events.
    public static let chain = 32

    /// The beginning of a text, at most `bytes` of UTF-8, cut between characters.
    public static func cut(_ text: String, to bytes: Int) -> String {
        guard text.utf8.count > bytes else { return text }
        var kept = text.prefix(bytes)
        while kept.utf8.count > bytes - 3 { kept.removeLast() }
        return kept + "…"
    }
}

/// What kinds of things happen in supervision.
public enum JournalKind: String, Codable, Sendable, Hashable, CaseIterable {
    /// Ghost began to supervise.
    case boot
    /// Somebody asked for something.
    case command
    /// A request that was to change something was answered.
    case request
    /// A process of an earlier Ghost was found, or dealt with.
    case leftover
    /// A run of an earlier Ghost lives and was taken over.
    case adopted
    /// A daemon cannot start before another has recovered.
    case blocked
    /// A daemon that is down is why others died.
    case rootCause = "root-cause"
    /// A start is tried.
    case starting
    /// The program runs.
    case started
    /// The daemon can do its work.
    case ready
    /// It cannot any more, though it runs.
    case unready
    /// A restart succeeded.
    case recovered
    /// A probe failed as often as is allowed.
    case probeFailed = "probe-failed"
    /// It succeeds again.
    case probePassed = "probe-passed"
    /// No process could be made.
    case notStarted = "not-started"
    /// A run ended.
    case ended
    /// The watchdog decided to start it again.
    case restart
    /// It ends again and again, and is tried at a slow rate from now on.
    case crashLoop = "crash-loop"
    /// It is trusted again.
    case crashLoopOver = "crash-loop-over"
    /// It was asked to end.
    case stopping
    /// It was sent a signal.
    case signalled
    /// It did not end in time and is killed.
    case killing
    /// It was killed and is still there.
    case stuck
    /// It was due while its last run went on.
    case skipped
    /// Another configuration was taken over.
    case reloaded
    /// It is no longer declared and has ended.
    case removed
    /// Ghost ended and left the daemons running.
    case left
    /// It had no process and is no longer wanted.
    case stoodDown = "stood-down"
    /// Its process is no longer what was declared.
    case drift
    /// It is again.
    case driftOver = "drift-over"
    /// All daemons are stopped.
    case shutdown
    /// None is left.
    case shutdownCompleted = "shutdown-completed"
    /// Something around a daemon failed without touching it.
    case trouble
    /// Events could not be kept.
    case gap
}
