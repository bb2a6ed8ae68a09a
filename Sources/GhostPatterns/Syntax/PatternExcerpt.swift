/// Two lines that show where in a pattern something is wrong.
struct PatternExcerpt {
    /// The widest excerpt, in columns.
    static let widest = 100

    private let text: String
    private let offset: Int

    /// - Parameter offset: where it is wrong, in bytes from the start.
    init(_ text: String, offset: Int) {
        self.text = text
        self.offset = offset
    }

    /// The pattern, or the part of it around the fault, and below it a caret at the fault.
    ///
    /// What a terminal would act on is written as `\u{1B}`; a code point counts as one column.
    var lines: String {
        var columns: [String] = []
        var caret: Int?
        var position = 0
        for scalar in text.unicodeScalars {
            if position >= offset, caret == nil { caret = columns.count }
            position += UTF8.width(scalar)
            columns.append(contentsOf: Self.shown(scalar).map(String.init))
        }
        let fault = caret ?? columns.count
        let start = max(0, min(fault - Self.widest / 2, columns.count - Self.widest))
        let end = min(columns.count, start + Self.widest)
        let before = start > 0 ? "…" : ""
        let after = end < columns.count ? "…" : ""
        let indent = String(repeating: " ", count: fault - start + before.count)
        return before + columns[start..<end].joined() + after + "\n" + indent + "^"
    }

    private static func shown(_ scalar: Unicode.Scalar) -> String {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator:
            "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
        default: String(Character(scalar))
        }
    }
}
