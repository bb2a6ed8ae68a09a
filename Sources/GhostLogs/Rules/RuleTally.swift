import GhostModel

/// What is counted and remembered for a component or for one of its entities.
struct RuleTally: Sendable, Equatable {
    /// By the number of the counter, as far as one was needed.
    private(set) var counters: [Int] = []
    /// What growing counters were last seen at; -1 if never.
    private(set) var seen: [Int] = []
    private(set) var values: [StoredValue] = []
    private(set) var lasts: [Timestamp?] = []

    /// A value as it stood in the line.
    struct StoredValue: Sendable, Equatable {
        var bytes: [UInt8] = []
        var kind = Capture.Kind.text
        var isSet: Bool { !bytes.isEmpty }
    }

    /// Far from the largest number, so that counting on is safe.
    private static let largestTotal = Int.max / 4
    private static let longestStep = Int.max / 4

    func counter(_ number: Int) -> Int { number < counters.count ? counters[number] : 0 }

    func seen(_ number: Int) -> Int { number < seen.count ? seen[number] : -1 }

    func last(_ number: Int) -> Timestamp? { number < lasts.count ? lasts[number] : nil }

    func value(_ number: Int) -> StoredValue? {
        number < values.count && values[number].isSet ? values[number] : nil
    }

    /// Adds to a counter; totals never fall, and stop before they overflow.
    mutating func add(_ step: Int, to number: Int) {
        while counters.count <= number { counters.append(0) }
        counters[number] = min(counters[number] + max(0, min(step, Self.longestStep)), Self.largestTotal)
    }

    /// How far a growing counter of the line has come since it was last seen; one that fell began anew.
    mutating func growth(of number: Int, to value: Int) -> Int {
        while seen.count <= number { seen.append(-1) }
        let before = seen[number]
        seen[number] = max(0, value)
        return before < 0 || value < before ? max(0, value) : value - before
    }

    mutating func note(_ time: Timestamp, last number: Int) {
        while lasts.count <= number { lasts.append(nil) }
        if lasts[number].map({ time > $0 }) ?? true { lasts[number] = time }
    }

    /// Takes over a value, in the storage that is there.
    mutating func set(_ number: Int, to bytes: [UInt8], kind: Capture.Kind) {
        while values.count <= number { values.append(StoredValue()) }
        values[number].kind = kind
        guard values[number].bytes != bytes else { return }
        values[number].bytes.removeAll(keepingCapacity: true)
        values[number].bytes.append(contentsOf: bytes)
    }

    mutating func restore(_ total: Int, ofCounter number: Int) {
        while counters.count <= number { counters.append(0) }
        counters[number] = total
    }

    mutating func restore(seen value: Int, of number: Int) {
        while seen.count <= number { seen.append(-1) }
        seen[number] = value
    }
}

/// The state that a component or entity is in, since when, and the line that says so.
struct RuleStateTrack: Sendable {
    var state: Int
    /// By the clock of the log; nil if no line said.
    var since: Timestamp?
    var changes = 0
    var line = NotedLine()
    var generation = 0
    var cause = Cause.line

    /// What put it into the state.
    enum Cause: Sendable, Equatable {
        /// A line.
        case line
        /// Something was expected, of the line noted, and did not come in time.
        case expectationMissed(String)
    }

    init(state: Int) { self.state = state }

    /// Takes over a state; the line is noted if the state is another one.
    @inline(__always)
    mutating func become(_ state: Int, _ time: Timestamp?, _ line: Span<UInt8>, _ context: LineContext) {
        guard self.state != state || cause != .line else { return }
        if self.state != state {
            changes += 1
            since = time
        }
        self.state = state
        cause = .line
        self.line.note(line, context)
        generation = context.generation
    }
}

/// The newest items of a kind, in storage that is used again.
struct KeptList: Sendable {
    private(set) var items: [[UInt8]] = []
    private var newest = 0

    /// - Parameter keep: how many are kept; the same at each call.
    mutating func add(_ bytes: [UInt8], keep: Int) {
        guard items.count >= keep else {
            newest = items.count
            items.append(bytes)
            return
        }
        newest = (newest + 1) % items.count
        items[newest].removeAll(keepingCapacity: true)
        items[newest].append(contentsOf: bytes)
    }

    /// Newest first.
    var newestFirst: [[UInt8]] {
        items.indices.map { items[(newest - $0 + items.count) % items.count] }
    }
}
