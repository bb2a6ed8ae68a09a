package import GhostModel
package import GhostPatterns

/// A rule of one rule set: which lines it is about, and what they mean.
package struct Rule: Sendable {
    /// The name that it was given, or `rule 3`.
    package var name: String
    /// Where in the file it stands.
    package var line: Int
    /// One of these must fit; if there are none, every line does that meets the conditions.
    package var when: [Phrase] = []
    /// None of these may fit.
    package var unless: [Phrase] = []
    /// The line must be at least as serious.
    package var level: LogLevel?
    package var signs = SignSet.any
    package var time = TimeCondition.usual
    package var fields: [FieldCondition] = []
    package var captures: [Capture] = []
    package var effects = RuleEffects()
    package var each: EntityEffects?

    package init(name: String, line: Int) {
        self.name = name
        self.line = line
    }
}

/// One phrase of a rule.
package enum Phrase: Sendable {
    /// Words; those that begin with a sign want a line that begins with it.
    case text(TextPattern, signs: SignSet)
    /// By the number of its group, the capture that it fills; negative if none.
    case regex(LinearRegex, source: String, slots: [Int])

    /// The phrase as it was written.
    package var source: String {
        switch self {
        // A sign alone has no words.
        case .text(let pattern, let signs): pattern.source.isEmpty ? signs.sign?.text ?? "" : pattern.source
        case .regex(_, let source, _): "/\(source)/"
        }
    }
}

/// Whether a line must carry a time.
package enum TimeCondition: String, Sendable, CaseIterable {
    /// As its component has it: lines that begin a record.
    case usual
    case none
    case some
    case any
}

/// A `key=value` field that must stand in the line.
package struct FieldCondition: Sendable {
    package var key: String
    /// The key and the equals sign behind it.
    var marker: [UInt8]
    package var pattern: TextPattern

    package init(key: String, pattern: TextPattern) {
        self.key = key
        marker = Array("\(key)=".utf8)
        self.pattern = pattern
    }
}

/// What a line means for a component, or for one of its entities.
package struct RuleEffects: Sendable {
    /// By number in the rule set.
    package var state: Int?
    package var sets: [(value: Int, template: RuleTemplate)] = []
    package var counts: [Count] = []
    package var lasts: [Int] = []
    package var lists: [(list: Int, template: RuleTemplate?, keep: Int)] = []
    package var error: RuleTemplate?
    package var expect: Expect?
    package var alerts: [Int] = []
    /// The capture that says how often a line is due.
    package var every: Int?
    /// The capture that says when it happened.
    package var at: Int?

    package init() {}

    /// Something to count.
    package struct Count: Sendable {
        package var counter: Int
        package var step: Step

        package enum Step: Sendable, Equatable {
            case one
            /// As many as the capture says.
            case capture(Int)
            /// As many as the capture grew by since it was last seen.
            case growth(Int)
        }

        package init(counter: Int, step: Step) {
            self.counter = counter
            self.step = step
        }
    }

    /// Something that must happen in time.
    package struct Expect: Sendable {
        package var what: Expected
        package var within: Duration
        /// The state that it is otherwise.
        package var otherwise: Int

        package enum Expected: Sendable {
            case state(Int)
            case phrase(Phrase)
        }

        package init(what: Expected, within: Duration, otherwise: Int) {
            self.what = what
            self.within = within
            self.otherwise = otherwise
        }
    }
}

/// What a line means for the entities of a component: its daemons, tasks or disks.
package struct EntityEffects: Sendable {
    package var selector: Selector
    /// Only those that are in this state.
    package var from: Int?
    package var effects = RuleEffects()
    package var fate = Fate.kept

    /// Which entities a rule is about.
    package enum Selector: Sendable {
        /// The one that the line names.
        case named(RuleTemplate)
        case all
        /// All but those in the list.
        case except(Int)
    }

    /// What becomes of them.
    package enum Fate: Sendable {
        case kept
        case forgotten
    }

    package init(selector: Selector) { self.selector = selector }
}

/// So many events within such a time.
package struct AlertRule: Sendable, Equatable {
    package var name: String
    package var counter: Int
    /// It is raised by one more than so many.
    package var over: Int
    package var window: Duration
    /// How long it stays raised after the reason is gone.
    package var keep: Duration

    package init(name: String, counter: Int, over: Int, window: Duration, keep: Duration) {
        self.name = name
        self.counter = counter
        self.over = over
        self.window = window
        self.keep = keep
    }
}
