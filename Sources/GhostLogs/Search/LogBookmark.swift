/// A place in one or several logs, as a text that is handed out and comes back.
///
/// A file is known by its first bytes and its number, not by its name, so a bookmark survives rotation and compression. The
/// bookmark of a page names a place in every log; that of a line names the line and its time, by which the other logs are
/// entered.
public struct LogBookmark: Hashable, Sendable {
    /// The most logs that one bookmark has places in.
    public static let mostPlaces = 256
    /// The longest text that is read, in bytes.
    public static let longestText = 16 * 1024
    /// How many of a file's first bytes are remembered at most.
    static let longestHead = 256
    /// How many bytes before a place are enough to tell the file: a line's whole time.
    static let shortestHead: Int64 = 24
    /// How many bytes before a place are remembered at most.
    static let longestTrail = 32
    /// The version that is written; those of version 1, which know no trails, are read as well.
    static let version: UInt8 = 2

    enum Kind: Hashable, Sendable {
        /// A place in each log; logs that came later are entered at the time, in milliseconds since 1970.
        case page(time: Int64)
        /// The line at the only place, and its time in milliseconds since 1970; nil if it has none.
        case line(time: Int64?)
    }

    /// A place in one log.
    struct Place: Hashable, Sendable {
        /// ``SearchedLog/tag``.
        var log: UInt32
        /// How many of the file's first bytes ``headHash`` is about.
        var headLength: Int
        var headHash: UInt32
        /// Tells the file's number from others; it changes when the file is compressed.
        var file: UInt16
        /// Where in its text, in bytes.
        var offset: Int64
        /// What stands before the place: files may begin alike, and one file may be written anew.
        var trail = Trail.unknown
    }

    /// The bytes before a place, by their hash.
    struct Trail: Hashable, Sendable {
        /// How many of them are known.
        var length: UInt8
        var hash: UInt32

        /// Nothing is known of what stands there.
        static let unknown = Trail(length: 0, hash: 0)
    }

    var kind: Kind
    var places: [Place]

    init(_ kind: Kind, _ places: [Place]) {
        self.kind = kind
        self.places = places
    }

    /// The bookmark as letters, digits, `-` and `_`.
    public var text: String {
        var bytes: [UInt8] = [Self.version]
        switch kind {
        case .page(let time):
            bytes.append(0)
            bytes.append(fixed: UInt64(bitPattern: time), 8)
        case .line(nil): bytes.append(1)
        case .line(let time?):
            bytes.append(2)
            bytes.append(fixed: UInt64(bitPattern: time), 8)
        }
        bytes.append(varint: UInt64(places.count))
        for place in places {
            bytes.append(fixed: UInt64(place.log), 4)
            bytes.append(varint: UInt64(place.headLength))
            bytes.append(fixed: UInt64(place.headHash), 4)
            bytes.append(fixed: UInt64(place.file), 2)
            bytes.append(varint: UInt64(max(0, place.offset)))
            bytes.append(place.trail.length)
            bytes.append(fixed: UInt64(place.trail.hash), 4)
        }
        bytes.append(fixed: Self.sum(bytes), 4)
        return Base64Letters.text(of: bytes)
    }

