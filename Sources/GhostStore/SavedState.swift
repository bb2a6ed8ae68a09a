public import GhostModel

/// What a store holds about the logs of one folder: everything that is needed to go on where an earlier Ghost stopped.
public struct SavedState: Sendable {
    /// The newest event's sequence; 0 if there was none.
    public var sequence: UInt64
    /// One for each component that was ever committed.
    public var folds: [SavedFold]
    /// How far each file had been read when the folds were committed.
    public var sources: [SavedSource]
    /// How far each of the files was read that are followed by path and pattern.
    public var positions: [SavedPosition]
    /// The newest losses, oldest first; at most ``StateLimits/losses``.
    public var losses: [LossEntry]
    /// All losses there ever were, those included that are no longer kept.
    public var lossesTotal: Int
    /// One for each component that rules describe.
    public var ruleFolds: [SavedRuleFold]

    /// Creates a state.
    public init(
        sequence: UInt64,
        folds: [SavedFold],
        sources: [SavedSource],
        positions: [SavedPosition] = [],
        losses: [LossEntry],
        lossesTotal: Int,
        ruleFolds: [SavedRuleFold] = []
    ) {
        self.sequence = sequence
        self.folds = folds
        self.sources = sources
        self.positions = positions
        self.losses = losses
        self.lossesTotal = lossesTotal
        self.ruleFolds = ruleFolds
    }
}

/// The fold of a component that rules describe, as bytes that the store does not look into.
public struct SavedRuleFold: Sendable, Equatable {
    /// The component's name in the rules.
    public var component: String
    public var body: [UInt8]
    /// Which of the readings of the files the fold belongs to.
    public var reading: Int

    /// Creates a saved fold.
    public init(component: String, body: [UInt8], reading: Int = 0) {
        self.component = component
        self.body = body
        self.reading = reading
    }
}

/// The fold of one component as bytes.
///
/// The store knows nothing of what is inside.
public struct SavedFold: Sendable, Equatable {
    public var component: ComponentKind
    /// Which form the bytes have; whoever does not know it must not read them.
    public var version: Int
    public var body: [UInt8]

    /// Creates a saved fold.
    public init(component: ComponentKind, version: Int, body: [UInt8]) {
        self.component = component
        self.version = version
        self.body = body
    }
}

/// How far one file of a component has been read, as bytes that the store does not look into.
public struct SavedSource: Sendable, Equatable {
    public var component: ComponentKind
    /// The file's name inside the log folder.
    public var name: String
    public var checkpoint: [UInt8]

    /// Creates a saved position.
    public init(component: ComponentKind, name: String, checkpoint: [UInt8]) {
        self.component = component
        self.name = name
        self.checkpoint = checkpoint
    }
}

/// How far one of the files was read that are followed by path and pattern, as bytes that the store does not look into.
public struct SavedPosition: Sendable, Equatable {
    /// The path under which it is followed.
    public var path: String
    public var body: [UInt8]
    /// Which of the readings of the files it is the position of; known of those that were loaded.
    public var reading: Int

    /// Creates a saved position.
    public init(path: String, body: [UInt8], reading: Int = 0) {
        self.path = path
        self.body = body
        self.reading = reading
    }
}

/// The positions that changed; all others stay as they are saved.
public struct PositionChange: Sendable, Equatable {
    public var saved: [SavedPosition]
    /// The paths whose positions are no longer needed.
    public var forgotten: [String]

    /// Creates a change.
    public init(saved: [SavedPosition] = [], forgotten: [String] = []) {
        self.saved = saved
        self.forgotten = forgotten
    }

    /// Whether there is nothing to save.
    public var isEmpty: Bool { saved.isEmpty && forgotten.isEmpty }
}

/// Everything that becomes true together.
///
/// For each component named in ``folds`` the change holds all its sources: a fold and the positions of the bytes that are in it
/// are never apart.
public struct StateChange: Sendable {
    public var folds: [SavedFold]
    public var sources: [SavedSource]
    /// Those of the first reading.
    public var positions: PositionChange
    /// Those of further readings of files, by their number.
    public var furtherPositions: [Int: PositionChange] = [:]
    public var losses: [LossEntry]
    /// In the order of their sequences, which are higher than any committed before.
    public var events: [StateEvent]
    /// The folds of components that rules describe.
    public var ruleFolds: [SavedRuleFold] = []
    /// What becomes of the rows of rules and positions that are in the store.
    public var ruleRows = RuleRows.updated

    /// What becomes of rows that are in the store.
    public enum RuleRows: Sendable, Equatable {
        /// Those that the change does not name stay.
        case updated
        /// All go; what the change names is all there is.
        case replaced
    }

    /// Creates a change.
    public init(
        folds: [SavedFold] = [],
        sources: [SavedSource] = [],
        positions: PositionChange = PositionChange(),
        losses: [LossEntry] = [],
        events: [StateEvent] = []
    ) {
        self.folds = folds
        self.sources = sources
        self.positions = positions
        self.losses = losses
        self.events = events
    }
}

/// What a store keeps at most.
public enum StateLimits {
    /// How many losses are kept, the newest ones; older ones are only counted.
    public static let losses = 1000
    /// How many events are kept, the newest ones.
    public static let events = 10_000
    /// The longest answer to a question for events, in events.
    public static let eventsPerAnswer = 1000
}
