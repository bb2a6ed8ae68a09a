import GhostModel

/// Decides when a state is encoded.
///
/// While nobody asks, never. Somebody who asks for a state that is no longer true waits for the next one; for
/// ``interest`` after that, and as long as there are subscribers, each new state is encoded without being asked for. Between
/// two of them there is at least ``shortestPause``, and ``restFactor`` times as long as the last one took.
struct PublishingPace: Sendable {
    /// The shortest time between two encodings.
    static let shortestPause: Duration = .milliseconds(1)
    /// How often the time of an encoding is spent on others before the next one.
    static let restFactor = 4
    /// The longest of these pauses, however long an encoding takes.
    static let longestPause: Duration = .seconds(1)
    /// How long after it was asked for the state is kept up to date.
    static let interest: Duration = .seconds(1)

    private var encodedAt: MonotonicTime?
    private var pause = shortestPause
    private var interestedUntil: MonotonicTime?

    /// What is known when a decision is due.
    struct Situation: Equatable {
        /// Whether the newest encoded state is the newest one.
        var state: Freshness
        /// Who wants it.
        var demand: Demand
        /// How long the state is true if nothing is committed; nil for ever.
        var validFor: Duration?
    }

    enum Freshness: Equatable {
        case current
        case outdated
    }

    enum Demand: Equatable {
        /// Nobody asked since the last decision.
        case none
        /// Somebody asked, and got a state.
        case asked
        /// Somebody waits for one, or is subscribed.
        case waiting
    }

    enum Decision: Equatable {
        case encode
        /// Nothing is to be done before this time is over, unless something happens.
        case wait(Duration?)
        /// Nobody asks: who does next must wait for a state that is true then.
        case rest
    }

    mutating func decide(_ situation: Situation, now: MonotonicTime) -> Decision {
        if situation.demand != .none { interestedUntil = now + Self.interest }
        guard let until = interestedUntil, now < until else {
            interestedUntil = nil
            return .rest
        }
        let isOutdated = situation.state == .outdated || situation.validFor.map { $0 <= .zero } ?? false
        guard isOutdated else {
            let rest = until - now
            return .wait(situation.validFor.map { min($0, rest) } ?? rest)
        }
        guard let encodedAt, now < encodedAt + pause else { return .encode }
        return .wait(encodedAt + pause - now)
    }

    /// A state was encoded.
    mutating func encoded(from start: MonotonicTime, to end: MonotonicTime) {
        encodedAt = end
        pause = min(max(Self.shortestPause, (end - start) * Self.restFactor), Self.longestPause)
    }

    /// A state could not be encoded; the next attempt is not soon.
    mutating func failed(at now: MonotonicTime) {
        encodedAt = now
        pause = Self.longestPause
    }
}
