public import Hummingbird
import NIOCore

/// What a request is handled with: Hummingbird's own, and the connection that it came on.
public struct APIContext: RequestContext, Sendable {
    public var coreContext: CoreRequestContextStorage
    /// The connection.
    let channel: any Channel

    public init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// The other end as an address, without its port; nil for a Unix socket.
    var remoteHost: String? { channel.remoteAddress?.ipAddress }
}
