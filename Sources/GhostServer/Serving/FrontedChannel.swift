import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// A connection that the front handler serves, until it hands it over to the router.
struct FrontedChannel: ServerChildChannel {
    /// What becomes of one connection.
    struct Value: ServerChildChannelValue {
        let channel: any Channel
        /// What Hummingbird serves; nil when the connection ended before it came to that.
        fileprivate let routed: EventLoopFuture<HTTP1Channel.Value?>
    }

    let answers: HotAnswers
    let idleTimeout: TimeAmount
    let router: HTTP1Channel

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let routed = channel.eventLoop.makePromise(of: HTTP1Channel.Value?.self)
            let router = router
            let front = FrontHandler(answers: answers, idleTimeout: idleTimeout) { channel in
                router.setup(channel: channel, logger: logger).map { routed.succeed($0) }
            }
            try channel.pipeline.syncOperations.addHandler(front)
            channel.closeFuture.whenComplete { _ in routed.succeed(nil) }
            return Value(channel: channel, routed: routed.futureResult)
        }
    }

    func handle(value: Value, logger: Logger) async {
        let routed = await withGracefulShutdownHandler {
            try? await value.routed.get()
        } onGracefulShutdown: {
            value.channel.pipeline.fireUserInboundEventTriggered(EndOfService())
        }
        guard let routed = routed ?? nil else { return }
        await router.handle(value: routed, logger: logger)
    }
}
