/// The path of a request and its query, escaped.
struct RequestPath: Sendable, Hashable {
    private(set) var text: String
    private var mark: Character = "?"

    init(_ path: String) {
        text = path
    }

    /// Adds a parameter; one without a value is left out.
    mutating func add(_ name: String, _ value: String?) {
        guard let value else { return }
        text.append(mark)
        text += "\(name)=\(Self.escaped(value))"
        mark = "&"
    }

    /// The text as it may stand in a query.
    private static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
