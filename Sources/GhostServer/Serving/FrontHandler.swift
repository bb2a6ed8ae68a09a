import GhostModel
import Logging
import NIOCore

/// Ends the connections that wait for requests or stream, when the server shuts down.
struct EndOfService: Sendable {}

/// Stands before everything else on a connection, and answers hot requests itself.
///
/// With the first request that is none, the connection is the router's for good: it gets all bytes from there on, and this
/// handler goes away. So answers always come in the order of the requests.
final class FrontHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    private enum Phase {
        case reading
        /// The first request that was read waits for a state.
        case waiting(timeout: Scheduled<Void>)
        case streaming(Subscriber)
        /// The router is being set up.
        case leaving
        /// What was written is the last.
        case closing
    }

    /// Whether the client may send more.
    private enum Input {
        case open
        case ended
    }

    private let answers: HotAnswers
    private let idleTimeout: TimeAmount
    /// Sets up what serves the connection from here on.
    private let router: (any Channel) -> EventLoopFuture<Void>
    private var phase = Phase.reading
    private var input = Input.open
    private var unread: ByteBuffer?
    private var lastHost: String?
    /// The other end's address; nil for a Unix socket.
    private var peer: String?
    private var lastRequest = NIODeadline.now()
    private var idleTask: Scheduled<Void>?
    private var isReadHeld = false
    private var hasUnflushed = false
    private var context: ChannelHandlerContext?

    init(
        answers: HotAnswers,
        idleTimeout: TimeAmount,
        router: @escaping (any Channel) -> EventLoopFuture<Void>
    ) {
        self.answers = answers
        self.idleTimeout = idleTimeout
        self.router = router
    }

    private var publisher: StatePublisher { answers.sources.publisher }

    // MARK: The connection

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        peer = context.remoteAddress?.ipAddress
        watchIdleness(context, after: idleTimeout)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        idleTask?.cancel()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch (event, phase) {
        case (is EndOfService, .reading), (is EndOfService, .streaming): context.close(promise: nil)
        case (ChannelEvent.inputClosed, .reading), (ChannelEvent.inputClosed, .waiting):
            input = .ended
            process(context)
            flush(context)
        // Nobody half-closes a stream that is read on; a subscriber that left must not stay until the next ping.
        case (ChannelEvent.inputClosed, .streaming): context.close(promise: nil)
        case (ChannelEvent.inputClosed, .closing): break
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    private func finish(_ context: ChannelHandlerContext) {
        phase = .closing
        unread = nil
        hasUnflushed = false
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { [loopBound = bound(context)] _ in
            loopBound.value.close(promise: nil)
        }
    }

    /// Forgets what belongs to a request under way.
    private func leave() {
        switch phase {
        case .waiting(let timeout): timeout.cancel()
        case .streaming(let subscriber): roster?.remove(subscriber)
        case .reading, .leaving, .closing: break
        }
        phase = .closing
        unread = nil
    }

    private func bound(_ context: ChannelHandlerContext) -> NIOLoopBound<ChannelHandlerContext> {
        NIOLoopBound(context, eventLoop: context.eventLoop)
    }

    // MARK: Idleness

    /// Closes a connection on which no request was completed for too long, however many bytes drip in.
    private func watchIdleness(_ context: ChannelHandlerContext, after delay: TimeAmount) {
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        idleTask = context.eventLoop.scheduleTask(in: delay) { handler.value.lookAtIdleness() }
    }

    private func lookAtIdleness() {
        guard let context else { return }
        switch phase {
        case .reading, .closing:
            let rest = lastRequest + idleTimeout - .now()
            guard rest > .zero else {
                context.close(promise: nil)
                return
            }
            watchIdleness(context, after: rest)
        case .waiting: watchIdleness(context, after: idleTimeout)
        case .streaming, .leaving: idleTask = nil
        }
    }

    // MARK: Reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        switch phase {
        case .streaming, .closing: return
        case .reading, .waiting, .leaving:
            if unread == nil { unread = bytes } else { unread?.writeBuffer(&bytes) }
        }
        process(context)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        flush(context)
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        // Who does not take answers must not send further requests.
        let isFull = !context.channel.isWritable
        let hasBacklog = (unread?.readableBytes ?? 0) > HotRequest.longestHead
        if isFull || hasBacklog { isReadHeld = true } else { context.read() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            if case .streaming(let subscriber) = phase {
                if roster?.drained(subscriber) == true { publisher.wantPass() }
            } else {
                process(context)
                flush(context)
            }
            resumeReading(context)
        }
        context.fireChannelWritabilityChanged()
    }

    private func resumeReading(_ context: ChannelHandlerContext) {
        guard isReadHeld, (unread?.readableBytes ?? 0) <= HotRequest.longestHead else { return }
        isReadHeld = false
        context.read()
    }

    private func flush(_ context: ChannelHandlerContext) {
        guard hasUnflushed else { return }
        hasUnflushed = false
        context.flush()
    }

    /// Answers what was read, as far as the connection takes answers.
    private func process(_ context: ChannelHandlerContext) {
        while case .reading = phase, context.channel.isWritable, let bytes = unread {
            switch bytes.withUnsafeReadableBytes(HotRequest.read) {
            case .incomplete:
                // Half a request will never become a whole one.
                if input == .ended { finish(context) }
                return
            case .foreign: return handOver(context)
            case .hot(let request, let length):
                guard isAllowed(request) else { return handOver(context) }
                serve(request, length, context)
            }
        }
        if case .reading = phase, unread == nil, input == .ended { finish(context) }
    }

    /// Whether host and, for a cross-origin read, origin are as they must be; if not, the router says what is wrong.
    private func isAllowed(_ request: HotRequest) -> Bool {
        guard let gate = answers.gate else { return true }
        guard let host = request.host, gate.walls.limits.take(peer) == nil else { return false }
        // Whoever has a browser's marks, or a token to show, is looked at in full.
        if host == lastHost, request.origin == nil, request.fetchSite == nil, gate.walls.duty == .changes {
            return true
        }
        guard gate.refusal(of: RequestFacts(request)) == nil else { return false }
        lastHost = host
        return true
    }

    private func consume(_ length: Int) {
        lastRequest = .now()
        unread?.moveReaderIndex(forwardBy: length)
        if unread?.readableBytes == 0 { unread = nil }
    }

    private func serve(_ request: HotRequest, _ length: Int, _ context: ChannelHandlerContext) {
        if request.resource == .stream {
            consume(length)
            stream(request, context)
            return
        }
        var buffer = context.channel.allocator.buffer(capacity: 512)
        switch answers.answer(request, into: &buffer) {
        case .answered:
            consume(length)
            write(buffer, request, context)
        case .mustWait: wait(request, context)
        case .foreign: handOver(context)
        }
    }

    private func write(_ buffer: ByteBuffer, _ request: HotRequest, _ context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(buffer), promise: nil)
        hasUnflushed = true
        if request.afterwards == .close { finish(context) }
    }

    // MARK: Waiting

    private func wait(_ request: HotRequest, _ context: ChannelHandlerContext) {
        let loop = context.eventLoop
        let handler = NIOLoopBound(self, eventLoop: loop)
        let timeout = loop.scheduleTask(in: TimeAmount(HotAnswers.longestWait)) { handler.value.giveUp() }
        phase = .waiting(timeout: timeout)
        publisher.whenReady(request.packing) { loop.execute { handler.value.goOn() } }
    }

    /// The state that the first request waits for is there.
    private func goOn() {
        guard let context, case .waiting(let timeout) = phase else { return }
        timeout.cancel()
        phase = .reading
        process(context)
        flush(context)
        resumeReading(context)
    }

    private func giveUp() {
        guard let context, case .waiting = phase else { return }
        phase = .reading
        if case .hot(let request, let length)? = unread?.withUnsafeReadableBytes(HotRequest.read) {
            var buffer = context.channel.allocator.buffer(capacity: 512)
            answers.writeUnavailable(request, into: &buffer)
            consume(length)
            write(buffer, request, context)
        }
        process(context)
        flush(context)
        resumeReading(context)
    }

    // MARK: Streaming

    private var roster: StreamRoster? { context.map { publisher.hub.roster(on: $0.eventLoop) } }

    private func stream(_ request: HotRequest, _ context: ChannelHandlerContext) {
        var buffer = context.channel.allocator.buffer(capacity: 384)
        answers.writeStreamHead(request, into: &buffer)
        context.write(wrapOutboundOut(buffer), promise: nil)
        hasUnflushed = true
        guard request.method == .get, let roster else { return finish(context) }
        unread = nil
        idleTask?.cancel()
        idleTask = nil
        let high = SubscriberBuffer.mostWaitingBytes + (publisher.snapshotBytes ?? 0)
        let mark = ChannelOptions.Types.WriteBufferWaterMark(low: 1, high: high)
        context.channel.setOption(ChannelOptions.writeBufferWaterMark, value: mark).whenFailure { _ in }
        phase = .streaming(roster.add(self, after: request.lastEventID.flatMap { StreamPosition($0) }))
        publisher.wantPass()
    }

    // MARK: Handing over

    private func handOver(_ context: ChannelHandlerContext) {
        flush(context)
        phase = .leaving
        idleTask?.cancel()
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        router(context.channel).whenComplete { handler.value.handedOver($0) }
    }

    private func handedOver(_ result: Result<Void, any Error>) {
        guard let context else { return }
        guard case .success = result else {
            context.close(promise: nil)
            return
        }
        let bytes = unread
        unread = nil
        if let bytes {
            context.fireChannelRead(wrapInboundOut(bytes))
            context.fireChannelReadComplete()
        }
        let wasHeld = isReadHeld
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
        if wasHeld { context.read() }
    }
}

extension FrontHandler: StreamSink {
    var connection: SubscriberBuffer.Connection {
        context?.channel.isWritable == true ? .takesMore : .isFull
    }

    func send(_ text: ByteBuffer) {
        context?.writeAndFlush(wrapOutboundOut(text), promise: nil)
    }

    func endStream() { context?.close(promise: nil) }
}
