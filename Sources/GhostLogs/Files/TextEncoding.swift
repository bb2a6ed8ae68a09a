/// How the text of a file is encoded, as its first bytes tell.
enum TextEncoding: Equatable, Sendable {
    case utf8
    case utf16(ByteOrder)

    /// Which byte of a unit comes first.
    enum ByteOrder: Equatable, Sendable {
        case littleEndian
        case bigEndian
    }

    /// How many bytes are looked at.
    static let sampleBytes = 64
    /// With fewer bytes a file that starts like UTF-16 is awaited.
    static let shortestSample = 4

    /// Judges by a byte order mark, or else by zeros that stand beside letters.
    ///
    /// The two bytes of a mark may be garbage before readable text: then what follows is UTF-8.
    init(first bytes: [UInt8]) {
        let marked: ByteOrder? =
            bytes.starts(with: [0xFF, 0xFE]) ? .littleEndian : bytes.starts(with: [0xFE, 0xFF]) ? .bigEndian : nil
        let sample = bytes.prefix(Self.sampleBytes).dropFirst(marked == nil ? 0 : 2)
        let units = sample.count / 2
        var zeros = (first: 0, second: 0)
        for unit in 0..<units {
            let start = sample.startIndex + unit * 2
            zeros.first += sample[start] == 0 ? 1 : 0
            zeros.second += sample[start + 1] == 0 ? 1 : 0
        }
        switch marked {
        case .littleEndian? where zeros.second > zeros.first, .bigEndian? where zeros.first > zeros.second:
            self = marked.map { .utf16($0) } ?? .utf8
        case let order? where units > 0 && zeros == (0, 0) && !Self.isUTF8(sample): self = .utf16(order)
        case nil where units >= 2 && zeros.first == 0 && zeros.second * 4 >= units * 3: self = .utf16(.littleEndian)
        case nil where units >= 2 && zeros.second == 0 && zeros.first * 4 >= units * 3: self = .utf16(.bigEndian)
        default: self = .utf8
        }
    }

    /// Whether so few bytes may be the beginning of UTF-16, so that more have to be awaited.
    static func isUndecided(_ bytes: [UInt8]) -> Bool {
        guard let first = bytes.first, bytes.count < shortestSample else { return false }
        return first >= 0xFE || bytes.contains(0)
    }

    /// Whether the bytes are UTF-8, not counting a character that may have been cut off at the end.
    private static func isUTF8(_ bytes: ArraySlice<UInt8>) -> Bool {
        (0...3).contains { cut in
            let isStart = cut == 0 || (bytes.suffix(cut).first ?? 0) >= 0xC0
            return isStart && String(validating: bytes.dropLast(cut), as: UTF8.self) != nil
        }
    }
}
