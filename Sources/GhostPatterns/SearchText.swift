/// Text to look for in lines, as people type it: large and small letters are the same.
///
/// Only the letters A to Z are folded; bytes of other characters have to be equal. Nothing is allocated while searching,
/// and invalid UTF-8 is searched like any other bytes.
public struct SearchText: Sendable {
    /// The longest text to look for, in bytes; what is longer is cut off there, between two characters.
    public static let longestBytes = 1024

    /// What is looked for.
    public let text: String
    private let finder: LiteralFinder

    /// Creates a search; the empty text is in every line.
    public init(_ text: String) {
        var kept = text
        if text.utf8.count > Self.longestBytes {
            let cut = text.utf8.index(text.utf8.startIndex, offsetBy: Self.longestBytes)
            var scalars = String.UnicodeScalarView()
            for index in text.unicodeScalars.indices where text.unicodeScalars.index(after: index) <= cut {
                scalars.append(text.unicodeScalars[index])
            }
            kept = String(scalars)
        }
        self.text = kept
        let bytes = Array(kept.utf8)
        let hasLetters = bytes.contains { $0.lowercasedASCII != $0.uppercasedASCII }
        finder = LiteralFinder(bytes, hasLetters ? .ignoringCase : .exact)
    }

    /// Where the text stands first at or after `start`, in bytes.
    public func firstRange(in line: Span<UInt8>, from start: Int = 0) -> Range<Int>? {
        guard start >= 0, let place = finder.find(in: line, from: start) else { return nil }
        return place..<(place + finder.literal.count)
    }

    /// Whether the text stands anywhere in the line.
    public func matches(_ line: Span<UInt8>) -> Bool { finder.find(in: line) != nil }
}
