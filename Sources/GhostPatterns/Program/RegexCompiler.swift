/// Turns a tree into instructions, last things first: each part is given the place where matching goes on after it.
struct RegexCompiler {
    /// The program would have too many instructions; `offset` is where the repetition is written that makes it so.
    struct Overflow: Error {
        let offset: Int
    }

    private(set) var instructions: [Instruction] = []
    private(set) var sets: [SymbolSet] = []
    private(set) var looks: [Look] = []
    private var setNumbers: [SymbolSet: UInt16] = [:]
    private let limits: RegexLimits

    init(limits: RegexLimits) { self.limits = limits }

    /// Compiles a whole pattern and gives the place where it starts.
    mutating func compile(_ node: RegexNode) throws(Overflow) -> Int32 {
        var culprit = 0
        // Known before anything is written out, because written out it could be without bounds.
        guard size(of: node, &culprit) < limits.instructions else { throw Overflow(offset: culprit) }
        let match = add(Instruction(operation: .match))
        return compile(node, then: match)
    }

    private mutating func compile(_ node: RegexNode, then next: Int32) -> Int32 {
        switch node {
        case .empty: return next
        case .symbols(let set): return add(Instruction(operation: .symbols, argument: number(of: set), next: next))
        case .look(let look):
            if !looks.contains(look) { looks.append(look) }
            return add(Instruction(operation: .look, argument: UInt16(look.rawValue), next: next))
        case .sequence(let parts):
            var entry = next
            for part in parts.reversed() { entry = compile(part, then: entry) }
            return entry
        case .alternatives(let parts):
            var entry: Int32?
            for part in parts.reversed() {
                let branch = compile(part, then: next)
                guard let rest = entry else {
                    entry = branch
                    continue
                }
                entry = add(Instruction(operation: .split, next: branch, other: rest))
            }
            return entry ?? next
        case .group(let inner, let number):
            let slot = UInt16(truncatingIfNeeded: 2 * number)
            let close = add(Instruction(operation: .save, argument: slot + 1, next: next))
            let entry = compile(inner, then: close)
            return add(Instruction(operation: .save, argument: slot, next: entry))
        case .repeated(let inner, let repetition):
            return compile(inner, repetition, then: next)
        }
    }

    private mutating func compile(
        _ inner: RegexNode,
        _ repetition: RegexNode.Repetition,
        then next: Int32
    ) -> Int32 {
        var culprit = 0
        guard size(of: inner, &culprit) > 0 else { return next }
        var entry = next
        var copies = repetition.least
        if let most = repetition.most {
            for _ in repetition.least..<max(most, repetition.least) {
                entry = split(compile(inner, then: entry), or: next, repetition.preference)
            }
        } else {
            let loop = add(Instruction(operation: .split))
            let body = compile(inner, then: loop)
            let choice = branches(body, next, repetition.preference)
            instructions[Int(loop)].next = choice.0
            instructions[Int(loop)].other = choice.1
            if repetition.least > 0 {
                entry = body
                copies -= 1
            } else if inner.isNullable {
                // Entered through the loop, an empty turn would come back to it as to a place already tried, and what is
                // preferred less would win over leaving.
                entry = split(body, or: next, repetition.preference)
            } else {
                entry = loop
            }
        }
        for _ in 0..<max(copies, 0) { entry = compile(inner, then: entry) }
        return entry
    }

    private mutating func split(_ body: Int32, or exit: Int32, _ preference: RegexNode.Preference) -> Int32 {
        let choice = branches(body, exit, preference)
        return add(Instruction(operation: .split, next: choice.0, other: choice.1))
    }

    private func branches(_ body: Int32, _ exit: Int32, _ preference: RegexNode.Preference) -> (Int32, Int32) {
        switch preference {
        case .more: (body, exit)
        case .fewer: (exit, body)
        }
    }

    private mutating func add(_ instruction: Instruction) -> Int32 {
        instructions.append(instruction)
        return Int32(truncatingIfNeeded: instructions.count - 1)
    }

    private mutating func number(of set: SymbolSet) -> UInt16 {
        if let number = setNumbers[set] { return number }
        let number = UInt16(truncatingIfNeeded: sets.count)
        sets.append(set)
        setNumbers[set] = number
        return number
    }

    /// How many instructions a part becomes, at most one more than the limit.
    private func size(of node: RegexNode, _ culprit: inout Int) -> Int {
        switch node {
        case .empty: return 0
        case .symbols, .look: return 1
        case .sequence(let parts), .alternatives(let parts):
            var total = 0
            for part in parts { total += size(of: part, &culprit) }
            if case .alternatives = node { total += max(parts.count - 1, 0) }
            return min(total, limits.instructions + 1)
        case .group(let inner, _): return min(size(of: inner, &culprit) + 2, limits.instructions + 1)
        case .repeated(let inner, let repetition):
            let one = size(of: inner, &culprit)
            guard one > 0 else { return 0 }
            let required = repetition.least * one
            let optional = (repetition.most ?? max(repetition.least, 1)) - repetition.least
            let total = required + optional * (one + 1) + (repetition.most == nil ? 2 : 0)
            if one <= limits.instructions, total > limits.instructions { culprit = repetition.offset }
            return min(total, limits.instructions + 1)
        }
    }
}

extension RegexCompiler {
    /// The bytes that a match can start with, or `nil` if that says nothing.
    func firstBytes(from start: Int32) -> [Bool]? {
        var bytes = [Bool](repeating: false, count: 256)
        var seen = [Bool](repeating: false, count: instructions.count)
        var stack = [start]
        while let place = stack.popLast() {
            guard !seen[Int(place)] else { continue }
            seen[Int(place)] = true
            let instruction = instructions[Int(place)]
            switch instruction.operation {
            case .match: return nil
            case .symbols: sets[Int(instruction.argument)].markFirstBytes(in: &bytes)
            case .split: stack.append(contentsOf: [instruction.next, instruction.other])
            case .save, .look: stack.append(instruction.next)
            }
        }
        return bytes.contains(false) ? bytes : nil
    }
}

extension SymbolSet {
    fileprivate func markFirstBytes(in bytes: inout [Bool]) {
        for range in ranges {
            let lastScalar = min(range.upperBound, 0x10_FFFF)
            if range.lowerBound <= lastScalar {
                for byte in Self.firstByte(of: range.lowerBound)...Self.firstByte(of: lastScalar) {
                    bytes[Int(byte)] = true
                }
            }
            if range.upperBound >= Self.firstLoneByte {
                let first = max(range.lowerBound, Self.firstLoneByte) - Self.firstLoneByte
                for byte in first...(range.upperBound - Self.firstLoneByte) where byte >= 0x80 {
                    bytes[Int(byte)] = true
                }
            }
        }
    }

    private static func firstByte(of symbol: UInt32) -> UInt8 {
        switch symbol {
        case ..<0x80: UInt8(symbol)
        case ..<0x800: UInt8(0xC0 | symbol >> 6)
        case ..<0x1_0000: UInt8(0xE0 | symbol >> 12)
        default: UInt8(truncatingIfNeeded: 0xF0 | symbol >> 18)
        }
    }
}
