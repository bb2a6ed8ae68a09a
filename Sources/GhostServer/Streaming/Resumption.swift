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
