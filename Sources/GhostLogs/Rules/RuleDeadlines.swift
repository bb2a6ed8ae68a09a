import GhostModel

/// Something that must happen until an instant.
struct Expectation: Sendable {
    var subject: RuleSubject
    /// The rule that expects it.
    var rule: Int
    var deadline: Timestamp
    /// The line that it follows from.
    var line = NotedLine()
    var generation = 0
}

/// What an effect is about: the component, or one of its entities.
enum RuleSubject: Sendable, Hashable {
    case component
    case entity(number: Int, serial: Int)
}

/// Counts events of one kind in a sliding window.
struct AlertTrack: Sendable, Equatable {
    /// The newest events, at most one more than the alert allows; the oldest first.
    private(set) var times: [Timestamp] = []
    /// When it was raised, and until when it stays so if nothing more happens.
    private(set) var raised: Raised?

    struct Raised: Sendable, Equatable {
        var since: Timestamp
        var until: Timestamp
    }

    init() {}

    init(times: [Timestamp], raised: Raised?) {
        self.times = times
        self.raised = raised
    }

    /// Counts `count` events.
    mutating func note(_ count: Int, at time: Timestamp, _ rule: AlertRule) {
        // Logs are not always in the order of their times.
        let time = max(time, times.last ?? time)
        for _ in 0..<min(count, rule.over + 1) { times.append(time) }
        if times.count > rule.over + 1 { times.removeFirst(times.count - rule.over - 1) }
        guard times.count == rule.over + 1, let oldest = times.first, time.since(oldest) <= rule.window else { return }
        let until = oldest.advanced(by: rule.window).advanced(by: rule.keep)
        let since = raised.map { $0.until >= time ? $0.since : time } ?? time
        raised = Raised(since: since, until: max(until, raised?.until ?? until))
    }

    /// Since when it is raised; nil if it is not at `now`.
    func raised(at now: Timestamp) -> Raised? { raised.flatMap { $0.until >= now ? $0 : nil } }
}

/// Which alert of which subject.
struct AlertKey: Sendable, Hashable {
    var alert: Int
    var subject: RuleSubject
}
