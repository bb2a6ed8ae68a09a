import Dispatch
import GhostModel

/// The timers that are armed: a value that knows which is due first.
struct Timers: Sendable {
    private var deadlines: [TimerID: MonotonicTime] = [:]

    /// Arms a timer, replacing its former deadline.
    mutating func arm(_ timer: TimerID, at deadline: MonotonicTime) {
        deadlines[timer] = deadline
    }

    mutating func disarm(_ timer: TimerID) {
        deadlines[timer] = nil
    }

    /// When the first is due.
    var next: MonotonicTime? { deadlines.values.min() }

    /// Removes and returns those that are due, the earliest first.
    mutating func takeDue(at now: MonotonicTime) -> [TimerID] {
        let due = deadlines.filter { $0.value <= now }.sorted { $0.value < $1.value }.map(\.key)
        for timer in due { deadlines[timer] = nil }
        return due
    }
}

/// Wakes the supervisor at one instant: the only clock that it waits for.
///
/// One kernel timer serves every deadline of every daemon, so nothing runs while nothing is due.
final class Alarm {
    private let source: any DispatchSourceTimer
    private var armedFor: MonotonicTime?

    init(label: String, onRing: @escaping @Sendable () -> Void) {
        source = DispatchSource.makeTimerSource(queue: DispatchQueue(label: label))
        source.setEventHandler(handler: onRing)
        source.activate()
    }

    /// Rings at `deadline` instead of whenever it would have rung; never, if nil.
    func set(_ deadline: MonotonicTime?, now: MonotonicTime) {
        guard deadline != armedFor else { return }
        armedFor = deadline
        guard let deadline else {
            source.schedule(deadline: .distantFuture)
            return
        }
        let pause = max((deadline - now).wholeNanoseconds, 0)
        source.schedule(deadline: .now() + .nanoseconds(Int(pause)), leeway: .nanoseconds(0))
    }

    /// Must be called when it has rung, before it is set again.
    func rang() {
        armedFor = nil
    }

    deinit {
        source.cancel()
    }
}
