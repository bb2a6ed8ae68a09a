/// Matches one pattern against many lines, with memory that it keeps.
///
/// After the first lines nothing is allocated any more. A matcher belongs to one task; a copy is independent of the
/// original.
public struct RegexMatcher: Sendable {
    private let program: RegexProgram
    private var automaton = LazyAutomaton()
    private var backtracker = Backtracker()
    private var pike = PikeMachine()
    /// Start and end of each group of the last match; -1 where there is none.
    private var slots: [Int]
    private var outcome = Outcome.none

    private enum Outcome {
        case none
        case found
    }

    /// The ways of finding a match; they differ in speed, never in what they find.
    enum Engine {
        case automatic
        case backtracker
        case pike
    }

    init(_ program: RegexProgram) {
        self.program = program
        slots = [Int](repeating: -1, count: 2 * (program.groupCount + 1))
    }

    /// Symbols read and instructions looked at so far, without those that the search for literals passes over.
    var work: Int { automaton.work + backtracker.work + pike.work }

    /// How many starts and ends of groups are noted.
    var slotCount: Int { slots.count }

    /// Whether the pattern matches anywhere in the line.
    public mutating func matches(_ line: Span<UInt8>) -> Bool {
        isMatch(line, from: 0)
    }

    /// Finds the leftmost match that starts at or after `start`; ``range(of:)`` then says where its groups are.
    public mutating func find(in line: Span<UInt8>, from start: Int = 0) -> Bool {
        find(in: line, from: start, by: .automatic)
    }

    mutating func find(in line: Span<UInt8>, from start: Int, by engine: Engine) -> Bool {
        outcome = .none
        guard start >= 0, start <= line.count else { return false }
        let from = line.symbolBoundary(from: start)
        let isFound: Bool
        switch engine {
        case .automatic: isFound = findQuickly(in: line, from: from)
        case .backtracker: isFound = backtracker.find(program, line, from: from, &slots)
        case .pike: isFound = pike.find(program, line, from: from, &slots)
        }
        if isFound { outcome = .found }
        return isFound
    }

    /// Where a group of the last match is in its line; `nil` if it took no part, or there is no match.
    public func range(of group: Int) -> Range<Int>? {
        guard outcome == .found, group >= 0, 2 * group + 1 < slots.count else { return nil }
        let start = slots[2 * group]
        let end = slots[2 * group + 1]
        return start >= 0 && end >= start ? start..<end : nil
    }

    private mutating func findQuickly(in line: Span<UInt8>, from start: Int) -> Bool {
        var from = start
        switch program.literals.meaning {
        case .none, .inside: break
        case .whole:
            guard let place = program.literals.finder.find(in: line, from: start) else { return false }
            slots[0] = place
            slots[1] = place + program.literals.finder.literal.count
            return true
        case .wholeSet(let finder):
            guard let range = finder.find(in: line, from: start) else { return false }
            slots[0] = range.lowerBound
            slots[1] = range.upperBound
            return true
        case .prefix:
            guard let place = program.literals.finder.find(in: line, from: start) else { return false }
            from = place
        case .prefixSet(let finder):
            guard let range = finder.find(in: line, from: start) else { return false }
            from = range.lowerBound
        }
        // Most lines do not match, and the automaton finds that out in the least time.
        guard isMatch(line, from: from) else { return false }
        if Backtracker.fits(program, line.count - from) { return backtracker.find(program, line, from: from, &slots) }
        return pike.find(program, line, from: from, &slots)
    }

    private mutating func isMatch(_ line: Span<UInt8>, from start: Int) -> Bool {
        switch program.literals.meaning {
        case .none: return automaton.matches(program, line, from: start)
        case .whole: return program.literals.finder.find(in: line, from: start) != nil
        case .prefix:
            guard let place = program.literals.finder.find(in: line, from: start) else { return false }
            return automaton.matches(program, line, from: place)
        case .wholeSet(let finder): return finder.find(in: line, from: start) != nil
        case .prefixSet(let finder):
            guard let range = finder.find(in: line, from: start) else { return false }
            return automaton.matches(program, line, from: range.lowerBound)
        case .inside:
            guard program.literals.finder.find(in: line, from: start) != nil else { return false }
            return automaton.matches(program, line, from: start)
        }
    }
}
