/// One step of a compiled pattern.
struct Instruction: Sendable {
    enum Operation: UInt8, Sendable {
        /// Consumes a symbol of the set `argument`, then goes on at `next`.
        case symbols
        /// Goes on at `next`, or else at `other`.
        case split
        /// Notes the position as slot `argument`.
        case save
        /// Goes on if the look `argument` holds.
        case look
        /// The pattern has matched.
        case match
    }

    var operation: Operation
    var argument: UInt16 = 0
    var next: Int32 = 0
    var other: Int32 = 0
}

/// A pattern made ready for matching; never changes.
///
/// A class, so that the states that belong to it can hold on to it without copying.
final class RegexProgram: Sendable {
    let instructions: [Instruction]
    let start: Int32
    let looks: [Look]
    let alphabet: Alphabet
    /// How many groups can be captured, the whole match not counted.
    let groupCount: Int
    /// Whether it can match at the start of the text only.
    let isAnchored: Bool
    /// What its looks ask about the symbol before a position.
    let asksBefore: Surroundings
    /// For each byte whether a match can start with it; `nil` if it can be empty, or start with any.
    let firstBytes: [Bool]?
    let literals: RequiredLiterals

    init(_ node: RegexNode, groupCount: Int, limits: RegexLimits) throws(RegexCompiler.Overflow) {
        var compiler = RegexCompiler(limits: limits)
        let start = try compiler.compile(node)
        instructions = compiler.instructions
        self.start = start
        looks = compiler.looks
        let before = compiler.looks.reduce(into: Surroundings()) { $0.formUnion($1.asksBefore) }
        let after = compiler.looks.reduce(into: Surroundings()) { $0.formUnion($1.asksAfter) }
        alphabet = Alphabet(compiler.sets, keepingApart: before.union(after).symbols)
        self.groupCount = groupCount
        isAnchored = node.isAnchored
        asksBefore = before
        firstBytes = compiler.firstBytes(from: start)
        literals = RequiredLiterals(of: node, groupCount: groupCount)
    }
}

/// How large a pattern may be; what is larger is refused.
struct RegexLimits: Sendable {
    /// Instructions of the program, after repetitions have been written out.
    var instructions = LinearRegex.mostInstructions
}
