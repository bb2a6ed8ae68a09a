import NIOCore

extension Channel {
    /// From now on, closes the connection when its other end stops sending.
    ///
    /// A server of HTTP has to answer who half-closes after a request. Nobody does so on a stream, which has no end: there it
    /// means that the reader left, and without this it would be noticed with the second ping only.
    func closeWhenReaderLeaves() async throws {
        try await pipeline.addHandler(ReaderDeparture(), position: .first).get()
    }
}

private final class ReaderDeparture: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed {
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }
}
