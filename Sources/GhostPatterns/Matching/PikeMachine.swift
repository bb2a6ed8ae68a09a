/// Finds the first match and its groups in one pass over a text of any length.
///
/// The algorithm is Rob Pike's, after Russ Cox, "Regular Expression Matching: the Virtual Machine Approach" (2009): all
/// ways through the program are followed at once, in the order of preference, each with its own groups. No place of the
/// program is followed twice at one position, so a step costs no more than the program has instructions.
struct PikeMachine: Sendable {
    private struct Threads: Sendable {
        var places = PlaceSet()
        /// The slots of the thread at each place of the program.
        var slots: [Int] = []

        mutating func clear(_ program: RegexProgram, _ slotCount: Int) {
            places.clear(upTo: program.instructions.count)
            let wanted = program.instructions.count * slotCount
            if slots.count < wanted { slots = [Int](repeating: -1, count: wanted) }
        }
    }

    private enum Task: Sendable {
        case visit(Int32)
        case restore(slot: Int, value: Int)
    }

    private var current = Threads()
    private var following = Threads()
    private var tasks: [Task] = []
    /// The slots of the way that is being followed.
    private var scratch: [Int] = []
    /// How many instructions were looked at since it was last set to 0.
    var work = 0

    /// Finds the leftmost match at or after `start` and fills in `slots`; -1 stands for a group that took no part.
    mutating func find(_ program: RegexProgram, _ text: Span<UInt8>, from start: Int, _ slots: inout [Int]) -> Bool {
        current.clear(program, slots.count)
        scratch = slots
        var position = start
        var hasMatched = false
        while true {
            if !hasMatched, position == start || !program.isAnchored {
                for index in scratch.indices { scratch[index] = -1 }
                scratch[0] = position
                follow(program, text, program.start, position)
            }
            guard !current.places.members.isEmpty || !(hasMatched || program.isAnchored) else { return hasMatched }
            let atEnd = position == text.count
            let (symbolClass, width) = atEnd ? (0, 0) : program.alphabet.classify(text, at: position)
            swap(&current, &following)
            current.clear(program, slots.count)
            if advance(program, text, symbolClass, position, width, &slots) { hasMatched = true }
            if atEnd { return hasMatched }
            position += width
        }
    }

    /// Takes all threads over one symbol, from `following` to `current`; true if one of them matched before it.
    private mutating func advance(
        _ program: RegexProgram,
        _ text: Span<UInt8>,
        _ symbolClass: Int,
        _ position: Int,
        _ width: Int,
        _ slots: inout [Int]
    ) -> Bool {
        for place in following.places.members {
            let instruction = program.instructions[Int(place)]
            let base = Int(place) * slots.count
            switch instruction.operation {
            case .match:
                for index in slots.indices { slots[index] = following.slots[base + index] }
                slots[1] = position
                // The threads behind this one are preferred less.
                return true
            case .symbols:
                guard width > 0, program.alphabet.contains(symbolClass, inSet: Int(instruction.argument)) else {
                    continue
                }
                for index in slots.indices { scratch[index] = following.slots[base + index] }
                follow(program, text, instruction.next, position + width)
            case .split, .save, .look: continue
            }
        }
        return false
    }

    /// Adds the threads that a place leads to without consuming.
    private mutating func follow(_ program: RegexProgram, _ text: Span<UInt8>, _ first: Int32, _ position: Int) {
        tasks.append(.visit(first))
        while let task = tasks.popLast() {
            guard case .visit(let place) = task else {
                if case .restore(let slot, let value) = task { scratch[slot] = value }
                continue
            }
            guard current.places.insert(place) else { continue }
            work += 1
            let instruction = program.instructions[Int(place)]
            switch instruction.operation {
            case .match, .symbols:
                let base = Int(place) * scratch.count
                for index in scratch.indices { current.slots[base + index] = scratch[index] }
            case .split:
                tasks.append(.visit(instruction.other))
                tasks.append(.visit(instruction.next))
            case .save:
                let slot = Int(instruction.argument)
                tasks.append(.restore(slot: slot, value: scratch[slot]))
                scratch[slot] = position
                tasks.append(.visit(instruction.next))
            case .look:
                guard let look = Look(rawValue: UInt8(truncatingIfNeeded: instruction.argument)),
                    look.holds(
                        before: Surroundings(before: position, in: text),
                        after: Surroundings(after: position, in: text)
                    )
                else { continue }
                tasks.append(.visit(instruction.next))
            }
        }
    }
}
