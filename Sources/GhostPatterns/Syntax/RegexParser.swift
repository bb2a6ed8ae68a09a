/// Reads a regular expression into a tree.
struct RegexParser {
    /// The names of the groups by number; 0 is the whole match.
    private(set) var names: [String?] = [nil]
    var reader: PatternReader
    private let pattern: String
    private var flags = Flags()
    private var depth = 0

    /// What `(?i)`, `(?s)` and `(?m)` change.
    private struct Flags {
        var casing = LetterCasing.exact
        var dot = SymbolSet.lineFeed.inverted
        var start = Look.textStart
        var end = Look.textEnd
    }

    init(_ pattern: String) {
        self.pattern = pattern
        reader = PatternReader(pattern)
    }

    /// Reads the whole pattern.
    mutating func parse() throws(RegexFailure) -> RegexNode {
        guard pattern.utf8.count <= LinearRegex.longestPatternBytes else {
            throw failure(.tooLong(bytes: pattern.utf8.count), at: LinearRegex.longestPatternBytes)
        }
        let node = try alternatives()
        guard reader.isAtEnd else { throw failure(.groupNotOpened, at: reader.offset) }
        return node
    }

    func failure(_ reason: RegexFailure.Reason, at offset: Int) -> RegexFailure {
        RegexFailure(reason: reason, pattern: pattern, offset: offset)
    }

    /// Reads up to the end of the group or of the pattern.
    private mutating func alternatives() throws(RegexFailure) -> RegexNode {
        var branches: [RegexNode] = []
        var parts: [RegexNode] = []
        while let next = reader.next, next != ")" {
            if reader.take("|") {
                branches.append(Self.sequence(parts))
                parts = []
            } else {
                parts.append(try repeated())
            }
        }
        guard !branches.isEmpty else { return Self.sequence(parts) }
        return .alternatives(branches + [Self.sequence(parts)])
    }

    private static func sequence(_ parts: [RegexNode]) -> RegexNode {
        if parts.count == 1, let part = parts.first { return part }
        return parts.isEmpty ? .empty : .sequence(parts)
    }

    /// Reads one thing and how often it may stand.
    private mutating func repeated() throws(RegexFailure) -> RegexNode {
        let node = try atom()
        let offset = reader.offset
        guard let counts = try repetition() else { return node }
        let preference: RegexNode.Preference = reader.take("?") ? .fewer : .more
        let second = reader
        if reader.take("+") { throw failure(.possessive, at: second.offset) }
        if reader.next == "*" || reader.next == "?" { throw failure(.repeatedTwice, at: second.offset) }
        if try repetition() != nil { throw failure(.repeatedTwice, at: second.offset) }
        return .repeated(
            node,
            RegexNode.Repetition(least: counts.least, most: counts.most, preference: preference, offset: offset)
        )
    }

    /// Reads `*`, `+`, `?` or numbers in braces, if one comes next.
    private mutating func repetition() throws(RegexFailure) -> (least: Int, most: Int?)? {
        if reader.take("*") { return (0, nil) }
        if reader.take("+") { return (1, nil) }
        if reader.take("?") { return (0, 1) }
        guard reader.next == "{", let following = reader.peek(1) else { return nil }
        let start = reader.offset
        if following == ",", reader.peek(2)?.isASCIIDigit == true { throw failure(.repetitionWithoutLeast, at: start) }
        // Any other brace is a character, as in the JSON of many logs.
        guard following.isASCIIDigit else { return nil }
        reader.take()
        let least = try count()
        var most: Int? = least
        if reader.take(",") { most = reader.next?.isASCIIDigit == true ? try count() : nil }
        guard reader.take("}") else { throw failure(.repetitionNotClosed, at: start) }
        if let most, most < least { throw failure(.repetitionBackwards, at: start) }
        return (least, most)
    }

    private mutating func count() throws(RegexFailure) -> Int {
        let start = reader.offset
        let digits = reader.take(while: \.isASCIIDigit)
        guard let count = Int(digits), count <= LinearRegex.mostRepetitions else {
            throw failure(.repeatedTooOften, at: start)
        }
        return count
    }

