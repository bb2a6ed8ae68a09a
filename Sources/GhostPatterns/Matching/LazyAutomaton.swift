/// Answers whether a pattern matches, by an automaton that is built while it runs.
///
/// A state stands for all places of the program at which matching could be; each symbol leads from one state to one other,
/// and every such step is worked out once and kept. What is kept has a bound: when it is reached, all is forgotten and
/// built anew, so that the worst text costs (instructions × bytes) as without it.
struct LazyAutomaton: Sendable {
    /// The largest table of steps, in entries of four bytes.
    static let mostEntries = 128 * 1024
    /// The most places of the program that all kept states may stand for together.
    static let mostPlaces = 256 * 1024

    private static let unknown = UInt32.max
    private static let matched = UInt32.max - 1
    private static let dead = UInt32.max - 2

    private struct State: Hashable, Sendable {
        /// Sorted places of the program; what they lead to without consuming is worked out with the next symbol.
        var places: [Int32]
        /// What the symbol before was, as far as the program asks.
        var before: Surroundings
    }

    /// A row for each state; the last entry of a row is for the end of the text.
    private var steps: [UInt32] = []
    private var states: [State] = []
    private var rows: [State: UInt32] = [:]
    /// The rows of the states at the start, by what stands before it.
    private var startRows: [UInt32] = []
    /// How often all was forgotten.
    private(set) var flushes = 0
    private var placeCount = 0
    private var closure = PlaceSet()
    private var following = PlaceSet()
    private var stack: [Int32] = []
    /// What was done since it was last set to 0: symbols read and instructions looked at.
    var work = 0

    /// Whether the program matches anywhere in `text` at or after `start`.
    mutating func matches(_ program: RegexProgram, _ text: Span<UInt8>, from start: Int) -> Bool {
        let before = Surroundings(before: start, in: text).intersection(program.asksBefore)
        var row = startRow(before, program)
        var position = start
        work += text.count - start + 1
        while true {
            var symbolClass = program.alphabet.count
            var width = 0
            run(program.alphabet, text, &position, &row)
            if position < text.count { (symbolClass, width) = program.alphabet.classify(text, at: position) }
            var next = steps[Int(row) + symbolClass]
            if next == Self.unknown { next = step(program, row, symbolClass) }
            if next == Self.matched { return true }
            if next == Self.dead || width == 0 { return false }
            row = next
            position += width
        }
    }

    /// Follows steps that are known, up to the end or to one that is not or that leads nowhere else.
    @inline(__always)
    private func run(_ alphabet: Alphabet, _ text: Span<UInt8>, _ position: inout Int, _ row: inout UInt32) {
        // Without checks of bounds: a row holds an entry for each class of the alphabet, and steps lead to rows only.
        var here = Int(row)
        var index = position
        steps.withUnsafeBufferPointer { buffer in
            alphabet.ascii.withUnsafeBufferPointer { classes in
                guard let steps = buffer.baseAddress, let ascii = classes.baseAddress else { return }
                while index < text.count {
                    let byte = text[unchecked: index]
                    let next: UInt32
                    var width = 1
                    if byte < 0x80 {
                        // In this order the sum does not wait for the step before.
                        next = (steps + Int(ascii[Int(byte)]))[here]
                    } else {
                        let long = alphabet.classifyLong(text, at: index)
                        next = steps[here &+ long.symbolClass]
                        width = long.width
                    }
                    if next >= Self.dead { break }
                    here = Int(next)
                    index &+= width
                }
            }
        }
        row = UInt32(truncatingIfNeeded: here)
        position = index
    }

    /// Works out where a symbol leads.
    private mutating func step(_ program: RegexProgram, _ row: UInt32, _ symbolClass: Int) -> UInt32 {
        let alphabet = program.alphabet
        let state = states[Int(row) / (alphabet.count + 1)]
        let atEnd = symbolClass == alphabet.count
        let after = atEnd ? .edge : alphabet.surroundings[symbolClass]
        let result: UInt32
        if close(program, state, after: after) {
            result = Self.matched
        } else if atEnd {
            result = Self.dead
        } else {
            following.clear(upTo: program.instructions.count)
            for place in closure.members {
                let instruction = program.instructions[Int(place)]
                if instruction.operation == .symbols,
                    alphabet.contains(symbolClass, inSet: Int(instruction.argument))
                {
                    following.insert(instruction.next)
                }
            }
            if !program.isAnchored { following.insert(program.start) }
            if following.members.isEmpty {
                result = Self.dead
            } else {
                let flushes = self.flushes
                let next = State(places: following.members.sorted(), before: after.intersection(program.asksBefore))
                result = self.row(of: next, program)
                // All was forgotten, the row that this step belongs to as well.
                if self.flushes != flushes { return result }
            }
        }
        steps[Int(row) + symbolClass] = result
        return result
    }

    /// Finds what the places of a state lead to without consuming; true if that includes the end of the pattern.
    private mutating func close(_ program: RegexProgram, _ state: State, after: Surroundings) -> Bool {
        closure.clear(upTo: program.instructions.count)
        stack.append(contentsOf: state.places)
        defer { stack.removeAll(keepingCapacity: true) }
        while let place = stack.popLast() {
            guard closure.insert(place) else { continue }
            work += 1
            let instruction = program.instructions[Int(place)]
            switch instruction.operation {
            case .match: return true
            case .symbols: break
            case .split:
                stack.append(instruction.next)
                stack.append(instruction.other)
            case .save: stack.append(instruction.next)
            case .look:
                let look = Look(rawValue: UInt8(truncatingIfNeeded: instruction.argument))
                if look?.holds(before: state.before, after: after) == true { stack.append(instruction.next) }
            }
        }
        return false
    }

    private mutating func startRow(_ before: Surroundings, _ program: RegexProgram) -> UInt32 {
        let index = Int(before.rawValue)
        if index < startRows.count, startRows[index] != Self.unknown { return startRows[index] }
        let row = self.row(of: State(places: [program.start], before: before), program)
        while startRows.count <= index { startRows.append(Self.unknown) }
        startRows[index] = row
        return row
    }

    private mutating func row(of state: State, _ program: RegexProgram) -> UInt32 {
        if let row = rows[state] { return row }
        let width = program.alphabet.count + 1
        let isFull = steps.count + width > max(Self.mostEntries, 16 * width)
        if isFull || placeCount + state.places.count > Self.mostPlaces {
            steps.removeAll(keepingCapacity: true)
            states.removeAll(keepingCapacity: true)
            rows.removeAll(keepingCapacity: true)
            startRows.removeAll(keepingCapacity: true)
            placeCount = 0
            flushes += 1
        }
        let row = UInt32(truncatingIfNeeded: steps.count)
        steps.append(contentsOf: repeatElement(Self.unknown, count: width))
        states.append(state)
        rows[state] = row
        placeCount += state.places.count
        return row
    }
}

/// A set of places of a program that remembers their order and is emptied at no cost.
struct PlaceSet: Sendable {
    private(set) var members: [Int32] = []
    private var positions: [Int32] = []

    mutating func clear(upTo count: Int) {
        members.removeAll(keepingCapacity: true)
        if positions.count < count { positions = [Int32](repeating: 0, count: count) }
    }

    func contains(_ place: Int32) -> Bool {
        let position = Int(positions[Int(place)])
        return position < members.count && members[position] == place
    }

    @discardableResult
    mutating func insert(_ place: Int32) -> Bool {
        guard !contains(place) else { return false }
        positions[Int(place)] = Int32(truncatingIfNeeded: members.count)
        members.append(place)
        return true
    }
}
