/// JSON as bytes, gathered and handed on in large pieces.
struct JSONBytes {
    /// How much is gathered before it is written, in bytes.
    static let mostGathered = 64 * 1024

    private(set) var bytes: [UInt8] = []

    init() {
        bytes.reserveCapacity(Self.mostGathered + 4096)
    }

    mutating func add(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func add(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func add(quoted text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { escape($0) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Adds any bytes as a JSON string; what is not UTF-8 becomes U+FFFD.
    mutating func add(quoted text: [UInt8]) {
        // Decoding mends what is broken; text without a byte beyond ASCII needs none.
        guard text.allSatisfy({ $0 < 0x80 }) else {
            add(quoted: String(decoding: text, as: UTF8.self))
            return
        }
        bytes.append(UInt8(ascii: "\""))
        text.withUnsafeBufferPointer { escape($0) }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ text: UnsafeBufferPointer<UInt8>) {
        var copied = 0
        for (index, byte) in text.enumerated()
        where byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F {
            bytes.append(contentsOf: text[copied..<index])
            copied = index + 1
            switch byte {
            case UInt8(ascii: "\""): add("\\\"" as StaticString)
            case UInt8(ascii: "\\"): add("\\\\" as StaticString)
            case 0x0A: add("\\n" as StaticString)
            case 0x0D: add("\\r" as StaticString)
            case 0x09: add("\\t" as StaticString)
            default:
                let digits = Array("0123456789abcdef".utf8)
                add("\\u00" as StaticString)
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 0xF)])
            }
        }
        bytes.append(contentsOf: text[copied...])
    }

    /// Hands on what was gathered, if it is enough.
    mutating func flushIfFull() {
        if bytes.count >= Self.mostGathered { flush() }
    }

    mutating func flush() {
        bytes.withUnsafeBytes(Terminal.write)
        bytes.removeAll(keepingCapacity: true)
    }
}
