import GhostModel
import Synchronization

/// How many requests one address may send: a bucket of tokens that fills evenly.
struct TokenBucket: Sendable, Equatable {
    /// How many requests may come at once.
    var capacity: Double
    /// How many more each second brings.
    var perSecond: Double
    private(set) var level: Double
    private var last: MonotonicTime

    /// A full bucket.
    init(capacity: Double, perSecond: Double, at time: MonotonicTime) {
        self.capacity = capacity
        self.perSecond = perSecond
        level = capacity
        last = time
    }

    /// Takes one token.
    ///
    /// - Returns: nil if there was one; otherwise how long it takes until there is.
    mutating func take(at time: MonotonicTime) -> Duration? {
        let seconds = Double(max(0, time.nanoseconds - last.nanoseconds)) / 1e9
        level = min(capacity, level + seconds * perSecond)
        last = max(last, time)
        guard level < 1 else {
            level -= 1
            return nil
        }
        return .milliseconds(Int64(((1 - level) / perSecond * 1000).rounded(.up)))
    }

    /// Whether nobody would notice if it were made anew.
    func isFull(at time: MonotonicTime) -> Bool {
        level + Double(max(0, time.nanoseconds - last.nanoseconds)) / 1e9 * perSecond >= capacity
    }
}

/// The buckets of the addresses that asked lately.
struct PeerBuckets: Sendable {
    /// The most addresses that are told apart; beyond it the others share a bucket.
    static let mostPeers = 4096

    private var buckets: [String: TokenBucket] = [:]
    private var others: TokenBucket?
    private var lastTidying = MonotonicTime(nanoseconds: .min)

    /// How often those that were quiet are forgotten at most: a flood of addresses must not cost more than it brings.
    private static let tidyingPause: Duration = .seconds(1)

    /// Counts a request of an address that is not this machine.
    mutating func take(_ peer: String, at time: MonotonicTime) -> Duration? {
        if buckets[peer] == nil, buckets.count >= Self.mostPeers, time >= lastTidying + Self.tidyingPause {
            lastTidying = time
            buckets = buckets.filter { !$0.value.isFull(at: time) }
        }
        if buckets[peer] != nil || buckets.count < Self.mostPeers {
            return buckets[peer, default: Self.bucket(at: time)].take(at: time)
        }
        if others == nil { others = Self.bucket(at: time) }
        return others?.take(at: time)
    }

    /// How many addresses are told apart now.
    var count: Int { buckets.count }

    private static func bucket(at time: MonotonicTime) -> TokenBucket {
        TokenBucket(capacity: PeerLimits.burst, perSecond: PeerLimits.perSecond, at: time)
    }
}

/// Counts the requests of each address; this machine may ask as fast as it can.
///
/// Programs of this machine can use its processor in any way they like; a limit would only make dashboards stutter.
public final class PeerLimits: Sendable {
    /// How many requests an address may send at once.
    public static let burst: Double = 200
    /// How many requests a second an address may send on and on.
    public static let perSecond: Double = 50

    private let buckets = Mutex(PeerBuckets())
    private let begin = ContinuousClock.now

    /// Nobody has asked yet.
    public init() {}

    /// Counts a request.
    ///
    /// - Parameter address: of the other end; nil for this machine's own socket.
    /// - Returns: nil if it may go on; otherwise how long to wait.
    public func take(_ address: String?) -> Duration? {
        guard let address, !HostName.isLoopback(address) else { return nil }
        let time = MonotonicTime(nanoseconds: (ContinuousClock.now - begin).wholeNanoseconds)
        return buckets.withLock { $0.take(address, at: time) }
    }
}
