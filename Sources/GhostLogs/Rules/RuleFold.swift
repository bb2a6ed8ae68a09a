public import GhostModel

/// The state that the lines of one component add up to by its rules.
///
/// A value: no clock, no files. Time enters as the time that a line carries, as the instant of reading, and as the `now`
/// of judgement.
public struct RuleFold: Sendable {
    /// The component and its rules.
    public private(set) var component: ComponentRules
    private(set) var heads: HeadReader
    private var scratch = MatchScratch()
    /// A text at work; kept for its storage.
    private var text: [UInt8] = []

    var track: RuleStateTrack
    var tally = RuleTally()
    var lists: [KeptList] = []
    var entities = EntityTable()
    var pending: [Expectation] = []
    var alerts: [AlertKey: AlertTrack] = [:]
    var errors = ErrorLedger()
    /// The newest text of a rule's `error`.
    var errorText: [UInt8] = []
    var totals = Totals()
    /// The newest trusted time of a line that a rule fitted.
    var lastEvent: Timestamp?
    /// The newest trusted time of any line: it breaks the silence.
    var lastLine: Timestamp?
    /// When the newest line was read.
    var lastReadAt: Timestamp?
    /// How often a line is due; nil where silence says nothing.
    var beat: Duration?

    /// Whether somebody wants to know of each change of an entity's state.
    var journal = Journal.notKept

    enum Journal: Sendable {
        case notKept
        case kept([EntityChange])
    }

    /// How the state of an entity changed.
    struct EntityChange: Sendable {
        var name: [UInt8]
        var before: RuleStateTrack
        var after: RuleStateTrack
    }

    /// How many lines there were of each kind, and what found no room.
    struct Totals: Sendable, Equatable {
        /// Lines that a rule fitted.
        var records = 0
        var unknownLines = 0
        var damagedLines = 0
        /// Names of entities, expectations and alerts beyond their limits.
        var overflow = 0
        /// Lines that were given up because fitting a phrase took too long.
        var abandonedLines = 0
        var missedExpectations = 0
    }

    /// Creates the fold of a component before its first line.
    ///
    /// - Parameter hostZone: of times without a zone where the rules name none.
    public init(_ component: ComponentRules, hostZone: ZoneTable = .utc) {
        self.component = component
        heads = HeadReader(component, hostZone: hostZone)
        track = RuleStateTrack(state: component.start)
        beat = component.every
    }

    /// Folds one line, without its end.
    ///
    /// - Parameters:
    ///   - file: a number that the caller gave to the file.
    ///   - offset: of the line's first byte.
    ///   - readAt: later times are not believed.
    @discardableResult
    public mutating func fold(
        line: Span<UInt8>,
        file: Int,
        generation: Int,
        offset: Int64,
        readAt: Timestamp
    ) -> LineOutcome {
        let context = LineContext(file: file, generation: generation, offset: offset, readAt: readAt)
        let head = heads.read(line, readAt: readAt)
        let time = context.trusted(head.time)
        switch head.kind {
        case .blank: return .blank
        case .torn:
            totals.damagedLines += 1
            return .damaged
        case .record:
            lastReadAt = readAt
            if let time, lastLine.map({ time > $0 }) ?? true { lastLine = time }
        case .continuation: break
        }
        if !pending.isEmpty { meetExpectations(line, head, time) }
        guard let number = component.program.firstFit(line, head, component.records, &scratch) else {
            if scratch.attemptsLeft == 0 { totals.abandonedLines += 1 }
            guard head.kind == .record else { return .continuation }
            totals.unknownLines += 1
            return .unknown
        }
        totals.records &+= 1
        apply(number, line, time, context, readAt)
        return .rule(number)
    }

    /// Lets what is overdue by the log's clock happen, and looks whether the line is what was expected.
    private mutating func meetExpectations(_ line: Span<UInt8>, _ head: LineHead, _ time: Timestamp?) {
        if let time { expire(before: time) }
        var other = MatchScratch()
        removePending { fold, expectation in
            guard case .phrase(let phrase)? = fold.expected(by: expectation)?.what else { return false }
            return phrase.fits(line, head, &other)
        }
    }