    /// Reads one thing that can be repeated.
    private mutating func atom() throws(RegexFailure) -> RegexNode {
        let start = reader.offset
        if let following = reader.peek(1), reader.next == "{", following.isASCIIDigit {
            throw failure(.nothingToRepeat, at: start)
        }
        guard let scalar = reader.take() else { return .empty }
        switch scalar {
        case "(": return try group(start)
        case "[": return .symbols(try characterClass(start))
        case ".": return .symbols(flags.dot)
        case "^": return .look(flags.start)
        case "$": return .look(flags.end)
        case "*", "+", "?": throw failure(.nothingToRepeat, at: start)
        case "\\": return try escape(start)
        default: return literal(SymbolSet(scalar.value))
        }
    }

    private func literal(_ set: SymbolSet) -> RegexNode { .symbols(cased(set)) }

    /// The set with both cases of its letters, if `(?i)` holds.
    func cased(_ set: SymbolSet) -> SymbolSet {
        switch flags.casing {
        case .exact: set
        case .ignoringCase: set.ignoringCase
        }
    }

    private mutating func escape(_ start: Int) throws(RegexFailure) -> RegexNode {
        switch reader.next {
        case "b": return look(.wordBoundary)
        case "B": return look(.noWordBoundary)
        case "A": return look(.textStart)
        case "z", "Z": return look(.textEnd)
        default: return literal(try escapedSet(start))
        }
    }

    private mutating func look(_ look: Look) -> RegexNode {
        reader.take()
        return .look(look)
    }

    /// Reads a group behind its parenthesis, or flags for the rest of the one around.
    private mutating func group(_ start: Int) throws(RegexFailure) -> RegexNode {
        guard depth < LinearRegex.deepestNesting else { throw failure(.nestedTooDeep, at: start) }
        let around = flags
        var number: Int?
        if reader.take("?") {
            for text in ["=", "!", "<=", "<!"] where reader.take(text) { throw failure(.lookAround, at: start) }
            if reader.take("P=") || reader.take("P>") { throw failure(.backReference, at: start) }
            if reader.take("P<") || reader.take("<") {
                number = try open(name: try groupName(), start)
            } else if !reader.take(":") {
                try readFlags(start)
                if reader.take(")") { return .empty }
                guard reader.take(":") else { throw failure(.groupNotClosed, at: start) }
            }
        } else {
            number = try open(name: nil, start)
        }
        depth += 1
        let inner = try alternatives()
        depth -= 1
        guard reader.take(")") else { throw failure(.groupNotClosed, at: start) }
        flags = around
        return number.map { .group(inner, number: $0) } ?? inner
    }

    private mutating func open(name: String?, _ start: Int) throws(RegexFailure) -> Int {
        guard names.count <= LinearRegex.mostGroups else { throw failure(.tooManyGroups, at: start) }
        names.append(name)
        return names.count - 1
    }

    private mutating func groupName() throws(RegexFailure) -> String {
        let start = reader.offset
        let name = reader.take { $0.isASCIILetter || $0.isASCIIDigit || $0 == "_" }
        guard let first = name.unicodeScalars.first, !first.isASCIIDigit, reader.take(">") else {
            throw failure(.wrongName, at: start)
        }
        guard !names.contains(name) else { throw failure(.nameTwice(name), at: start) }
        return name
    }

    /// Reads letters up to `:` or `)`; those behind a minus are switched off.
    private mutating func readFlags(_ start: Int) throws(RegexFailure) {
        guard let first = reader.next, first.isASCIILetter || first == "-" else {
            throw failure(.unknownGroup, at: start)
        }
        var isOn = true
        while let flag = reader.next, flag != ":", flag != ")" {
            switch flag {
            case "-" where isOn: isOn = false
            case "i": flags.casing = isOn ? .ignoringCase : .exact
            case "s": flags.dot = isOn ? .all : SymbolSet.lineFeed.inverted
            case "m": (flags.start, flags.end) = isOn ? (.lineStart, .lineEnd) : (.textStart, .textEnd)
            default: throw failure(.unknownFlag(String(flag)), at: reader.offset)
            }
            reader.take()
        }
    }
}
