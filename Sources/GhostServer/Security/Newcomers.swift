import GhostModel
import NIOCore
import Synchronization

/// The connections that have not asked for anything yet.
///
/// There are only so many: who opens connections and says nothing loses the oldest of them, so that somebody with a
/// question always finds room. A question comes within milliseconds; silence is the mark of a flood.
public final class Newcomers: Sendable {
    /// The most connections that may be silent at once.
    public static let most = 256

    private struct State {
        var waiting: [UInt64: any Channel] = [:]
        /// The numbers in the order of arrival; some have left.
        var order: [UInt64] = []
        var next: UInt64 = 0
        var turnedAway = 0
    }

    private let state = Mutex(State())

    /// Nobody is there.
    public init() {}

    /// Takes in a connection; the oldest one has to go if there are too many.
    func enter(_ channel: any Channel) -> UInt64 {
        let (number, leaving) = state.withLock { state -> (UInt64, (any Channel)?) in
            let number = state.next
            state.next += 1
            state.waiting[number] = channel
            state.order.append(number)
            guard state.waiting.count > Self.most else { return (number, nil) }
            var place = 0
            while place < state.order.count, state.waiting[state.order[place]] == nil { place += 1 }
            guard place < state.order.count else { return (number, nil) }
            let oldest = state.waiting.removeValue(forKey: state.order[place])
            state.order.removeFirst(place + 1)
            state.turnedAway += 1
            return (number, oldest)
        }
        leaving?.close(promise: nil)
        return number
    }

    /// A connection asked for something, or is gone.
    func leave(_ number: UInt64) {
        state.withLock { state in
            state.waiting[number] = nil
            if state.order.count > 2 * Self.most { state.order.removeAll { state.waiting[$0] == nil } }
        }
    }

    /// How many are silent now.
    public var count: Int { state.withLock { $0.waiting.count } }
    /// How many had to go for others.
    public var turnedAway: Int { state.withLock { $0.turnedAway } }
}

/// Watches a connection until its first request's head is there: it has to come in time and must not be too long.
final class HeadGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let newcomers: Newcomers
    private let limit: TimeAmount
    private var number: UInt64?
    private var timeout: Scheduled<Void>?
    private var end = HeadEnd()

    init(_ newcomers: Newcomers, limit: Duration = RequestLimits.headTime) {
        self.newcomers = newcomers
        self.limit = .nanoseconds(limit.wholeNanoseconds)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        number = newcomers.enter(context.channel)
        let channel = context.channel
        timeout = context.eventLoop.scheduleTask(in: limit) { channel.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave() }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let verdict = end.take(unwrapInboundIn(data).readableBytesView)
        switch verdict {
        case .goesOn: context.fireChannelRead(data)
        case .tooLong: context.close(promise: nil)
        case .ended:
            leave()
            context.fireChannelRead(data)
            context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
        }
    }

    private func leave() {
        timeout?.cancel()
        timeout = nil
        if let number { newcomers.leave(number) }
        number = nil
    }
}

/// Finds the end of the first head on a connection: an empty line.
struct HeadEnd: Sendable {
    enum Verdict: Sendable, Equatable {
        case goesOn
        case ended
        case tooLong
    }

    private var bytes = 0
    /// Whether the present line has a character.
    private var line = Line.empty
    private var sawLine = false

    private enum Line {
        case empty
        case filled
    }

    /// Takes the next bytes.
    mutating func take(_ chunk: some Sequence<UInt8>) -> Verdict {
        for byte in chunk {
            bytes += 1
            switch byte {
            case UInt8(ascii: "\n"):
                // Empty lines before a request are allowed and mean nothing.
                if line == .empty, sawLine { return .ended }
                sawLine = sawLine || line == .filled
                line = .empty
            case UInt8(ascii: "\r"): break
            default: line = .filled
            }
            if bytes > RequestLimits.head { return .tooLong }
        }
        return .goesOn
    }
}
