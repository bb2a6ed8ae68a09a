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
    /// What it says about itself, in `STATUS=`, on one line; empty if it takes back what it said, nil if nothing.
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
                status = Self.harmless(line.dropFirst("STATUS=".utf8.count))
            default: break
            }
        }
    }

    /// The text without what would move a cursor, ring a bell or change the direction of writing, cut between characters.
    private static func harmless(_ bytes: some Sequence<UInt8>) -> String {
        var text = String.UnicodeScalarView()
        var length = 0
        for scalar in String(decoding: Array(bytes), as: UTF8.self).unicodeScalars {
            let safe: Unicode.Scalar =
                switch scalar.value {
                case 0x09: " "
                case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF: "\u{FFFD}"
                default: scalar
                }
            length += UTF8.width(safe)
            guard length <= longestStatus else { break }
            text.append(safe)
        }
        return String(text)
    }
}
