/// Gives each distinct name a small number, so that a name seen before costs no allocation.
///
/// Bounded in both directions: names beyond ``capacity`` are refused (and counted by the caller), and of a name longer than
/// ``longestNameBytes`` only the first bytes tell it from others.
struct NameTable: Sendable {
    /// How many names are kept.
    static let capacity = 1000
    /// How much of a name is kept, in bytes.
    static let longestNameBytes = 256

    /// The names as text, by number.
    private(set) var names: [String] = []
    /// The names as bytes, one behind the other, and where each ends.
    ///
    /// Sixteen zeros stand before the first one, so that as many bytes can be loaded up to the end of any.
    private var bytes = [UInt8](repeating: 0, count: 16)
    private var ends = [16]
    /// An open hash table: number + 1, or 0 where free.
    private var slots: [UInt16] = []

    /// The number of `name`, a new one if it is new; nil if there is no room for a new one.
    @inline(__always)
    mutating func number(of line: Span<UInt8>, _ name: Range<Int>) -> Int? {
        let name = name.lowerBound..<Swift.min(name.upperBound, name.lowerBound + Self.longestNameBytes)
        guard !slots.isEmpty else { return insert(line, name, at: -1) }
        let last = line.lastSixteen(of: name)
        var slot = Self.hash(last, name.count) & (slots.count - 1)
        while case let entry = Int(slots[slot]), entry != 0 {
            if matches(entry - 1, line, name, last) { return entry - 1 }
            slot = (slot + 1) & (slots.count - 1)
        }
        return insert(line, name, at: slot)
    }

    /// The bytes of a name.
    func bytes(of number: Int) -> ArraySlice<UInt8> { bytes[ends[number]..<ends[number + 1]] }

    @inline(__always)
    private func matches(_ number: Int, _ line: Span<UInt8>, _ name: Range<Int>, _ last: UInt128) -> Bool {
        let stored = ends[number]..<ends[number + 1]
        let known = bytes.span
        guard stored.count == name.count, known.lastSixteen(of: stored) == last else { return false }
        return name.count <= 16 || known.startsAlike(stored, line, name)
    }

    private mutating func insert(_ line: Span<UInt8>, _ name: Range<Int>, at slot: Int) -> Int? {
        guard names.count < Self.capacity else { return nil }
        for index in name { bytes.append(line[index]) }
        ends.append(bytes.count)
        names.append(line.text(name, longest: Self.longestNameBytes))
        // At most half full, so that a search is short.
        if names.count * 2 > slots.count { rebuildSlots() } else { slots[slot] = UInt16(names.count) }
        return names.count - 1
    }

    private mutating func rebuildSlots() {
        var larger = [UInt16](repeating: 0, count: max(16, slots.count * 2))
        let mask = larger.count - 1
        for number in names.indices {
            let name = ends[number]..<ends[number + 1]
            var slot = Self.hash(bytes.span.lastSixteen(of: name), name.count) & mask
            while larger[slot] != 0 { slot = (slot + 1) & mask }
            larger[slot] = UInt16(number + 1)
        }
        slots = larger
    }

    /// The last bytes and the length tell nearly all names apart.
    @inline(__always)
    private static func hash(_ last: UInt128, _ length: Int) -> Int {
        let (low, high) = (UInt64(truncatingIfNeeded: last), UInt64(truncatingIfNeeded: last >> 64))
        let mixed = (low ^ (high << 31 | high >> 33) ^ UInt64(truncatingIfNeeded: length)) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> 40)
    }
}
