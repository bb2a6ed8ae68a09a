/// Text as a sequence of symbols.
extension Span<UInt8> {
    /// The symbol that starts at `position`, and how many bytes it has.
    ///
    /// Follows table 3-7 of the Unicode Standard: a byte that starts no well-formed sequence is a symbol of its own.
    @inline(__always)
    func symbol(at position: Int) -> (symbol: UInt32, width: Int) {
        let lead = self[unchecked: position]
        if lead < 0x80 { return (UInt32(lead), 1) }
        return longSymbol(lead, at: position)
    }

    @inline(never)
    private func longSymbol(_ lead: UInt8, at position: Int) -> (symbol: UInt32, width: Int) {
        let lone = (symbol: SymbolSet.firstLoneByte + UInt32(lead), width: 1)
        let left = count - position
        guard lead >= 0xC2, lead <= 0xF4, left >= 2 else { return lone }
        let second = self[unchecked: position + 1]
        guard second & 0xC0 == 0x80 else { return lone }
        if lead < 0xE0 { return (UInt32(lead & 0x1F) << 6 | UInt32(second & 0x3F), 2) }
        guard left >= 3 else { return lone }
        let third = self[unchecked: position + 2]
        guard third & 0xC0 == 0x80 else { return lone }
        if lead < 0xF0 {
            let value = UInt32(lead & 0x0F) << 12 | UInt32(second & 0x3F) << 6 | UInt32(third & 0x3F)
            return value < 0x800 || value & 0xF800 == 0xD800 ? lone : (value, 3)
        }
        guard left >= 4 else { return lone }
        let fourth = self[unchecked: position + 3]
        guard fourth & 0xC0 == 0x80 else { return lone }
        let high = UInt32(lead & 0x07) << 18 | UInt32(second & 0x3F) << 12
        let value = high | UInt32(third & 0x3F) << 6 | UInt32(fourth & 0x3F)
        return value < 0x1_0000 || value > 0x10_FFFF ? lone : (value, 4)
    }

    /// The first place at or after `position` that is not inside a symbol.
    func symbolBoundary(from position: Int) -> Int {
        guard position < count, self[position] & 0xC0 == 0x80 else { return position }
        for start in stride(from: position - 1, through: Swift.max(0, position - 3), by: -1) {
            let end = start + symbol(at: start).width
            if end > position { return end }
        }
        return position
    }
}
