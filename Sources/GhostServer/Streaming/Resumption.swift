import GhostModel

/// How a stream begins for somebody who says what they have seen.
enum Resumption: Equatable {
    /// Nothing is known of what they have.
    case snapshot
    /// They have a state of this store, and the changes since are not kept.
    case gap(from: UInt64)
    /// What changed since a revision follows, with these events.
    case change(since: UInt64, from: UInt64, events: [UInt8])

    /// Decides by the id of the last event that was seen.
    init(after id: StreamPosition?, in state: PublishedState) {
        guard let id, id.epoch == state.epoch, id.sequence <= state.sequence else {
            self = .snapshot
            return
        }
        guard let (revision, events) = state.history.reach(back: id.sequence) else {
            self = .gap(from: id.sequence)
            return
        }
        self = .change(since: revision, from: id.sequence, events: events)
    }
}

/// The id of an event of the stream.
struct StreamPosition: Equatable, Sendable {
    var epoch: String
    var sequence: UInt64

    /// The longest id that is looked at, in bytes.
    static let longest = 256

    init(epoch: String, sequence: UInt64) {
        self.epoch = epoch
        self.sequence = sequence
    }

    /// Reads `epoch-sequence`, split at the last `-`; nil if the text is anything else.
    init?(_ text: some StringProtocol) {
        guard text.utf8.count <= Self.longest, let dash = text.lastIndex(of: "-"), dash != text.startIndex else {
            return nil
        }
        let digits = text[text.index(after: dash)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let sequence = UInt64(digits)
        else { return nil }
        epoch = String(text[..<dash])
        self.sequence = sequence
    }
}
