public import GhostModel

/// Plays a whole log to the rules of a component, and keeps how its state went and which lines no rule knew.
public struct RuleReplay: Sendable {
    /// How many changes of state are kept; further ones are counted.
    public static let longestTimeline = 10_000

    public private(set) var fold: RuleFold
    public private(set) var timeline: [Change] = []
    public private(set) var omittedChanges = 0
    public private(set) var unknown = LineShapes()
    public private(set) var lines = 0
    /// How often each rule fitted, by its number.
    public private(set) var fired: [Int]
    private var heads: HeadReader
    private var files: [String] = []
    private var splitter = LineSplitter()
    private var lineInFile = 0
    private let readAt: Timestamp

    /// A change of state, and the line that made it.
    public struct Change: Codable, Sendable, Equatable {
        /// By the clock of the log.
        public var time: Timestamp?
        /// The entity that it is about; nil for the component itself.
        public var entity: String?
        public var from: String
        public var to: String
        public var file: String
        /// Counted from 1; 0 if no line made it but the time.
        public var line: Int
        public var offset: Int64
        /// The rule that fitted, or what did not come in time.
        public var cause: String
    }

    /// Creates a replay.
    ///
    /// - Parameters:
    ///   - hostZone: of times without a zone where the rules name none.
    ///   - readAt: later times are not believed.
    public init(_ component: ComponentRules, hostZone: ZoneTable = .utc, readAt: Timestamp) {
        fold = RuleFold(component, hostZone: hostZone)
        fold.journal = .kept([])
        heads = HeadReader(component, hostZone: hostZone)
        fired = Array(repeating: 0, count: component.rules.count)
        self.readAt = readAt
    }

    /// Begins a file; what follows belongs to it.
    public mutating func begin(file: String) {
        files.append(file)
        splitter = LineSplitter()
        lineInFile = 0
    }

    /// Takes the next bytes of the file.
    public mutating func take(_ bytes: Span<UInt8>) {
        var splitter = LineSplitter()
        swap(&splitter, &self.splitter)
        splitter.split(bytes) { line, start, _ in take(line, start) }
        swap(&splitter, &self.splitter)
    }

    /// Ends the file: a last line without an end is complete.
    public mutating func end() {
        var splitter = splitter
        splitter.finish { line, start, _ in take(line, start) }
        self.splitter = splitter
    }

    /// What is true after the last line.
    ///
    /// Judged at its time unless another instant is given: an old log is not stale in a replay.
    public func snapshot(now: Timestamp? = nil) -> RuleSnapshot {
        fold.snapshot(now: now ?? fold.newestTime ?? readAt, files: files)
    }

    private mutating func take(_ line: Span<UInt8>, _ offset: Int64) {
        lines += 1
        lineInFile += 1
        let before = fold.track
        let outcome = fold.fold(
            line: line,
            file: files.count - 1,
            generation: 1,
            offset: offset,
            readAt: readAt
        )
        switch outcome {
        case .unknown:
            let head = heads.read(line, readAt: readAt)
            unknown.add(line, message: head.message, file: files.last ?? "", number: lineInFile, offset: offset)
        case .rule(let number): fired[number] += 1
        case .blank, .continuation, .damaged: break
        }
        note(before, fold.track, entity: nil, outcome, offset)
        guard case .kept(let changes) = fold.journal, !changes.isEmpty else { return }
        for change in changes { note(change.before, change.after, entity: RuleFold.text(change.name), outcome, offset) }
        fold.journal = .kept([])
    }

    private mutating func note(
        _ before: RuleStateTrack,
        _ after: RuleStateTrack,
        entity: String?,
        _ outcome: LineOutcome,
        _ offset: Int64
    ) {
        guard before.state != after.state else { return }
        guard timeline.count < Self.longestTimeline else {
            omittedChanges += 1
            return
        }
        let names = fold.component.names.states
        var change = Change(
            time: after.since,
            entity: entity,
            from: names[before.state],
            to: names[after.state],
            file: files.last ?? "",
            line: lineInFile,
            offset: offset,
            cause: ""
        )
        switch after.cause {
        case .expectationMissed(let text):
            change.cause = text
            change.line = 0
        case .line:
            if case .rule(let number) = outcome { change.cause = fold.component.rules[number].name }
        }
        timeline.append(change)
    }
}
