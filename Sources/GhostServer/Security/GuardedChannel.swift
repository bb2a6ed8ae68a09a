import HummingbirdCore
import Logging
import NIOCore

/// A connection whose first request has to come in time.
struct GuardedChannel<Base: ServerChildChannel>: ServerChildChannel {
    let base: Base
    let newcomers: Newcomers

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(HeadGuard(newcomers))
        }.flatMap { base.setup(channel: channel, logger: logger) }
    }

    func handle(value: Base.Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
    }
}
