/// Finds, among many patterns, the few that may fit a name, by what the name begins with.
///
/// A file that is new costs a look-up for each length of these beginnings, and not a comparison with a thousand patterns.
struct NameIndex: Sendable, Equatable {
    /// The patterns by the beginning that they ask for.
    private var places: [ArraySlice<UInt8>: [Int]] = [:]
    private var lengths: [Int] = []
    /// Those that say nothing of the beginning.
    private var anyName: [Int] = []
    private var all: [Int] = []

    /// Has no patterns.
    init() {}

    /// - Parameter beginnings: what a name begins with that the pattern in this place may fit; empty if that is not known.
    init(_ beginnings: some Sequence<(place: Int, beginning: String)>) {
        for (place, beginning) in beginnings {
            all.append(place)
            // Equal characters beyond ASCII may be different bytes.
            let bytes = ArraySlice(beginning.utf8.prefix { $0 < 0x80 })
            if bytes.isEmpty { anyName.append(place) } else { places[bytes, default: []].append(place) }
        }
        all = Self.distinct(all)
        lengths = Set(places.keys.map(\.count)).sorted()
    }

    /// The places of all patterns that fit `name`, and perhaps of others, in order.
    func candidates(for name: String) -> [Int] {
        guard !lengths.isEmpty, name.utf8.allSatisfy({ $0 < 0x80 }) else { return all }
        let bytes = Array(name.utf8)
        var found = anyName
        for length in lengths where length <= bytes.count { found += places[bytes[..<length]] ?? [] }
        return Self.distinct(found)
    }

    private static func distinct(_ places: [Int]) -> [Int] { places.count < 2 ? places : Set(places).sorted() }
}

extension NamePattern {
    /// What every name begins with that fits.
    var beginning: String {
        var text = ""
        for part in parts {
            guard case .character(let character) = part else { break }
            text.append(character)
        }
        return text
    }
}

extension SourcePattern {
    /// What every name begins with that takes a path with this reach further; empty if that is not known.
    func beginning(after reach: Reach) -> String {
        guard reach.count == 1, let place = reach.first, place < steps.count, case .name(let pattern) = steps[place]
        else { return "" }
        return pattern.beginning
    }
}
