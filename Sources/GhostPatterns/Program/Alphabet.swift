/// The symbols that a pattern tells apart, as small numbers.
///
/// Symbols that are in the same of the pattern's sets are one class: a program has few of them, so that a row of an
/// automaton is short, and whether a set contains a symbol is one bit.
struct Alphabet: Sendable {
    /// How many classes there are.
    let count: Int
    /// The class of each byte below 0x80; 256 entries so that any byte may be looked up.
    let ascii: [UInt16]
    /// Where runs of one class start, from 0x80 on, and their classes.
    private let runStarts: [UInt32]
    private let runClasses: [UInt16]
    /// A bit for each class, `wordsPerSet` words for each set.
    private let members: [UInt64]
    private let wordsPerSet: Int
    /// What a symbol of each class is as a neighbour.
    let surroundings: [Surroundings]

    /// - Parameter sets: those of the program; their places are the numbers that `contains` takes.
    /// - Parameter apart: further sets whose symbols have to be told from all others.
    init(_ sets: [SymbolSet], keepingApart apart: [SymbolSet]) {
        let starts = Self.boundaries(sets + apart)
        var classes = [Int](repeating: 0, count: starts.count)
        var classCount = 1
        for set in sets + apart { Self.split(&classes, &classCount, by: set, starts) }
        // Splitting leaves numbers unused.
        var numbers: [Int: UInt16] = [:]
        var representatives: [UInt32] = []
        let final = classes.indices.map { index in
            if let number = numbers[classes[index]] { return number }
            let number = UInt16(truncatingIfNeeded: numbers.count)
            numbers[classes[index]] = number
            representatives.append(starts[index])
            return number
        }
        count = representatives.count
        var ascii = [UInt16](repeating: 0, count: 256)
        var runStarts: [UInt32] = []
        var runClasses: [UInt16] = []
        for (index, start) in starts.enumerated() {
            let end = index + 1 < starts.count ? starts[index + 1] : SymbolSet.lastSymbol + 1
            if start < 0x80 {
                for symbol in start..<min(end, 0x80) { ascii[Int(symbol)] = final[index] }
            } else if runClasses.last != final[index] {
                runStarts.append(start)
                runClasses.append(final[index])
            }
        }
        self.ascii = ascii
        self.runStarts = runStarts
        self.runClasses = runClasses
        let wordsPerSet = (representatives.count + 63) / 64
        var members = [UInt64](repeating: 0, count: sets.count * wordsPerSet)
        for (number, set) in sets.enumerated() {
            Self.forEachInterval(in: set, starts) { interval in
                let kind = Int(final[interval])
                members[number * wordsPerSet + kind / 64] |= 1 << UInt64(kind % 64)
            }
        }
        self.members = members
        self.wordsPerSet = wordsPerSet
        surroundings = representatives.map { $0 < 0x80 ? Surroundings(byte: UInt8($0)) : [] }
    }

    /// Whether a set has the symbols of a class.
    @inline(__always)
    func contains(_ symbolClass: Int, inSet set: Int) -> Bool {
        members[set &* wordsPerSet &+ symbolClass &>> 6] &>> UInt64(truncatingIfNeeded: symbolClass & 63) & 1 != 0
    }

    /// The class of the symbol at `position`, and how many bytes it has.
    @inline(__always)
    func classify(_ text: Span<UInt8>, at position: Int) -> (symbolClass: Int, width: Int) {
        let byte = text[unchecked: position]
        if byte < 0x80 { return (Int(ascii[Int(byte)]), 1) }
        return classifyLong(text, at: position)
    }

    /// The same where the byte at `position` is known to be 0x80 or more.
    @inline(never)
    func classifyLong(_ text: Span<UInt8>, at position: Int) -> (symbolClass: Int, width: Int) {
        let (symbol, width) = text.symbol(at: position)
        var low = 0
        var high = runStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if runStarts[middle] <= symbol { low = middle } else { high = middle }
        }
        return (Int(runClasses[low]), width)
    }

    /// Where the symbols fall apart: every first symbol of a range, and every one after a last.
    private static func boundaries(_ sets: [SymbolSet]) -> [UInt32] {
        var found: Set<UInt32> = [0, 0x80]
        for range in sets.flatMap(\.ranges) {
            found.insert(range.lowerBound)
            if range.upperBound < SymbolSet.lastSymbol { found.insert(range.upperBound + 1) }
        }
        return found.sorted()
    }

    /// Gives the intervals inside `set` classes that none outside has.
    private static func split(_ classes: inout [Int], _ count: inout Int, by set: SymbolSet, _ starts: [UInt32]) {
        var replacements: [Int: Int] = [:]
        // A set and its complement split alike; the one with fewer symbols is mostly less work.
        let inverted = set.inverted
        forEachInterval(in: set.size <= inverted.size ? set : inverted, starts) { interval in
            let old = classes[interval]
            if let new = replacements[old] {
                classes[interval] = new
            } else {
                replacements[old] = count
                classes[interval] = count
                count += 1
            }
        }
    }

    private static func forEachInterval(in set: SymbolSet, _ starts: [UInt32], _ body: (Int) -> Void) {
        for range in set.ranges {
            var low = 0
            var high = starts.count
            while low < high {
                let middle = (low + high) / 2
                if starts[middle] < range.lowerBound { low = middle + 1 } else { high = middle }
            }
            while low < starts.count, starts[low] <= range.upperBound {
                body(low)
                low += 1
            }
        }
    }
}

extension SymbolSet {
    /// How many symbols are in it.
    fileprivate var size: Int { ranges.reduce(0) { $0 + $1.count } }
}