    /// Reads a bookmark; nil if the text is none, or was altered.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count <= Self.longestText, let bytes = Base64Letters.bytes(of: text), bytes.count > 6 else {
            return nil
        }
        var sum = BookmarkBytes(Array(bytes.suffix(4)))
        let content = Array(bytes.dropLast(4))
        guard sum.fixed(4) == Self.sum(content) else { return nil }
        var reader = BookmarkBytes(content)
        guard let version = reader.fixed(1), (1...UInt64(Self.version)).contains(version) else { return nil }
        switch reader.fixed(1) {
        case 0:
            guard let time = reader.fixed(8) else { return nil }
            kind = .page(time: Int64(bitPattern: time))
        case 1: kind = .line(time: nil)
        case 2:
            guard let time = reader.fixed(8) else { return nil }
            kind = .line(time: Int64(bitPattern: time))
        default: return nil
        }
        guard let count = reader.varint(), count <= UInt64(Self.mostPlaces) else { return nil }
        places = []
        for _ in 0..<count {
            guard let log = reader.fixed(4), let headLength = reader.varint(), headLength <= UInt64(Self.longestHead),
                let headHash = reader.fixed(4), let file = reader.fixed(2), let offset = reader.varint(),
                offset <= UInt64(Int64.max)
            else { return nil }
            var trail = Trail.unknown
            if version > 1 {
                guard let read = reader.trail() else { return nil }
                trail = read
            }
            places.append(
                Place(
                    log: UInt32(truncatingIfNeeded: log),
                    headLength: Int(headLength),
                    headHash: UInt32(truncatingIfNeeded: headHash),
                    file: UInt16(truncatingIfNeeded: file),
                    offset: Int64(offset),
                    trail: trail
                )
            )
        }
        guard reader.isAtEnd else { return nil }
        if case .line = kind, places.count != 1 { return nil }
    }

    /// Notices a text that was cut or mistyped; no protection, since whoever may search may also name any place.
    private static func sum(_ bytes: [UInt8]) -> UInt64 { ContentWindow(bytes.span).hash >> 32 }
}

extension [UInt8] {
    /// Adds the lowest bytes of a number, lowest first.
    fileprivate mutating func append(fixed value: UInt64, _ count: Int) {
        for index in 0..<count { append(UInt8(truncatingIfNeeded: value >> UInt64(8 * index))) }
    }

    fileprivate mutating func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }
}

/// Reads what a bookmark is made of.
private struct BookmarkBytes {
    private let bytes: [UInt8]
    private var index = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { index == bytes.count }

    mutating func fixed(_ count: Int) -> UInt64? {
        guard bytes.count - index >= count else { return nil }
        defer { index += count }
        return (0..<count).reduce(0) { $0 | UInt64(bytes[index + $1]) << UInt64(8 * $1) }
    }

    mutating func trail() -> LogBookmark.Trail? {
        guard let length = fixed(1), let hash = fixed(4), length <= UInt64(LogBookmark.longestTrail) else { return nil }
        return LogBookmark.Trail(length: UInt8(truncatingIfNeeded: length), hash: UInt32(truncatingIfNeeded: hash))
    }

    mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 63, by: 7) {
            guard let byte = fixed(1) else { return nil }
            value |= (byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }
}

/// Base 64 with letters that need no escaping in addresses and headers, without padding (RFC 4648, section 5).
private enum Base64Letters {
    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    static func text(of bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 4 / 3 + 3)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            bits <<= UInt32(8 * (3 - group.count))
            for place in 0...group.count { text.append(letters[Int(bits >> UInt32(18 - 6 * place) & 63)]) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    static func bytes(of text: some StringProtocol) -> [UInt8]? {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for letter in text.utf8 {
            guard let value = value(of: letter) else { return nil }
            bits = bits << 6 | value
            count += 1
            guard count == 4 else { continue }
            bytes += [UInt8(truncatingIfNeeded: bits >> 16), UInt8(truncatingIfNeeded: bits >> 8)]
            bytes.append(UInt8(truncatingIfNeeded: bits))
            (bits, count) = (0, 0)
        }
        switch count {
        case 0: break
        case 2: bytes.append(UInt8(truncatingIfNeeded: bits >> 4))
        case 3: bytes += [UInt8(truncatingIfNeeded: bits >> 10), UInt8(truncatingIfNeeded: bits >> 2)]
        default: return nil
        }
        return bytes
    }

    private static func value(of letter: UInt8) -> UInt32? {
        switch letter {
        case 0x41...0x5A: UInt32(letter - 0x41)
        case 0x61...0x7A: UInt32(letter - 0x61 + 26)
        case 0x30...0x39: UInt32(letter - 0x30 + 52)
        case 0x2D: 62
        case 0x5F: 63
        default: nil
        }
    }
}
