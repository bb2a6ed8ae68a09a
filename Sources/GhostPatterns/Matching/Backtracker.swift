/// Finds the first match and its groups by trying one way after the other, none of them twice.
///
/// A place of the program at a position of the text that once led nowhere leads nowhere from any other way either, so each
/// is marked when it is tried. The marks are what bounds it: short lines only, for others there is ``PikeMachine``.
struct Backtracker: Sendable {
    /// The most marks, in bits; more would cost more to clear than they save.
    static let mostMarks = 256 * 1024

    private enum Task: Sendable {
        case visit(place: Int32, position: Int)
        /// Every way behind a `save` has failed: the slot has its old value again.
        case restore(slot: Int, value: Int)
    }

    private var marks: [UInt64] = []
    private var tasks: [Task] = []
    /// How many instructions were looked at since it was last set to 0.
    var work = 0

    /// Whether there is room for all marks that a text of this length wants.
    static func fits(_ program: RegexProgram, _ length: Int) -> Bool {
        program.instructions.count * (length + 1) <= mostMarks
    }

    /// Finds the leftmost match at or after `start` and fills in `slots`; -1 stands for a group that took no part.
    mutating func find(_ program: RegexProgram, _ text: Span<UInt8>, from start: Int, _ slots: inout [Int]) -> Bool {
        let stride = text.count - start + 1
        let words = (program.instructions.count * stride + 63) / 64
        if marks.count < words { marks = [UInt64](repeating: 0, count: words) }
        for index in 0..<words { marks[index] = 0 }
        var position = start
        while true {
            if let firstBytes = program.firstBytes {
                while position < text.count, !firstBytes[Int(text[position])] { position += 1 }
                position = text.symbolBoundary(from: position)
                if position == text.count { return false }
                if !firstBytes[Int(text[position])] { continue }
            }
            if visit(program, text, start, stride, at: position, &slots) { return true }
            guard position < text.count, !program.isAnchored else { return false }
            position += text.symbol(at: position).width
        }
    }

    private mutating func visit(
        _ program: RegexProgram,
        _ text: Span<UInt8>,
        _ start: Int,
        _ stride: Int,
        at first: Int,
        _ slots: inout [Int]
    ) -> Bool {
        tasks.removeAll(keepingCapacity: true)
        for index in slots.indices { slots[index] = -1 }
        slots[0] = first
        tasks.append(.visit(place: program.start, position: first))
        while let task = tasks.popLast() {
            switch task {
            case .restore(let slot, let value): slots[slot] = value
            case .visit(let place, let position):
                if follow(program, text, start, stride, place, position, &slots) { return true }
            }
        }
        return false
    }

    /// Goes on from one place until it matches or leads nowhere; other ways are left as tasks.
    @inline(__always)
    private mutating func follow(
        _ program: RegexProgram,
        _ text: Span<UInt8>,
        _ start: Int,
        _ stride: Int,
        _ firstPlace: Int32,
        _ firstPosition: Int,
        _ slots: inout [Int]
    ) -> Bool {
        var place = Int(firstPlace)
        var position = firstPosition
        while true {
            let mark = place &* stride &+ (position &- start)
            let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: mark & 63)
            if marks[mark &>> 6] & bit != 0 { return false }
            marks[mark &>> 6] |= bit
            work &+= 1
            let instruction = program.instructions[place]
            switch instruction.operation {
            case .match:
                slots[1] = position
                return true
            case .symbols:
                guard position < text.count else { return false }
                let (symbolClass, width) = program.alphabet.classify(text, at: position)
                guard program.alphabet.contains(symbolClass, inSet: Int(instruction.argument)) else { return false }
                position &+= width
            case .split: tasks.append(.visit(place: instruction.other, position: position))
            case .save:
                let slot = Int(instruction.argument)
                tasks.append(.restore(slot: slot, value: slots[slot]))
                slots[slot] = position
            case .look:
                guard let look = Look(rawValue: UInt8(truncatingIfNeeded: instruction.argument)),
                    look.holds(
                        before: Surroundings(before: position, in: text),
                        after: Surroundings(after: position, in: text)
                    )
                else { return false }
            }
            place = Int(instruction.next)
        }
    }
}
