/// The secret that lets a request over TCP change something.
public struct AccessToken: Sendable {
    private let secret: [UInt8]

    /// The length of a token, in random bits.
    public static let bits = 256

    /// Takes a token from its text; nil if that is no token: 64 hexadecimal digits.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == Self.bits / 4, bytes.allSatisfy({ Self.digits.contains($0) }) else { return nil }
        secret = bytes
    }

    /// The text of a new token, from the system's own source of randomness.
    public static func newText() -> String {
        var random = SystemRandomNumberGenerator()
        var text = ""
        for _ in 0..<bits / 64 {
            let word = String(random.next() as UInt64, radix: 16)
            text += String(repeating: "0", count: 16 - word.count) + word
        }
        return text
    }

    /// Whether the value of an `Authorization` header shows this token.
    ///
    /// The time it takes depends on the length of what is shown and on nothing else.
    func isShown(by header: String?) -> Bool {
        let scheme = "Bearer "
        guard let header, header.prefix(scheme.count).lowercased() == scheme.lowercased() else { return false }
        let shown = Array(header.dropFirst(scheme.count).utf8)
        var difference = UInt8(shown.count == secret.count ? 0 : 1)
        for index in shown.indices { difference |= shown[index] ^ secret[index % secret.count] }
        return difference == 0
    }

    private static let digits = Array("0123456789abcdef".utf8)
}
