/// Reads a pattern code point by code point, and knows where it is in bytes.
struct PatternReader {
    private let scalars: [Unicode.Scalar]
    private var index = 0
    /// How many bytes of the pattern have been read.
    private(set) var offset = 0

    init(_ pattern: String) { scalars = Array(pattern.unicodeScalars) }

    /// What comes next, if anything.
    var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    var isAtEnd: Bool { index == scalars.count }

    /// What comes `distance` after the next.
    func peek(_ distance: Int) -> Unicode.Scalar? {
        index + distance < scalars.count ? scalars[index + distance] : nil
    }

    @discardableResult
    mutating func take() -> Unicode.Scalar? {
        guard let scalar = next else { return nil }
        index += 1
        offset += UTF8.width(scalar)
        return scalar
    }

    /// Reads `text` if it comes next.
    mutating func take(_ text: String) -> Bool {
        let wanted = Array(text.unicodeScalars)
        guard scalars[index...].starts(with: wanted) else { return false }
        for _ in wanted { take() }
        return true
    }

    /// Reads as long as `isWanted`.
    mutating func take(while isWanted: (Unicode.Scalar) -> Bool) -> String {
        var text = ""
        while let scalar = next, isWanted(scalar) {
            text.unicodeScalars.append(scalar)
            take()
        }
        return text
    }

    /// Goes back to an earlier state.
    mutating func rewind(to earlier: PatternReader) { self = earlier }
}

extension Unicode.Scalar {
    var isASCIIDigit: Bool { ("0"..."9").contains(self) }

    var isASCIILetter: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) }

    var isHexadecimal: Bool { isASCIIDigit || ("a"..."f").contains(self) || ("A"..."F").contains(self) }
}
