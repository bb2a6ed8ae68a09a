/// Bytes that every match of a pattern must contain: a line without them needs no further look.
struct RequiredLiterals: Sendable {
    /// How far the literals tell about a match.
    enum Meaning: Sendable {
        /// Nothing is known.
        case none
        /// The pattern is this literal and nothing else: where it is found, the pattern matches.
        case whole
        /// Every match starts with the literal.
        case prefix
        /// Every match has the literal somewhere.
        case inside
        /// The pattern is one of several literals and nothing else.
        case wholeSet(LiteralSetFinder)
        /// Every match starts with one of several literals.
        case prefixSet(LiteralSetFinder)
    }

    let meaning: Meaning
    let finder: LiteralFinder

    init(of node: RegexNode, groupCount: Int) {
        let exact = Self.gather(node, .exact)
        let folded = Self.gather(node, .ignoringCase)
        // Looking for both cases costs more, so it has to tell more.
        let (chosen, casing) =
            folded.best.count > exact.best.count
            ? (folded, LetterCasing.ignoringCase) : (exact, .exact)
        let literal: [UInt8]
        let sets = [LetterCasing.exact, .ignoringCase].lazy.compactMap { casing in
            Self.prefixes(of: node, casing).map { (literals: $0, casing: casing) }
        }
        if let set = sets.first(where: { $0.literals.count > 1 }), chosen.best.count < 3 {
            let finder = LiteralSetFinder(set.literals, set.casing)
            let isWhole = groupCount == 0 && Self.isSet(node, set.casing) && !Self.isNarrower(node, than: set.casing)
            (meaning, literal) = (isWhole ? .wholeSet(finder) : .prefixSet(finder), [])
        } else if let whole = chosen.whole, !whole.isEmpty, groupCount == 0, !Self.isNarrower(node, than: casing) {
            (meaning, literal) = (.whole, whole)
        } else if chosen.best.count == 1, !Self.isTelling(chosen.best) {
            (meaning, literal) = (.none, [])
        } else if chosen.prefix.count >= 3 || chosen.prefix.count == chosen.best.count, !chosen.prefix.isEmpty {
            (meaning, literal) = (.prefix, chosen.prefix)
        } else if !chosen.best.isEmpty {
            (meaning, literal) = (.inside, chosen.best)
        } else {
            (meaning, literal) = (.none, [])
        }
        finder = LiteralFinder(literal, casing)
    }

    /// Whether it pays to look for this single byte: most lines have letters, digits and blanks.
    private static func isTelling(_ literal: [UInt8]) -> Bool {
        literal.allSatisfy { LiteralFinder.frequency(of: $0) < 40 }
    }

    /// Whether the pattern says more than its literal: a look, or a letter of one case where the literal has both.
    private static func isNarrower(_ node: RegexNode, than casing: LetterCasing) -> Bool {
        switch node {
        case .empty: false
        case .look: true
        case .symbols(let set):
            casing == .ignoringCase
                && set.only.flatMap { UInt8(exactly: $0) }.map { $0.lowercasedASCII != $0.uppercasedASCII } ?? false
        case .sequence(let parts), .alternatives(let parts): parts.contains { isNarrower($0, than: casing) }
        case .group(let inner, _), .repeated(let inner, _): isNarrower(inner, than: casing)
        }
    }
}

extension RequiredLiterals {
    /// What is known about the bytes of every match of one part.
    private struct Findings {
        /// The bytes, if every match has the same.
        var whole: [UInt8]?
        var prefix: [UInt8] = []
        var suffix: [UInt8] = []
        /// The longest bytes that stand somewhere in every match.
        var best: [UInt8] = []

        static let nothing = Findings()

        init() {}

        init(whole: [UInt8]) {
            self.whole = whole
            prefix = whole
            suffix = whole
            best = whole
        }

        /// What is known of this part followed by another.
        mutating func append(_ other: Findings) {
            let seam = suffix + other.prefix
            best = [best, other.best, seam].max { $0.count < $1.count } ?? []
            if let mine = whole { prefix = mine + other.prefix }
            if let others = other.whole { suffix += others } else { suffix = other.suffix }
            if let mine = whole, let others = other.whole { whole = mine + others } else { whole = nil }
        }
    }

