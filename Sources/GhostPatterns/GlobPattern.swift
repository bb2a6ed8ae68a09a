/// A file name pattern as shells have it.
///
/// `*` matches any part of a name and `?` one character, neither of them a slash; `[a-z]` and `[!a-z]` match one character
/// in or not in a set, `{a,b}` either of several, `**` any number of whole folders. A backslash takes the next character
/// as it is. A name that begins with a dot is matched only where the dot is written. The same machinery as of
/// ``LinearRegex`` does the matching: it takes time proportional to the two lengths at the very worst.
public struct GlobPattern: Sendable {
    /// The longest pattern, in bytes of UTF-8.
    public static let longestPatternBytes = 4096
    /// How deep braces may be nested.
    public static let deepestNesting = 16

    /// The pattern as it was written.
    public let text: String
    /// The longest leading folder without a wildcard, without a slash at its end; empty if there is none.
    ///
    /// Everything that the pattern can match is below it. Backslashes are taken off.
    public let fixedFolder: String
    /// Whether it matches in folders of any depth, because of `**`.
    public let isRecursive: Bool
    private let program: RegexProgram

    /// Reads a pattern.
    public init(_ text: String) throws(GlobFailure) {
        var parser = GlobParser(text)
        let node = try parser.parse()
        self.text = text
        fixedFolder = parser.fixedFolder
        isRecursive = parser.isRecursive
        do throws(RegexCompiler.Overflow) {
            program = try RegexProgram(node, groupCount: 0, limits: RegexLimits())
        } catch {
            throw GlobFailure(reason: .tooLarge, pattern: text, offset: error.offset)
        }
    }

    /// Whether the pattern matches the whole path.
    public func matches(_ path: String) -> Bool { matches(Array(path.utf8).span) }

    /// The same for the bytes of a path, which need not be valid UTF-8.
    public func matches(_ path: Span<UInt8>) -> Bool { work(on: path).isMatch }

    /// Whether it matches, and how many instructions that took.
    func work(on path: Span<UInt8>) -> (isMatch: Bool, work: Int) {
        var matcher = RegexMatcher(program)
        // The automaton would not have paid for itself by the end of one path.
        let isMatch = matcher.find(
            in: path,
            from: 0,
            by: Backtracker.fits(program, path.count) ? .backtracker : .pike
        )
        return (isMatch, matcher.work)
    }
}

extension GlobPattern: Equatable {
    public static func == (left: GlobPattern, right: GlobPattern) -> Bool { left.text == right.text }
}

extension GlobPattern: CustomStringConvertible {
    public var description: String { text }
}