    private mutating func apply(
        _ number: Int,
        _ line: Span<UInt8>,
        _ lineTime: Timestamp?,
        _ context: LineContext,
        _ readAt: Timestamp
    ) {
        let whole = component.program.wholes[number]
        var time = lineTime
        if let slot = whole.rule.effects.at {
            time = context.trusted(line.time(in: scratch.captures[slot]))
        }
        if let time, lastEvent.map({ time > $0 }) ?? true { lastEvent = time }
        let moment = Moment(time: time, readAt: readAt, context: context, rule: number)
        if let slot = whole.rule.effects.every, let every = line.duration(scratch.captures[slot]), every > .zero {
            beat = every
        }
        for list in whole.rule.effects.lists { add(to: list, line) }
        apply(whole.effects, of: whole, to: .component, line, moment)
        if let each = whole.each { apply(each, of: whole, line, moment) }
    }

    private mutating func add(to list: (list: Int, template: RuleTemplate?, keep: Int), _ line: Span<UInt8>) {
        while lists.count <= list.list { lists.append(KeptList()) }
        if let template = list.template {
            template.fill(&text, line, scratch, longest: RuleLimits.valueBytes)
        } else {
            text.replace(with: line, 0..<line.endWithoutTrimmings(from: 0), longest: RuleLimits.valueBytes)
        }
        lists[list.list].add(text, keep: list.keep)
    }

    /// When something happens, and because of which line.
    struct Moment {
        var time: Timestamp?
        var readAt: Timestamp
        var context: LineContext
        var rule: Int
        var orNow: Timestamp { time ?? readAt }
    }

    private mutating func apply(
        _ each: RuleProgram.WholeEach,
        of rule: RuleProgram.WholeRule,
        _ line: Span<UInt8>,
        _ moment: Moment
    ) {
        switch each.selector {
        case .named(let template):
            if let slot = template.onlyCapture {
                apply(each, of: rule, named: scratch.captures[slot], in: line, line, moment)
            } else {
                template.fill(&text, line, scratch, longest: RuleLimits.entityNameBytes)
                let name = text
                apply(each, of: rule, named: 0..<name.count, in: name.span, line, moment)
            }
        case .all:
            if each.fate == .forgotten, each.from == nil {
                entities.removeAll()
            } else {
                for number in entities.numbers { apply(each, of: rule, toEntity: number, line, moment) }
            }
        case .except(let slot):
            let kept = line.listItems(scratch.captures[slot])
            for number in entities.numbers
            where !kept.contains(where: { entities.entities[number].name.equals(line, $0) }) {
                apply(each, of: rule, toEntity: number, line, moment)
            }
        }
    }

    private mutating func apply(
        _ each: RuleProgram.WholeEach,
        of rule: RuleProgram.WholeRule,
        named name: Range<Int>,
        in source: Span<UInt8>,
        _ line: Span<UInt8>,
        _ moment: Moment
    ) {
        let name = name.lowerBound..<min(name.upperBound, name.lowerBound + RuleLimits.entityNameBytes)
        guard !name.isEmpty else { return }
        if let number = entities.find(source, name) {
            apply(each, of: rule, toEntity: number, line, moment)
        } else if each.from == nil, each.fate == .kept {
            guard let number = entities.add(source, name, state: component.start) else {
                totals.overflow += 1
                return
            }
            entities.change(number) { $0.track.since = moment.time }
            apply(each, of: rule, toEntity: number, line, moment)
            // It did not change into its first state.
            entities.change(number) { $0.track.changes = 0 }
        }
    }

    private mutating func apply(
        _ each: RuleProgram.WholeEach,
        of rule: RuleProgram.WholeRule,
        toEntity number: Int,
        _ line: Span<UInt8>,
        _ moment: Moment
    ) {
        if let from = each.from, entities.entities[number].track.state != from { return }
        if each.fate == .forgotten {
            entities.remove(number)
        } else {
            let serial = entities.entities[number].serial
            apply(each.effects, of: rule, to: .entity(number: number, serial: serial), line, moment)
        }
    }

