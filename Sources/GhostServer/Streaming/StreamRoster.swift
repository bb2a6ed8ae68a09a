import GhostModel
import NIOCore

/// The connection of a subscriber, as the roster of its event loop needs it.
protocol StreamSink: AnyObject {
    /// Whether it takes more text now.
    var connection: SubscriberBuffer.Connection { get }
    /// Writes text that is shared with other subscribers.
    func send(_ text: ByteBuffer)
    /// Ends the connection.
    func endStream()
}

/// One subscriber; belongs to the event loop of its connection.
final class Subscriber {
    fileprivate let sink: any StreamSink
    fileprivate var buffer: SubscriberBuffer
    fileprivate var place: Int?

    fileprivate init(_ sink: any StreamSink, after position: StreamPosition?) {
        self.sink = sink
        buffer = SubscriberBuffer(after: position, now: .now)
    }
}

/// The subscribers of one event loop; used on that loop only.
final class StreamRoster {
    /// How many subscribers are served before others of the loop have their turn.
    private static let turn = 256
    /// How often silence and stalls are looked for; pings come at most this much later than they are due.
    private static let tickInterval: TimeAmount = .seconds(4)

    private let hub: StreamHub
    private let loop: any EventLoop
    private var subscribers: [Subscriber] = []
    private var waiting: [Subscriber] = []
    private var ticker: RepeatedTask?

    init(hub: StreamHub, loop: any EventLoop) {
        self.hub = hub
        self.loop = loop
    }

    /// Takes a subscriber in; its first text comes with the next pass, which the caller must ask for.
    func add(_ sink: any StreamSink, after position: StreamPosition?) -> Subscriber {
        let subscriber = Subscriber(sink, after: position)
        subscriber.place = subscribers.count
        subscribers.append(subscriber)
        wait(subscriber)
        hub.subscribersChanged(by: 1)
        hub.note { $0.subscribed += 1 }
        startTicking()
        return subscriber
    }

    func remove(_ subscriber: Subscriber) {
        guard let place = subscriber.place else { return }
        subscriber.place = nil
        let last = subscribers.removeLast()
        if last !== subscriber {
            subscribers[place] = last
            last.place = place
        }
        hub.subscribersChanged(by: -1)
        if subscribers.isEmpty {
            ticker?.cancel()
            ticker = nil
        }
    }

    /// A connection takes more again; true if its subscriber waits for a pass now.
    func drained(_ subscriber: Subscriber) -> Bool {
        guard subscriber.place != nil, subscriber.buffer.drained() else { return false }
        wait(subscriber)
        return true
    }

    /// Ends all streams.
    func end() {
        for subscriber in subscribers { subscriber.sink.endStream() }
    }

    private func wait(_ subscriber: Subscriber) {
        waiting.append(subscriber)
        hub.waitingChanged(by: 1)
    }

    // MARK: A pass

    /// Serves everybody, in turns.
    func take(_ pass: StreamPass) {
        let beginning = waiting
        waiting = []
        hub.waitingChanged(by: -beginning.count)
        // Those who begin get a state that contains the change: they are not among those who follow yet.
        let following = pass.change == nil ? [] : subscribers
        serve(Turn(pass: pass, following: following, beginning: beginning), from: 0)
    }

    private struct Turn {
        var pass: StreamPass
        var following: [Subscriber]
        var beginning: [Subscriber]
        /// The whole state as text, made when the first one needs it.
        var snapshot: ByteBuffer?
    }

    private func serve(_ turn: Turn, from first: Int) {
        var turn = turn
        let now = MonotonicTime.now
        let end = min(first + Self.turn, turn.following.count + turn.beginning.count)
        for index in first..<end {
            if index < turn.following.count {
                offer(turn.pass, to: turn.following[index], now)
            } else {
                begin(turn.beginning[index - turn.following.count], &turn, now)
            }
        }
        guard end < turn.following.count + turn.beginning.count else {
            hub.passEnded()
            return
        }
        let rest = NIOLoopBound((roster: self, turn: turn), eventLoop: loop)
        loop.execute { rest.value.roster.serve(rest.value.turn, from: end) }
    }

    private func offer(_ pass: StreamPass, to subscriber: Subscriber, _ now: MonotonicTime) {
        guard let change = pass.change, subscriber.place != nil else { return }
        guard subscriber.buffer.offer(from: pass.from, subscriber.sink.connection, now: now) == .send else { return }
        subscriber.sink.send(change)
    }

    private func begin(_ subscriber: Subscriber, _ turn: inout Turn, _ now: MonotonicTime) {
        guard subscriber.place != nil, let resumption = subscriber.buffer.begin(turn.pass.state, now: now) else {
            return
        }
        switch resumption {
        case .snapshot: break
        case .gap(let from):
            hub.note { $0.gaps += 1 }
            subscriber.sink.send(ByteBuffer(bytes: StreamText.gap(from: from, to: turn.pass.state.sequence)))
        case .change(let revision, let from, let events):
            let diff = StateDiff(turn.pass.state, since: revision, from: from, events: events, turn.pass.times)
            if let diff { subscriber.sink.send(ByteBuffer(bytes: diff.text)) }
            return
        }
        // All who begin in this turn share one text.
        let snapshot = turn.snapshot ?? ByteBuffer(bytes: turn.pass.state.snapshotEvent(turn.pass.times))
        turn.snapshot = snapshot
        subscriber.sink.send(snapshot)
    }

    // MARK: Time

    private func startTicking() {
        guard ticker == nil else { return }
        let roster = NIOLoopBound(self, eventLoop: loop)
        ticker = loop.scheduleRepeatedTask(initialDelay: Self.tickInterval, delay: Self.tickInterval) { _ in
            roster.value.tick()
        }
    }

    private func tick() {
        let now = MonotonicTime.now
        let ping = ByteBuffer(bytes: StreamText.ping)
        for subscriber in subscribers {
            switch subscriber.buffer.tick(subscriber.sink.connection, now: now) {
            case .nothing: continue
            case .ping: subscriber.sink.send(ping)
            case .close:
                hub.note { $0.stalled += 1 }
                subscriber.sink.endStream()
            }
        }
    }
}
