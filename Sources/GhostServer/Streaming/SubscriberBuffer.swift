import GhostModel

/// Where one subscriber of the stream is, and what it gets next.
///
/// It keeps no events: what is written and not taken yet waits in the connection, which says when that is too much. From then
/// on nothing is written until all of it was taken; then the subscriber learns what was passed over and begins anew.
struct SubscriberBuffer: Equatable {
    /// How much may wait in a connection beside one snapshot, in bytes; the text is shared by all connections.
    static let mostWaitingBytes = 256 * 1024
    /// How long a subscriber that takes nothing may stay.
    static let longestStall: Duration = .seconds(30)
    /// After so long a silence something is sent, so that both sides know that the other is there.
    static let longestSilence: Duration = .seconds(10)

    private enum State: Equatable {
        /// It waits for its first text.
        case beginning(after: StreamPosition?)
        case following
        case overflowed(from: UInt64, since: MonotonicTime)
        /// It took everything, and waits for the text that closes the gap.
        case recovering(from: UInt64)
    }

    private var state: State
    private var sentAt: MonotonicTime

    init(after position: StreamPosition?, now: MonotonicTime) {
        state = .beginning(after: position)
        sentAt = now
    }

    /// Whether it waits for a text of its own.
    var isWaiting: Bool {
        switch state {
        case .beginning, .recovering: true
        case .following, .overflowed: false
        }
    }

    /// Begins, or begins anew, with a state; nil if it does not wait for one.
    mutating func begin(_ published: PublishedState, now: MonotonicTime) -> Resumption? {
        switch state {
        case .beginning(let position):
            state = .following
            sentAt = now
            return Resumption(after: position, in: published)
        case .recovering(let from):
            state = .following
            sentAt = now
            return .gap(from: from)
        case .following, .overflowed: return nil
        }
    }

    /// What becomes of a change that everybody gets.
    enum Offer: Equatable {
        case send
        /// It does not follow, or cannot take it.
        case passOver
    }

    /// Offers a change that follows the sequence `from`.
    mutating func offer(from: UInt64, _ connection: Connection, now: MonotonicTime) -> Offer {
        guard case .following = state else { return .passOver }
        switch connection {
        case .takesMore:
            sentAt = now
            return .send
        case .isFull:
            state = .overflowed(from: from, since: now)
            return .passOver
        }
    }

    /// Whether a connection takes more text.
    enum Connection: Equatable {
        case takesMore
        case isFull
    }

    /// The connection takes more again; true if it now waits for a text of its own.
    mutating func drained() -> Bool {
        guard case .overflowed(let from, _) = state else { return false }
        state = .recovering(from: from)
        return true
    }

    /// What is due from time to time.
    enum Due: Equatable {
        case nothing
        case ping
        case close
    }

    mutating func tick(_ connection: Connection, now: MonotonicTime) -> Due {
        switch state {
        case .overflowed(_, let since) where now - since >= Self.longestStall: return .close
        case .overflowed: return .nothing
        case .beginning, .following, .recovering:
            guard connection == .takesMore, now - sentAt >= Self.longestSilence else { return .nothing }
            sentAt = now
            return .ping
        }
    }
}
