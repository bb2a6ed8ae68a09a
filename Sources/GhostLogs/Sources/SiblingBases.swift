extension SiblingName {
    /// The names of the logs that a file called `name` may have been put away from.
    static func bases(of name: String) -> [String] {
        let plain = Packing.of(name).plain
        guard mayBePutAway(plain) else { return [] }
        var found: [String] = []
        let dot = plain.lastIndex(of: ".")
        for index in plain.indices where plain[index] == "." || plain[index] == "-" {
            guard index > plain.startIndex else { continue }
            found.append(String(plain[..<index]))
            if let dot, dot > index { found.append(String(plain[..<index] + plain[dot...])) }
        }
        return found.filter { $0 != name && SiblingName(name, of: $0) != nil }
    }

    /// Whether a name has what the names of files that were put away have: a number or `old` behind a separator.
    private static func mayBePutAway(_ name: Substring) -> Bool {
        var isAfterSeparator = false
        for byte in name.utf8 {
            if isAfterSeparator, byte &- 0x30 <= 9 || byte == UInt8(ascii: "o") { return true }
            isAfterSeparator = byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
        }
        return false
    }
}
