import GhostModel

/// The rules of one component in the form in which lines are compared with them: arrays of plain numbers.
///
/// The rules themselves are trees of arrays, and walking those costs more than comparing bytes.
struct RuleProgram: Sendable {
    private(set) var rules: [FlatRule] = []
    private(set) var phrases: [FlatPhrase] = []
    /// Those of all phrases, one behind the other.
    private(set) var elements: [TextPattern.Element] = []
    private(set) var pool: [UInt8] = []
    private(set) var choices: [Range<Int>] = []
    /// The rules whole, for what is rare.
    private(set) var wholes: [WholeRule] = []
    private var prefilter = GramFilter()

    /// One rule.
    struct FlatRule: Sendable {
        var signs: SignSet
        var time: TimeCondition
        var level: LogLevel?
        var phraseLower: Int
        var phraseUpper: Int
        var captures: Int
        var others: Others

        /// Whether it has conditions besides those that stand here.
        enum Others: Sendable {
            case none
            case some
        }
    }

    /// One phrase.
    struct FlatPhrase: Sendable {
        var lower: Int
        var upper: Int
        var shape: TextPattern.Shape
        var signs: SignSet
        /// Bit n stands for capture n.
        var filled: UInt32
        /// In what the filter finds; 0 if it must always be tried.
        var bit: UInt32
        var form: Form

        enum Form: Sendable {
            case text
            case regex
        }
    }

    /// A rule behind references, because copying one costs more than what it does.
    final class WholeRule: Sendable {
        let rule: Rule
        let effects: WholeEffects
        let each: WholeEach?

        init(_ rule: Rule) {
            self.rule = rule
            effects = WholeEffects(rule.effects)
            each = rule.each.map(WholeEach.init)
        }
    }

    final class WholeEffects: Sendable {
        let all: RuleEffects

        init(_ effects: RuleEffects) { all = effects }
    }

    final class WholeEach: Sendable {
        let selector: EntityEffects.Selector
        let from: Int?
        let fate: EntityEffects.Fate
        let effects: WholeEffects

        init(_ each: EntityEffects) {
            selector = each.selector
            from = each.from
            fate = each.fate
            effects = WholeEffects(each.effects)
        }
    }

    init() {}

    init(_ rules: [Rule]) {
        for rule in rules {
            let first = phrases.count
            for phrase in rule.when { add(phrase) }
            self.rules.append(
                FlatRule(
                    signs: rule.signs,
                    time: rule.time,
                    level: rule.level,
                    phraseLower: first,
                    phraseUpper: phrases.count,
                    captures: rule.captures.count,
                    others: rule.fields.isEmpty && rule.unless.isEmpty ? .none : .some
                )
            )
            wholes.append(WholeRule(rule))
        }
    }

    private mutating func add(_ phrase: Phrase) {
        guard case .text(let pattern, let signs) = phrase else {
            let shape = TextPattern.Shape(start: .anywhere, end: .anywhere)
            phrases.append(
                FlatPhrase(lower: 0, upper: 0, shape: shape, signs: .any, filled: .max, bit: 0, form: .regex)
            )
            return
        }
        let first = elements.count
        for var element in pattern.elements {
            let shift = element.form == .choice ? choices.count : pool.count
            element.lower += shift
            element.upper += shift
            elements.append(element)
        }
        choices += pattern.choices.map { $0.lowerBound + pool.count..<$0.upperBound + pool.count }
        pool += pattern.pool
        phrases.append(
            FlatPhrase(
                lower: first,
                upper: elements.count,
                shape: pattern.shape,
                signs: signs,
                filled: pattern.filledSlots,
                bit: prefilter.add(pattern, number: phrases.count),
                form: .text
            )
        )
    }

    /// The number of the first rule that fits the line; where its captures are is in `scratch` then.
    func firstFit(
        _ line: Span<UInt8>,
        _ head: LineHead,
        _ records: ComponentRules.RecordStyle,
        _ scratch: inout MatchScratch
    ) -> Int? {
        scratch.attemptsLeft = RuleLimits.attempts
        let rules = rules.span
        var candidates: UInt32?
        for number in rules.indices {
            let rule = rules[number]
            guard rule.signs.contains(head.signs), head.meets(rule.time, records) else { continue }
            if let level = rule.level, head.level.map({ $0 < level }) ?? true { continue }
            if rule.phraseLower < rule.phraseUpper {
                guard fitsPhrase(of: number, rule, line, head, &scratch, &candidates) else { continue }
            } else {
                scratch.clear(rule.captures)
            }
            if rule.others == .none || wholes[number].rule.meetsOthers(line, head, &scratch) { return number }
        }
        return nil
    }

    @inline(__always)
    private func fitsPhrase(
        of number: Int,
        _ rule: FlatRule,
        _ line: Span<UInt8>,
        _ head: LineHead,
        _ scratch: inout MatchScratch,
        _ candidates: inout UInt32?
    ) -> Bool {
        let phrases = phrases.span
        for index in rule.phraseLower..<rule.phraseUpper {
            let phrase = phrases[index]
            guard phrase.signs.contains(head.signs) else { continue }
            if phrase.bit != 0 {
                let found = candidates ?? prefilter.candidates(in: line, from: head.body.lowerBound)
                candidates = found
                if found & phrase.bit == 0 { continue }
            }
            guard fits(phrase, line, head, &scratch, index: index - rule.phraseLower, of: number) else { continue }
            if phrase.form == .text { scratch.clear(rule.captures, besides: phrase.filled) }
            return true
        }
        return false
    }

    @inline(__always)
    private func fits(
        _ phrase: FlatPhrase,
        _ line: Span<UInt8>,
        _ head: LineHead,
        _ scratch: inout MatchScratch,
        index: Int,
        of number: Int
    ) -> Bool {
        guard phrase.form == .text else {
            scratch.clear(rules[number].captures)
            return wholes[number].rule.when[index].fits(line, head, &scratch)
        }
        let elements = elements.span.extracting(phrase.lower..<phrase.upper)
        let (pool, choices) = (pool.span, choices.span)
        return head.anyPlace(phrase.shape) { range in
            elements.fit(phrase.shape, pool, choices, line, range, &scratch)
        }
    }
}

extension LineHead {
    /// Tries the places where a phrase of this shape may stand, until one does.
    @inline(__always)
    func anyPlace(_ shape: TextPattern.Shape, _ fits: (Range<Int>) -> Bool) -> Bool {
        let end = body.upperBound
        if shape.start == .anywhere { return fits(body) }
        // What a message ends with may be the end of the line or, inside of JSON, that of its text.
        if fits(message.lowerBound..<end) { return true }
        if message.upperBound < end, fits(message) { return true }
        // A word that was taken for the level may be meant as text; a sign never is.
        return signs == .absent && body.lowerBound < message.lowerBound && fits(body)
    }

    /// Whether a line with or without a time of its own is what a rule is about.
    @inline(__always)
    func meets(_ condition: TimeCondition, _ records: ComponentRules.RecordStyle) -> Bool {
        switch condition {
        case .usual: kind == .record
        case .any: true
        case .none: records == .stamped ? kind == .continuation : time == nil
        case .some: kind == .record && time != nil
        }
    }
}
