/// What is known about one neighbour of a position: the symbol before it, or the one after it.
struct Surroundings: OptionSet, Sendable, Hashable {
    let rawValue: UInt8

    /// There is no symbol: the text starts or ends here.
    static let edge = Surroundings(rawValue: 1)
    static let lineFeed = Surroundings(rawValue: 2)
    static let word = Surroundings(rawValue: 4)
    static let slash = Surroundings(rawValue: 8)
    static let dot = Surroundings(rawValue: 16)

    /// What a byte is as a neighbour; bytes of longer characters are nothing in particular.
    init(byte: UInt8) {
        switch byte {
        case 0x0A: self = .lineFeed
        case 0x2F: self = .slash
        case 0x2E: self = .dot
        case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: self = .word
        default: self = []
        }
    }

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// What stands before `position`.
    @inline(__always)
    init(before position: Int, in text: Span<UInt8>) {
        self = position == 0 ? .edge : Surroundings(byte: text[position - 1])
    }

    /// What stands at `position`.
    @inline(__always)
    init(after position: Int, in text: Span<UInt8>) {
        self = position == text.count ? .edge : Surroundings(byte: text[position])
    }

    /// The symbols whose being a neighbour means this.
    var symbols: [SymbolSet] {
        var sets: [SymbolSet] = []
        if contains(.lineFeed) { sets.append(.lineFeed) }
        if contains(.word) { sets.append(.wordCharacters) }
        if contains(.slash) { sets.append(SymbolSet(0x2F)) }
        if contains(.dot) { sets.append(SymbolSet(0x2E)) }
        return sets
    }
}

/// A condition on a position that consumes nothing.
enum Look: UInt8, Sendable, Hashable {
    case textStart
    case textEnd
    case lineStart
    case lineEnd
    case wordBoundary
    case noWordBoundary
    /// For shell patterns: no file name that begins with a dot starts here.
    case notHidden

    /// Whether it holds between two neighbours.
    func holds(before: Surroundings, after: Surroundings) -> Bool {
        switch self {
        case .textStart: before.contains(.edge)
        case .textEnd: after.contains(.edge)
        case .lineStart: before.contains(.edge) || before.contains(.lineFeed)
        case .lineEnd: after.contains(.edge) || after.contains(.lineFeed)
        case .wordBoundary: before.contains(.word) != after.contains(.word)
        case .noWordBoundary: before.contains(.word) == after.contains(.word)
        case .notHidden: !after.contains(.dot) || !(before.contains(.edge) || before.contains(.slash))
        }
    }

    /// What it has to know about the symbol before.
    var asksBefore: Surroundings {
        switch self {
        case .textStart: .edge
        case .textEnd, .lineEnd: []
        case .lineStart: [.edge, .lineFeed]
        case .wordBoundary, .noWordBoundary: .word
        case .notHidden: [.edge, .slash]
        }
    }

    /// What it has to know about the symbol after.
    var asksAfter: Surroundings {
        switch self {
        case .textStart, .lineStart: []
        case .textEnd: .edge
        case .lineEnd: [.edge, .lineFeed]
        case .wordBoundary, .noWordBoundary: .word
        case .notHidden: .dot
        }
    }
}
