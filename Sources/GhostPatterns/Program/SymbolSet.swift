/// What one step of a pattern can match: a set of symbols.
///
/// A symbol is a code point of valid UTF-8, or a byte that is part of none; the latter is `firstLoneByte` and more. Text
/// falls into symbols in one way only, so patterns count characters and still say something about any bytes at all.
struct SymbolSet: Sendable, Hashable {
    /// The symbol of the lone byte 0x00; lone bytes are 0x80 and above.
    static let firstLoneByte: UInt32 = 0x11_0000
    static let lastSymbol: UInt32 = 0x11_00FF

    /// Sorted, apart from each other.
    let ranges: [ClosedRange<UInt32>]

    /// Creates the union of `parts`, which may overlap and come in any order.
    init(_ parts: [ClosedRange<UInt32>]) {
        var merged: [ClosedRange<UInt32>] = []
        for part in parts.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, part.lowerBound <= last.upperBound + 1 {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, part.upperBound)
            } else {
                merged.append(part)
            }
        }
        ranges = merged
    }

    init(_ symbol: UInt32) { ranges = [symbol...symbol] }

    /// Every symbol that is not in this set, lone bytes included.
    var inverted: SymbolSet {
        var parts: [ClosedRange<UInt32>] = []
        var start: UInt32 = 0
        for range in ranges {
            if range.lowerBound > start { parts.append(start...(range.lowerBound - 1)) }
            start = range.upperBound + 1
        }
        if start <= Self.lastSymbol { parts.append(start...Self.lastSymbol) }
        return SymbolSet(parts)
    }

    func union(_ other: SymbolSet) -> SymbolSet { SymbolSet(ranges + other.ranges) }

    func contains(_ symbol: UInt32) -> Bool {
        ranges.contains { $0.contains(symbol) }
    }

    /// The only symbol, if there is but one.
    var only: UInt32? {
        guard let first = ranges.first, ranges.count == 1, first.count == 1 else { return nil }
        return first.lowerBound
    }
}

extension SymbolSet {
    static let all = SymbolSet([0...lastSymbol])
    static let digits = SymbolSet([0x30...0x39])
    static let wordCharacters = SymbolSet([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    static let whiteSpace = SymbolSet([0x09...0x0D, 0x20...0x20])
    static let lineFeed = SymbolSet(0x0A)

    /// The POSIX class of this name, which holds ASCII only.
    init?(posixName name: String) {
        switch name {
        case "alnum": self.init([0x30...0x39, 0x41...0x5A, 0x61...0x7A])
        case "alpha": self.init([0x41...0x5A, 0x61...0x7A])
        case "ascii": self.init([0x00...0x7F])
        case "blank": self.init([0x09...0x09, 0x20...0x20])
        case "cntrl": self.init([0x00...0x1F, 0x7F...0x7F])
        case "digit": self = .digits
        case "graph": self.init([0x21...0x7E])
        case "lower": self.init([0x61...0x7A])
        case "print": self.init([0x20...0x7E])
        case "punct": self.init([0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E])
        case "space": self = .whiteSpace
        case "upper": self.init([0x41...0x5A])
        case "word": self = .wordCharacters
        case "xdigit": self.init([0x30...0x39, 0x41...0x46, 0x61...0x66])
        default: return nil
        }
    }
}
