import GhostModel
import NIOCore
import NIOPosix
import Synchronization

/// Hands each change to all subscribers, on the event loops of their connections.
///
/// A change is handed on only after all loops are through with the one before: under load several commits become one change,
/// and nothing piles up.
final class StreamHub: Sendable {
    private struct State {
        var rosters: [ObjectIdentifier: NIOLoopBound<StreamRoster>] = [:]
        var subscribers = 0
        var waiting = 0
        /// The state that everybody who follows has.
        var streamed: Streamed?
        /// How many loops are not through with the newest pass.
        var busy = 0
        var onPassEnd: (@Sendable () -> Void)?
        var figures = StreamFigures()
    }

    private struct Streamed {
        var epoch: String
        var sequence: UInt64
        var revision: UInt64
    }

    private let state = Mutex(State())
    /// Where timers run that belong to no connection.
    let timerLoop: any EventLoop = MultiThreadedEventLoopGroup.singleton.any()

    /// How many subscribers there are.
    var count: Int { state.withLock { $0.subscribers } }

    /// What happened to the subscribers of this process.
    var figures: StreamFigures {
        state.withLock { state in
            var figures = state.figures
            figures.subscribers = state.subscribers
            return figures
        }
    }

    func onPassEnd(_ body: @escaping @Sendable () -> Void) { state.withLock { $0.onPassEnd = body } }

    /// The roster of the connections of an event loop; called on that loop.
    func roster(on loop: any EventLoop) -> StreamRoster {
        let key = ObjectIdentifier(loop)
        if let known = state.withLock({ $0.rosters[key] }) { return known.value }
        let made = StreamRoster(hub: self, loop: loop)
        let bound = NIOLoopBound(made, eventLoop: loop)
        state.withLock { $0.rosters[key] = bound }
        return made
    }

    /// Takes a new state to everybody; does nothing as long as a pass is under way, whose end calls for the next one.
    func pass(_ published: PublishedState, lookedAt: Timestamp, at time: Timestamp) {
        let times = AnswerTimes(lookedAt: lookedAt, answeredAt: time)
        let (rosters, pass) = state.withLock { state -> ([NIOLoopBound<StreamRoster>], StreamPass?) in
            guard state.subscribers > 0 else {
                state.streamed = nil
                return ([], nil)
            }
            let isNew = state.streamed.map { $0.revision < published.revision } ?? true
            guard state.busy == 0, isNew || state.waiting > 0 else { return ([], nil) }
            let change = state.streamed.flatMap { Self.change(published, after: $0, times) }
            let streamed = Streamed(
                epoch: published.epoch,
                sequence: published.sequence,
                revision: published.revision
            )
            let from = state.streamed?.sequence ?? published.sequence
            state.streamed = streamed
            if change == nil, state.waiting == 0 { return ([], nil) }
            if change != nil { state.figures.changes += 1 }
            state.busy = state.rosters.count
            return (Array(state.rosters.values), StreamPass(state: published, times: times, change: change, from: from))
        }
        guard let pass else { return }
        for roster in rosters { roster.eventLoop.execute { roster.value.take(pass) } }
    }

    /// What those who follow must learn; nil if nothing changed for them.
    private static func change(_ state: PublishedState, after old: Streamed, _ times: AnswerTimes) -> ByteBuffer? {
        guard old.epoch == state.epoch, old.sequence <= state.sequence else {
            // Another store, or none: what they have does not belong to it.
            return ByteBuffer(bytes: state.snapshotEvent(times))
        }
        guard let (_, events) = state.history.reach(back: old.sequence) else {
            let gap = StreamText.gap(from: old.sequence, to: state.sequence)
            return ByteBuffer(bytes: gap + state.snapshotEvent(times))
        }
        return StateDiff(state, since: old.revision, from: old.sequence, events: events, times)
            .map { ByteBuffer(bytes: $0.text) }
    }

    /// Ends all streams; their clients connect to the next Ghost.
    func end() {
        for roster in state.withLock({ Array($0.rosters.values) }) { roster.eventLoop.execute { roster.value.end() } }
    }

    // MARK: What rosters tell

    func passEnded() {
        let onPassEnd = state.withLock { state -> (@Sendable () -> Void)? in
            state.busy -= 1
            return state.busy == 0 ? state.onPassEnd : nil
        }
        onPassEnd?()
    }

    func subscribersChanged(by difference: Int) { state.withLock { $0.subscribers += difference } }

    func waitingChanged(by difference: Int) { state.withLock { $0.waiting += difference } }

    func note(_ change: (inout StreamFigures) -> Void) { state.withLock { change(&$0.figures) } }
}

/// What happened on the stream since the process began.
struct StreamFigures: Sendable, Equatable {
    var subscribers = 0
    /// Subscribers there ever were.
    var subscribed = 0
    /// Changes that were handed to everybody.
    var changes = 0
    /// How often a subscriber was too slow, or came back too late.
    var gaps = 0
    /// Subscribers that were closed because they took nothing for too long.
    var stalled = 0
}

/// One state on its way to the subscribers of all loops.
struct StreamPass: Sendable {
    var state: PublishedState
    var times: AnswerTimes
    /// The text for those who follow; nil if nothing changed for them.
    var change: ByteBuffer?
    /// The sequence that ``change`` follows.
    var from: UInt64
}
