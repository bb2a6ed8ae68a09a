#if os(Linux)
import NIOCore

/// The user at the other end of a Unix socket.
enum PeerUser {
    /// What `SO_PEERCRED` fills in, see unix(7): the process and the user that connected.
    private struct Credentials: Sendable {
        var pid: Int32 = 0
        var user: UInt32 = 0
        var group: UInt32 = 0
    }

    /// `SO_PEERCRED` on every platform that Linux and Swift share.
    private static let peerCredentials = NIOBSDSocket.Option(rawValue: 17)

    /// The user's number as the kernel knows it; nil if the connection is none of a Unix socket.
    static func number(of channel: any Channel) async -> UInt32? {
        guard let provider = channel as? any SocketOptionProvider else { return nil }
        let credentials: EventLoopFuture<Credentials> = provider.unsafeGetSocketOption(
            level: .socket,
            name: peerCredentials
        )
        // A TCP connection answers with nobody.
        return try? await credentials.map { $0.pid > 0 ? $0.user : nil }.get()
    }
}
#endif
