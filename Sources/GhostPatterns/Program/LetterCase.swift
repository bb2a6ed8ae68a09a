extension SymbolSet {
    /// This set with each letter's other case.
    ///
    /// ASCII letters keep to ASCII: `k` does not match the Kelvin sign, though the Kelvin sign matches `k`.
    var ignoringCase: SymbolSet {
        var parts = ranges
        for range in ranges {
            for block in Self.blocksWithCase where range.overlaps(block) {
                for symbol in range.clamped(to: block) {
                    parts.append(contentsOf: Self.otherCases(of: symbol).map { $0...$0 })
                }
            }
        }
        return SymbolSet(parts)
    }

    /// Where Unicode has letters of two cases: only these are looked at one by one.
    private static let blocksWithCase: [ClosedRange<UInt32>] = [
        0x0041...0x005A, 0x0061...0x007A, 0x00B5...0x0587, 0x10A0...0x10FF, 0x13A0...0x13FF, 0x1C80...0x1CBF,
        0x1D79...0x1D8E, 0x1E00...0x1FFF, 0x2126...0x2188, 0x24B6...0x24E9, 0x2C00...0x2D2D, 0xA640...0xA69B,
        0xA722...0xA7FF, 0xAB53...0xABBF, 0xFF21...0xFF5A, 0x1_0400...0x1_05BC, 0x1_0C80...0x1_0CF2,
        0x1_18A0...0x1_18DF, 0x1_6E40...0x1_6E7F, 0x1_E900...0x1_E943,
    ]

    private static func otherCases(of symbol: UInt32) -> [UInt32] {
        guard let scalar = Unicode.Scalar(symbol) else { return [] }
        if scalar.isASCII { return [symbol ^ 0x20] }
        var found: Set<UInt32> = []
        for one in [lower(scalar), upper(scalar)] {
            found.formUnion([one.value, lower(one).value, upper(one).value])
        }
        found.remove(symbol)
        return Array(found)
    }

    /// Mappings to more than one code point are left out: ß stays ß.
    private static func lower(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        single(scalar.properties.lowercaseMapping) ?? scalar
    }

    private static func upper(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        single(scalar.properties.uppercaseMapping) ?? scalar
    }

    private static func single(_ text: String) -> Unicode.Scalar? {
        text.unicodeScalars.count == 1 ? text.unicodeScalars.first : nil
    }
}