    /// Repeated literals are written out up to this many bytes.
    private static let longestRepeated = 64

    private static func gather(_ node: RegexNode, _ casing: LetterCasing) -> Findings {
        switch node {
        case .empty, .look: return Findings(whole: [])
        case .symbols(let set):
            guard let bytes = set.literal(casing) else { return .nothing }
            return Findings(whole: bytes)
        case .group(let inner, _): return gather(inner, casing)
        case .sequence(let parts):
            var findings = Findings(whole: [])
            for part in parts { findings.append(gather(part, casing)) }
            return findings
        case .alternatives(let parts):
            guard var findings = parts.first.map({ gather($0, casing) }) else { return Findings(whole: []) }
            for part in parts.dropFirst() {
                let other = gather(part, casing)
                if findings.whole != other.whole { findings.whole = nil }
                findings.prefix = commonStart(findings.prefix, other.prefix)
                findings.suffix = commonStart(findings.suffix.reversed(), other.suffix.reversed()).reversed()
                findings.best = findings.prefix.count > findings.suffix.count ? findings.prefix : findings.suffix
            }
            return findings
        case .repeated(let inner, let repetition):
            guard repetition.least > 0 else { return .nothing }
            let one = gather(inner, casing)
            guard let whole = one.whole, whole.count * repetition.least <= longestRepeated else {
                var several = one
                several.whole = nil
                return several
            }
            var findings = Findings(whole: Array(repeatElement(whole, count: repetition.least).joined()))
            if repetition.most != repetition.least { findings.whole = nil }
            return findings
        }
    }

    /// Literals with one of which every match starts.
    private static func prefixes(of node: RegexNode, _ casing: LetterCasing) -> [[UInt8]]? {
        let prefix = gather(node, casing).prefix
        if prefix.count > 1 { return [prefix] }
        switch node {
        case .empty, .look, .symbols: return nil
        case .group(let inner, _): return prefixes(of: inner, casing)
        case .repeated(let inner, let repetition): return repetition.least > 0 ? prefixes(of: inner, casing) : nil
        case .sequence(let parts):
            let first = parts.first { part in
                switch part {
                case .look, .empty: false
                case .symbols, .sequence, .alternatives, .group, .repeated: true
                }
            }
            return first.flatMap { prefixes(of: $0, casing) }
        case .alternatives(let parts):
            var all: [[UInt8]] = []
            for part in parts {
                guard let some = prefixes(of: part, casing), all.count + some.count <= LiteralSetFinder.mostLiterals
                else { return nil }
                all.append(contentsOf: some)
            }
            return all
        }
    }

    /// Whether the pattern is a number of literals and nothing more.
    private static func isSet(_ node: RegexNode, _ casing: LetterCasing) -> Bool {
        guard case .alternatives(let parts) = node else { return false }
        return parts.allSatisfy { part in
            gather(part, casing).whole.map { $0.count > 1 } ?? false
        }
    }

    private static func commonStart(_ first: some Sequence<UInt8>, _ second: some Sequence<UInt8>) -> [UInt8] {
        zip(first, second).prefix { $0 == $1 }.map(\.0)
    }
}

extension SymbolSet {
    /// The bytes of its only symbol, or of the two cases of its only ASCII letter.
    fileprivate func literal(_ casing: LetterCasing) -> [UInt8]? {
        if let only, only < Self.firstLoneByte {
            guard let scalar = Unicode.Scalar(only) else { return nil }
            return Array(String(Character(scalar)).utf8).map { casing == .exact ? $0 : $0.lowercasedASCII }
        }
        guard casing == .ignoringCase, ranges.count == 2, let upper = UInt8(exactly: ranges[0].lowerBound),
            ranges.allSatisfy({ $0.count == 1 }), ranges[1].lowerBound == UInt32(upper.lowercasedASCII)
        else { return nil }
        return [upper.lowercasedASCII]
    }
}