    private mutating func apply(
        _ effects: RuleProgram.WholeEffects,
        of rule: RuleProgram.WholeRule,
        to subject: RuleSubject,
        _ line: Span<UInt8>,
        _ moment: Moment
    ) {
        for count in effects.all.counts { apply(count, effects.all.alerts, to: subject, line, moment) }
        switch subject {
        case .component:
            Self.remember(effects, of: rule, &tally, &text, line, scratch, moment.time)
        case .entity(let number, _):
            // Moved out for the time of the change, which needs other parts of the fold.
            var text: [UInt8] = []
            swap(&text, &self.text)
            entities.change(number) { Self.remember(effects, of: rule, &$0.tally, &text, line, scratch, moment.time) }
            swap(&text, &self.text)
        }
        if let template = effects.all.error {
            template.fill(&errorText, line, scratch, longest: RuleLimits.valueBytes)
            let message = errorText
            errors.note(.check, subject: "", message.span, 0..<message.count, moment.time, moment.context)
        }
        if let state = effects.all.state { become(state, subject, line, moment.time, moment.context) }
        if let expect = effects.all.expect { begin(expect, subject, line, moment) }
    }

    private static func remember(
        _ effects: RuleProgram.WholeEffects,
        of rule: RuleProgram.WholeRule,
        _ tally: inout RuleTally,
        _ text: inout [UInt8],
        _ line: Span<UInt8>,
        _ scratch: MatchScratch,
        _ time: Timestamp?
    ) {
        if let time { for last in effects.all.lasts { tally.note(time, last: last) } }
        for (value, template) in effects.all.sets {
            let kind = template.onlyCapture.map { rule.rule.captures[$0].kind } ?? .text
            let longest = kind == .list ? RuleLimits.listValueBytes : RuleLimits.valueBytes
            template.fill(&text, line, scratch, longest: longest)
            tally.set(value, to: text, kind: kind)
        }
    }

    @inline(__always)
    private mutating func apply(
        _ count: RuleEffects.Count,
        _ raised: [Int],
        to subject: RuleSubject,
        _ line: Span<UInt8>,
        _ moment: Moment
    ) {
        var step = 1
        switch count.step {
        case .one: break
        case .capture(let slot): step = line.wholeNumber(scratch.captures[slot]) ?? 0
        case .growth(let slot):
            guard let value = line.wholeNumber(scratch.captures[slot]) else { return }
            switch subject {
            case .component: step = tally.growth(of: count.counter, to: value)
            case .entity(let number, _):
                entities.change(number) { step = $0.tally.growth(of: count.counter, to: value) }
            }
        }
        switch subject {
        case .component: tally.add(step, to: count.counter)
        case .entity(let number, _): entities.change(number) { $0.tally.add(step, to: count.counter) }
        }
        for alert in raised where component.names.alerts[alert].counter == count.counter && step > 0 {
            note(step, AlertKey(alert: alert, subject: subject), at: moment.orNow)
        }
    }

    func isThere(_ subject: RuleSubject) -> Bool {
        switch subject {
        case .component: true
        case .entity(let number, let serial): entities.has(number, serial: serial)
        }
    }

    @inline(__always)
    private mutating func become(
        _ state: Int,
        _ subject: RuleSubject,
        _ line: Span<UInt8>,
        _ time: Timestamp?,
        _ context: LineContext
    ) {
        switch subject {
        case .component:
            if component.meanings[state] != .error, component.meanings[track.state] == .error {
                errorText.removeAll(keepingCapacity: true)
            }
            track.become(state, time, line, context)
        case .entity(let number, _):
            changeTrack(ofEntity: number) { $0.become(state, time, line, context) }
        }
        guard !pending.isEmpty else { return }
        removePending { fold, expectation in
            guard expectation.subject == subject, case .state(state)? = fold.expected(by: expectation)?.what else {
                return false
            }
            return true
        }
    }

    mutating func removePending(where condition: (RuleFold, Expectation) -> Bool) {
        let kept = pending.filter { !condition(self, $0) }
        if kept.count < pending.count { pending = kept }
    }

    @inline(__always)
    mutating func changeTrack(ofEntity number: Int, _ change: (inout RuleStateTrack) -> Void) {
        guard case .kept(var changes) = journal else {
            entities.change(number) { change(&$0.track) }
            return
        }
        let before = entities.entities[number]
        entities.change(number) { change(&$0.track) }
        let after = entities.entities[number].track
        guard before.track.state != after.state else { return }
        changes.append(EntityChange(name: before.name, before: before.track, after: after))
        journal = .kept(changes)
    }
}

/// What became of a line.
public enum LineOutcome: Sendable, Equatable {
    case blank
    /// It belongs to the record above.
    case continuation
    /// Two writers wrote into each other.
    case damaged
    /// No rule knows it.
    case unknown
    /// The rule with this number in ``ComponentRules`` fitted.
    case rule(Int)
}
