import GhostModel
import GhostPatterns

/// Looks for a phrase in the lines of a stream of bytes.
struct PhraseSearch: Sendable {
    private var matcher: RegexMatcher
    /// The line that has not ended yet, as far as it is kept.
    private var line: [UInt8] = []
    private let endsLines: Bool

    /// How much of a line is looked at, in bytes; what is beyond is not.
    static let longestLine = 64 << 10

    /// Compiles a phrase.
    init(_ phrase: LogPhrase) throws(RegexFailure) {
        matcher = try LinearRegex(phrase.regularExpression).makeMatcher()
        switch phrase {
        case .text: endsLines = false
        case .pattern: endsLines = true
        }
    }

    /// Takes bytes in; whether a line matches.
    ///
    /// A text counts as soon as it is there, for instance at the end of a line that was not ended; a pattern may depend on
    /// the end of the line and counts when that has come.
    mutating func take(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            append(rest[..<end])
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            if matches() { return true }
            line.removeAll(keepingCapacity: true)
            rest = rest[(end + 1)...]
        }
        guard !rest.isEmpty else { return false }
        append(rest)
        return !endsLines && matches()
    }

    /// What comes is the beginning of a line.
    mutating func beginLine() {
        line.removeAll(keepingCapacity: true)
    }

    private mutating func append(_ bytes: ArraySlice<UInt8>) {
        line.append(contentsOf: bytes.prefix(Self.longestLine - line.count))
    }

    private mutating func matches() -> Bool {
        let whole = line
        return matcher.matches(whole.span)
    }
}

extension LogPhrase {
    /// The regular expression that finds it.
    var regularExpression: String {
        switch self {
        case .pattern(let pattern): return pattern
        case .text(let text):
            return text.unicodeScalars.map { scalar in
                guard scalar.isASCII, !scalar.properties.isAlphabetic, !("0"..."9" ~= scalar) else {
                    return "\(scalar)"
                }
                let digits = String(scalar.value, radix: 16)
                return "\\x" + (digits.count == 1 ? "0" + digits : digits)
            }.joined()
        }
    }
}
