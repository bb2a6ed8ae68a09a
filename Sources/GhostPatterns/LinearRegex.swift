/// A regular expression over bytes that cannot run away.
///
/// Matching takes time proportional to the length of the text times the size of the pattern at the very worst, whatever
/// both are, and memory that the pattern bounds. The price is that look-around and references back are refused. What it
/// understands, and where it differs from others, is in `docs/patterns.md`.
///
/// Whoever matches more than one line makes a ``RegexMatcher`` once and keeps it.
public struct LinearRegex: Sendable {
    /// The longest pattern, in bytes of UTF-8.
    public static let longestPatternBytes = 4096
    /// The most instructions of a compiled pattern, after repetitions have been written out.
    public static let mostInstructions = 10_000
    /// The most capturing groups.
    public static let mostGroups = 100
    /// How deep groups may be nested.
    public static let deepestNesting = 100
    /// The largest number in braces.
    public static let mostRepetitions = 1000

    /// The pattern as it was written.
    public let pattern: String
    /// The names of the groups by number; number 0 is the whole match and has none.
    public let captureNames: [String?]
    let program: RegexProgram

    /// Reads and compiles a pattern.
    public init(_ pattern: String) throws(RegexFailure) {
        var parser = RegexParser(pattern)
        let node = try parser.parse()
        self.pattern = pattern
        captureNames = parser.names
        do throws(RegexCompiler.Overflow) {
            program = try RegexProgram(node, groupCount: parser.names.count - 1, limits: RegexLimits())
        } catch {
            throw RegexFailure(reason: .tooLarge, pattern: pattern, offset: error.offset)
        }
    }

    /// The number of the group with this name.
    public func groupNumber(named name: String) -> Int? { captureNames.firstIndex(of: name) }

    /// What matching works with; make it once, use it for many lines.
    public func makeMatcher() -> RegexMatcher { RegexMatcher(program) }

    /// The leftmost match that starts at or after `start`, by group number; `nil` if there is none.
    ///
    /// A group that took no part in the match is `nil` inside the array. `^` matches at the start of the line only,
    /// wherever the search starts, and `\b` sees what stands before it.
    public func firstMatch(in line: Span<UInt8>, from start: Int = 0) -> [Range<Int>?]? {
        var matcher = makeMatcher()
        guard matcher.find(in: line, from: start) else { return nil }
        return captureNames.indices.map { matcher.range(of: $0) }
    }

    /// Whether the pattern matches anywhere in the line.
    public func matches(_ line: Span<UInt8>) -> Bool {
        var matcher = makeMatcher()
        return matcher.matches(line)
    }
}
