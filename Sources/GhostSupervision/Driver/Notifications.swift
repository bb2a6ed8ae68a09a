public import GhostModel
public import GhostSystem

/// Listens to daemons that speak for themselves, in the way of sd_notify.
public protocol Notifications: Sendable {
    /// Opens the socket of a daemon anew and returns its path; what is sent to it is told until it is closed.
    func open(
        _ daemon: DaemonName,
        tell: @escaping @Sendable (NotifyMessage) -> Void
    ) throws(SystemCallFailure) -> String

    /// Closes the socket of a daemon; nothing happens if there is none.
    func close(_ daemon: DaemonName)
}

/// What a daemon says in one datagram of the sd_notify protocol: lines of `NAME=VALUE`.
public struct NotifyMessage: Sendable, Hashable {
    /// Whether it says `READY=1`.
    public private(set) var isReady = false
    /// Whether it says `WATCHDOG=1`.
    public private(set) var isAlive = false
    /// What it says about itself, in `STATUS=`; nil if nothing.
    public private(set) var status: String?

    /// The longest datagram, in bytes; what is beyond is not read.
    public static let longest = 4096
    /// The longest status that is kept, in bytes.
    public static let longestStatus = 256

    /// Reads a datagram; lines that are not known change nothing.
    public init(_ bytes: some Sequence<UInt8>) {
        for line in Array(bytes).split(separator: UInt8(ascii: "\n")) {
            switch String(decoding: line, as: UTF8.self) {
            case "READY=1": isReady = true
            case "WATCHDOG=1": isAlive = true
            case let text where text.hasPrefix("STATUS="):
                let value = line.dropFirst("STATUS=".utf8.count).prefix(Self.longestStatus)
                status = String(decoding: value, as: UTF8.self)
            default: break
            }
        }
    }
}
