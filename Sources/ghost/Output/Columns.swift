/// How wide text is on a terminal: East Asian characters and pictures take two columns each.
enum Columns {
    static func count(of text: String) -> Int {
        text.utf8.allSatisfy { $0 < 0x80 } ? text.utf8.count : text.reduce(0) { $0 + count(of: $1) }
    }

    /// A character is as wide as what it begins with; whatever is combined with that takes no place of its own.
    private static func count(of character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        // A sign that can be text is a picture when it is asked to be.
        if character.unicodeScalars.contains("\u{FE0F}") { return 2 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: return isWide(scalar) ? 2 : 1
        }
    }

    /// Whether it is wide by itself (Unicode Standard Annex 11), as terminals see it.
    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.properties.isEmojiPresentation { return true }
        return switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
