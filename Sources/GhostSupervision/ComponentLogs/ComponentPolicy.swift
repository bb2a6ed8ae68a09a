public import GhostModel

/// What one component writes about the events of supervision.
///
/// A policy is a value: it turns an event into the lines of its log and remembers only what it needs to write each thing
/// once. The driver stamps and appends them, and asks for a heartbeat from time to time.
public protocol ComponentPolicy: Sendable {
    /// When this component last wrote.
    var pulse: Pulse { get set }

    /// The line that says that the component is there although it has nothing to say.
    var heartbeat: ComponentLine { get }

    /// The lines that `event` is worth, in order; mostly none.
    mutating func compose(_ event: SupervisionEvent, at time: Timestamp) -> [ComponentLine]
}

extension ComponentPolicy {
    /// The lines to write for `event`.
    public mutating func lines(for event: SupervisionEvent, at moment: Moment) -> [ComponentLine] {
        let lines = compose(event, at: moment.wall)
        if !lines.isEmpty { pulse.wrote(at: moment.monotonic) }
        return lines
    }

    /// The heartbeat, if it is due: at the start, and when nothing was written for
    /// ``ComponentLine/heartbeatInterval``.
    public mutating func beat(at now: MonotonicTime) -> ComponentLine? {
        guard pulse.isDue(at: now) else { return nil }
        pulse.wrote(at: now)
        return heartbeat
    }
}

/// When a component last wrote a line.
public struct Pulse: Sendable, Hashable {
    /// When the next heartbeat is due if nothing is written until then; nil if at once, because nothing was ever written.
    public private(set) var due: MonotonicTime?

    /// Creates the pulse of a component that has written nothing.
    public init() {}

    mutating func wrote(at now: MonotonicTime) {
        due = now + ComponentLine.heartbeatInterval
    }

    func isDue(at now: MonotonicTime) -> Bool {
        due.map { now >= $0 } ?? true
    }
}

/// One instant on both clocks: the one for deadlines and the one for people.
public struct Moment: Sendable, Hashable {
    /// The reading that durations are computed from.
    public var monotonic: MonotonicTime
    /// The time that is shown.
    public var wall: Timestamp

    /// Creates an instant.
    public init(monotonic: MonotonicTime, wall: Timestamp) {
        self.monotonic = monotonic
        self.wall = wall
    }

    /// What the wall clock shows at another reading, judged from this instant.
    public func wall(at other: MonotonicTime) -> Timestamp {
        wall.advanced(by: other - monotonic)
    }
}
