/// Reads a file name pattern into the tree of a regular expression.
struct GlobParser {
    /// What the pattern has before its first wildcard, backslashes taken off.
    private var fixedText = ""
    private(set) var isRecursive = false
    private let pattern: String
    private var reader: PatternReader
    private var depth = 0
    private var phase = Phase.fixed

    private enum Phase {
        /// No wildcard has come yet.
        case fixed
        case afterWildcard
    }

    private static let slash = SymbolSet(0x2F)
    private static let notSlash = SymbolSet(0x2F).inverted

    init(_ pattern: String) {
        self.pattern = pattern
        reader = PatternReader(pattern)
    }

    /// The folder that everything is in.
    var fixedFolder: String {
        guard let slash = fixedText.utf8.lastIndex(of: 0x2F) else { return "" }
        let folder = fixedText[..<slash]
        return folder.isEmpty ? "/" : String(folder)
    }

    /// Reads the whole pattern, which matches whole paths only.
    mutating func parse() throws(GlobFailure) -> RegexNode {
        guard !pattern.isEmpty else { throw failure(.empty, at: 0) }
        guard pattern.utf8.count <= GlobPattern.longestPatternBytes else {
            throw failure(.tooLong(bytes: pattern.utf8.count), at: GlobPattern.longestPatternBytes)
        }
        var parts: [RegexNode] = [.look(.textStart)]
        while let scalar = reader.next {
            if scalar == "*", reader.peek(1) == "*" {
                parts.append(try folders())
            } else {
                parts.append(try one())
            }
        }
        parts.append(.look(.textEnd))
        return .sequence(parts)
    }

    private func failure(_ reason: GlobFailure.Reason, at offset: Int) -> GlobFailure {
        GlobFailure(reason: reason, pattern: pattern, offset: offset)
    }

    /// Reads `**` and the slash behind it.
    private mutating func folders() throws(GlobFailure) -> RegexNode {
        let start = reader.offset
        let isAtStart =
            start == 0 || pattern.utf8[pattern.utf8.index(pattern.utf8.startIndex, offsetBy: start - 1)] == 0x2F
        reader.take()
        reader.take()
        guard isAtStart, reader.isAtEnd || reader.next == "/" else { throw failure(.foldersInsideName, at: start) }
        isRecursive = true
        phase = .afterWildcard
        let name = RegexNode.sequence([.look(.notHidden), Self.repeated(.symbols(Self.notSlash), least: 1)])
        let inside = Self.repeated(.sequence([name, .symbols(Self.slash)]), least: 0)
        // At the end it means everything below, so at least one name.
        guard reader.take("/") else { return .sequence([inside, name]) }
        return inside
    }

    /// Reads one character, wildcard, set, or pair of braces.
    private mutating func one() throws(GlobFailure) -> RegexNode {
        let start = reader.offset
        guard let scalar = reader.take() else { return .empty }
        switch scalar {
        case "*":
            // Several are one inside braces, where ** has no meaning, and are refused elsewhere.
            if reader.next == "*" { throw failure(depth > 0 ? .foldersInBraces : .foldersInsideName, at: start) }
            phase = .afterWildcard
            return .sequence([.look(.notHidden), Self.repeated(.symbols(Self.notSlash), least: 0)])
        case "?":
            phase = .afterWildcard
            return .sequence([.look(.notHidden), .symbols(Self.notSlash)])
        case "[":
            phase = .afterWildcard
            return .sequence([.look(.notHidden), .symbols(try set(start))])
        case "{":
            phase = .afterWildcard
            return try braces(start)
        case "\\":
            guard let escaped = reader.take() else { throw failure(.unfinishedEscape, at: start) }
            return literal(escaped)
        default: return literal(scalar)
        }
    }

    private mutating func literal(_ scalar: Unicode.Scalar) -> RegexNode {
        if phase == .fixed { fixedText.unicodeScalars.append(scalar) }
        return .symbols(SymbolSet(scalar.value))
    }

    private static func repeated(_ node: RegexNode, least: Int) -> RegexNode {
        .repeated(node, RegexNode.Repetition(least: least, most: nil, preference: .more, offset: 0))
    }

    /// Reads alternatives behind their brace.
    private mutating func braces(_ start: Int) throws(GlobFailure) -> RegexNode {
        guard depth < GlobPattern.deepestNesting else { throw failure(.nestedTooDeep, at: start) }
        depth += 1
        var branches: [RegexNode] = []
        var parts: [RegexNode] = []
        while true {
            guard let next = reader.next else { throw failure(.bracesNotClosed, at: start) }
            switch next {
            case "}":
                reader.take()
                depth -= 1
                return .alternatives(branches + [.sequence(parts)])
            case ",":
                reader.take()
                branches.append(.sequence(parts))
                parts = []
            default: parts.append(try one())
            }
        }
    }

    /// Reads a set behind its bracket; a bracket that comes first is one of its characters.
    private mutating func set(_ start: Int) throws(GlobFailure) -> SymbolSet {
        let isInverted = reader.take("!") || reader.take("^")
        var ranges: [ClosedRange<UInt32>] = []
        while ranges.isEmpty || reader.next != "]" {
            let itemStart = reader.offset
            let low = try setCharacter(start)
            guard reader.next == "-", let after = reader.peek(1), after != "]" else {
                ranges.append(low...low)
                continue
            }
            reader.take()
            let high = try setCharacter(start)
            guard low <= high else { throw failure(.setBackwards, at: itemStart) }
            ranges.append(low...high)
        }
        reader.take()
        let set = SymbolSet(ranges)
        // A range may run over the slash, but does not match it.
        let matched = isInverted ? set.union(Self.slash).inverted : set
        return matched.contains(0x2F) ? SymbolSet(matched.inverted.ranges + Self.slash.ranges).inverted : matched
    }

    private mutating func setCharacter(_ start: Int) throws(GlobFailure) -> UInt32 {
        let itemStart = reader.offset
        guard let scalar = reader.take() else { throw failure(.setNotClosed, at: start) }
        if scalar == "/" { throw failure(.slashInSet, at: itemStart) }
        guard scalar == "\\" else { return scalar.value }
        guard let escaped = reader.take() else { throw failure(.setNotClosed, at: start) }
        return escaped.value
    }
}
