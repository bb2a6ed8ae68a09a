/// The name of a daemon: `[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}`, so that it is safe in a path, a URL and a log line.
///
/// A replica has its number behind it: `worker@2`.
public struct DaemonName: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The name as written.
    public let text: String

    /// The longest name, in bytes.
    public static let longest = 63

    /// Creates a name, or nil if `text` does not have the form.
    public init?(_ text: some StringProtocol) {
        let bytes = text.utf8
        let stem = bytes.prefix { $0 != UInt8(ascii: "@") }
        guard let first = bytes.first, bytes.count <= Self.longest, Self.isWordByte(first),
            stem.allSatisfy({ Self.isWordByte($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") })
        else { return nil }
        let number = bytes.dropFirst(stem.count + 1)
        guard stem.count == bytes.count || Self.isReplicaNumber(number) else { return nil }
        self.text = String(text)
    }

    /// The name of one replica of this daemon; nil if it would be too long.
    public func replica(_ number: Int) -> DaemonName? { DaemonName("\(text)@\(number)") }

    /// The number of a replica; nil for a daemon that is not one.
    public var replicaNumber: Int? { text.lastIndex(of: "@").flatMap { Int(text[text.index(after: $0)...]) } }

    public var description: String { text }

    public static func < (left: DaemonName, right: DaemonName) -> Bool { left.text < right.text }

    /// Whether it is a number from 1 without leading zeros, of at most five digits.
    private static func isReplicaNumber(_ bytes: some Collection<UInt8>) -> Bool {
        (1...5).contains(bytes.count) && bytes.first != UInt8(ascii: "0")
            && bytes.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

extension DaemonName: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let name = DaemonName(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a daemon name: \(text)")
        }
        self = name
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
