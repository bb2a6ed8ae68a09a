import GhostModel

/// The newest changes, so that whoever was away can go on where they were.
///
/// What a component was at an earlier sequence is not kept: whoever comes back gets what changed since, whole and as it is
/// now, with the events in between.
struct ChangeHistory: Sendable, Equatable {
    /// One published sequence.
    struct Entry: Sendable, Equatable {
        var sequence: UInt64
        /// The first revision with this sequence; 0 for one of an earlier process.
        var revision: UInt64
        /// The events that led here from the entry before, as JSON with commas between them.
        var events: [UInt8]
    }

    /// How many sequences are kept.
    static let mostEntries = 1024
    /// How far back a journal of an earlier process is read, in sequences; fewer than it gives at once.
    static let journalReach: UInt64 = 999
    /// How long their events may be together, in bytes.
    static let mostBytes = 1 << 20

    private(set) var entries: [Entry]
    private var bytes = 0

    /// Begins with a state from which changes are known.
    init(from sequence: UInt64, revision: UInt64) {
        entries = [Entry(sequence: sequence, revision: revision, events: [])]
    }

    /// Begins with events of an earlier process; every one of them was a sequence that somebody may come back with.
    init(from sequence: UInt64, journal: [StateEvent]) {
        self.init(from: sequence, revision: 0)
        for event in journal where event.sequence > sequence { take([event], sequence: event.sequence, revision: 0) }
    }

    /// Takes in a published state; a sequence that is already there changes nothing.
    mutating func take(_ events: [StateEvent], sequence: UInt64, revision: UInt64) {
        guard let last = entries.last, sequence > last.sequence else { return }
        let encoded = Self.encode(events.filter { $0.sequence > last.sequence && $0.sequence <= sequence })
        entries.append(Entry(sequence: sequence, revision: revision, events: encoded))
        bytes += encoded.count
        var dropped = 0
        while entries.count - dropped > 1, entries.count - dropped > Self.mostEntries || bytes > Self.mostBytes {
            dropped += 1
            // The events of the first entry lead to it from one that nobody can come back with.
            bytes -= entries[dropped].events.count
            entries[dropped].events = []
        }
        if dropped > 0 { entries.removeFirst(dropped) }
    }

    /// The first revision of a sequence, and the events since; nil if it is not among those kept.
    func reach(back sequence: UInt64) -> (revision: UInt64, events: [UInt8])? {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].sequence < sequence { low = middle + 1 } else { high = middle }
        }
        guard low < entries.count, entries[low].sequence == sequence else { return nil }
        let parts = entries[(low + 1)...].map(\.events).filter { !$0.isEmpty }
        return (entries[low].revision, Array(parts.joined(separator: [UInt8(ascii: ",")])))
    }

    private static func encode(_ events: [StateEvent]) -> [UInt8] {
        // An event is made of texts and numbers: it can always be encoded.
        let parts = events.compactMap { try? JSONText.fragment($0) }
        return Array(parts.joined(separator: [UInt8(ascii: ",")]))
    }
}
