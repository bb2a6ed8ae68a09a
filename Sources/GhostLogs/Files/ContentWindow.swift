/// A stretch of a file's bytes, remembered by its hash: tells a file from another whatever their names and numbers.
struct ContentWindow: Codable, Hashable, Sendable {
    /// The longest stretch that is remembered, in bytes.
    static let longest = 4096

    /// How many bytes it has; 0 says nothing about the file.
    var length: Int
    /// Their hash.
    var hash: UInt64

    /// The stretch without a byte.
    static let empty = ContentWindow(Span<UInt8>())

    /// Remembers `bytes`.
    init(_ bytes: Span<UInt8>) {
        length = bytes.count
        hash = Self.hash(bytes)
    }

    /// The stretch of the first 32, 64, 128 … bytes, by its place in that row.
    init(beginning index: Int, hash: UInt64) {
        length = Self.lengthOfBeginning(index)
        self.hash = hash
    }

    /// How long the first stretches are, by their place in the row: 32, 64, 128 … bytes.
    ///
    /// The shortest holds a line's whole time: fewer bytes are alike in files that have nothing to do with each other.
    static func lengthOfBeginning(_ index: Int) -> Int { 32 << index }

    /// Eight bytes at a time, because windows are hashed at every look.
    ///
    /// The hash is stored: it must never change.
    private static func hash(_ bytes: Span<UInt8>) -> UInt64 {
        let factor: UInt64 = 0x9E37_79B9_7F4A_7C15
        var state = UInt64(truncatingIfNeeded: bytes.count) &* factor
        bytes.withUnsafeBytes { raw in
            var index = 0
            while index + 8 <= raw.count {
                let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                state = mixed(state ^ word, factor)
                index += 8
            }
            var rest: UInt64 = 0
            while index < raw.count {
                rest = rest << 8 | UInt64(raw[index])
                index += 1
            }
            state = mixed(state ^ rest, factor)
        }
        return state
    }

    private static func mixed(_ value: UInt64, _ factor: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: factor)
        return (product.high ^ product.low) &+ factor
    }
}
