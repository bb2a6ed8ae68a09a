#if canImport(Darwin)
import NIOCore

/// The user at the other end of a Unix socket.
enum PeerUser {
    /// The beginning of what `LOCAL_PEERCRED` fills in, see unix(4): a version, the user, and groups that are not read.
    private struct Credentials: Sendable {
        var version: UInt32 = 0
        var user: UInt32 = 0
        var groupCount: Int16 = 0
        var groups: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0, 0, 0)
    }

    /// `SOL_LOCAL` and `LOCAL_PEERCRED`.
    private static let local = NIOBSDSocket.OptionLevel(rawValue: 0)
    private static let peerCredentials = NIOBSDSocket.Option(rawValue: 1)

    /// The user's number as the kernel knows it; nil if the connection is none of a Unix socket.
    static func number(of channel: any Channel) async -> UInt32? {
        guard channel.remoteAddress?.ipAddress == nil, let provider = channel as? any SocketOptionProvider else {
            return nil
        }
        let credentials: EventLoopFuture<Credentials> = provider.unsafeGetSocketOption(
            level: local,
            name: peerCredentials
        )
        return try? await credentials.map { $0.user }.get()
    }
}
#endif
