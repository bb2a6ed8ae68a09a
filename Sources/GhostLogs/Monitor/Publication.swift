public import GhostModel

/// What a look at the logs led to.
public enum Publication: Sendable, Equatable {
    /// The state is the one that was published before.
    case sameState(lookedAt: Timestamp)
    /// The state may be another.
    case newState(lookedAt: Timestamp)
}

/// The newest state, and the events that nobody took yet.
struct PublishedSnapshot {
    private(set) var snapshot: OrchestrationSnapshot
    private var events: [StateEvent] = []
    private var hasDropped = false

    init(snapshot: OrchestrationSnapshot) {
        self.snapshot = snapshot
    }

    mutating func replace(with snapshot: OrchestrationSnapshot, _ added: [StateEvent]) {
        self.snapshot = snapshot
        events += added
        guard events.count > UncommittedState.capacity else { return }
        events.removeFirst(events.count - UncommittedState.capacity)
        hasDropped = true
    }

    mutating func refuseRules(_ sentence: String) {
        snapshot.rulesRefused = sentence
    }

    mutating func takeNews() -> (snapshot: OrchestrationSnapshot, events: [StateEvent]?) {
        defer {
            events = []
            hasDropped = false
        }
        return (snapshot, hasDropped ? nil : events)
    }
}

extension OrchestrationSnapshot {
    /// Whether another snapshot of the same reader says something else about what was read and where it is kept.
    func differs(from other: OrchestrationSnapshot) -> Bool {
        sequence != other.sequence || epoch != other.epoch || persistence != other.persistence
            || folderCondition != other.folderCondition || lossesTotal != other.lossesTotal
            || rulesRefused != other.rulesRefused || lookedAt == nil
    }
}
