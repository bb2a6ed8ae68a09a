/// A pattern as a tree, the common form of regular expressions and shell patterns.
indirect enum RegexNode: Sendable {
    case empty
    /// One symbol out of a set.
    case symbols(SymbolSet)
    case look(Look)
    case sequence([RegexNode])
    /// One of several; the earlier are preferred.
    case alternatives([RegexNode])
    case group(RegexNode, number: Int)
    case repeated(RegexNode, Repetition)

    /// How often something may stand in a row.
    struct Repetition: Sendable, Equatable {
        let least: Int
        /// `nil`: without end.
        let most: Int?
        let preference: Preference
        /// Where it is written, in bytes from the start of the pattern.
        let offset: Int
    }

    /// Which number of repetitions is tried first.
    enum Preference: Sendable, Equatable {
        case more
        case fewer
    }

    /// Whether it can match without consuming anything.
    var isNullable: Bool {
        switch self {
        case .empty, .look: true
        case .symbols: false
        case .sequence(let parts): parts.allSatisfy(\.isNullable)
        case .alternatives(let parts): parts.contains(where: \.isNullable)
        case .group(let inner, _): inner.isNullable
        case .repeated(let inner, let repetition): repetition.least == 0 || inner.isNullable
        }
    }

    /// Whether it can match at the start of the text only.
    var isAnchored: Bool {
        switch self {
        case .empty, .symbols: false
        case .look(let look): look == .textStart
        case .sequence(let parts):
            parts.first(where: { if case .empty = $0 { false } else { true } })?.isAnchored ?? false
        case .alternatives(let parts): !parts.isEmpty && parts.allSatisfy(\.isAnchored)
        case .group(let inner, _): inner.isAnchored
        case .repeated(let inner, let repetition): repetition.least > 0 && inner.isAnchored
        }
    }
}
