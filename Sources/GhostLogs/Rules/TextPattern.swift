/// A phrase of the rule language, taken apart: texts that must stand in the line, and captures between them.
///
/// A capture takes the shortest text after which the rest fits, so that it ends where the next text first stands. It is
/// matched by going forward and trying anew at the last captures only: the work is bounded, whatever the line says.
package struct TextPattern: Sendable {
    /// The phrase as it was written.
    package let source: String
    var elements: [Element] = []
    /// The bytes of all texts, one behind the other.
    var pool: [UInt8] = []
    /// Where the alternatives of choices are in the pool.
    var choices: [Range<Int>] = []
    var start = Start.anywhere
    var end = End.anywhere

    /// Where a match may begin.
    enum Start: Sendable {
        case anywhere
        /// Where the text of the line begins.
        case beginning
    }

    /// Where a match may end.
    enum End: Sendable {
        case anywhere
        case lineEnd
    }

    struct Element: Sendable {
        var form: Form
        /// In the pool, or in the list of choices.
        var lower = 0
        var upper = 0
        /// Which capture of the rule it is; negative if nobody wants it.
        var slot = -1
    }

    enum Form: UInt8, Sendable {
        case literal
        case choice
        // The shortest text after which the rest fits.
        case anyText
        case word
        case name
        // As many bytes as belong to it.
        case integer
        case number
        case duration

        var isOpen: Bool {
            switch self {
            case .anyText, .word, .name: true
            case .literal, .choice, .integer, .number, .duration: false
            }
        }
    }

    /// The longest text that must stand in the line; nil if there is none.
    var longestLiteral: Range<Int>? {
        elements.filter { $0.form == .literal }.map { $0.lower..<$0.upper }.max { $0.count < $1.count }
    }
}

/// A capture of a rule: its name and what it takes.
package struct Capture: Sendable, Equatable {
    package var name: String
    package var kind: Kind

    /// What a capture takes.
    package enum Kind: String, Sendable, CaseIterable {
        /// Any text, at least one byte.
        case text
        /// Text without blanks.
        case word
        /// What programs and tasks are called: words of letters, digits and `. _ - @ # / +` with single blanks between.
        case name
        /// A whole number, perhaps with a sign.
        case int
        /// A whole number that only grows, except that it begins anew when its program does.
        case counter
        /// A number, perhaps with decimals.
        case number
        /// A time span such as `12ms` or `1h30m`.
        case duration
        /// A time as RFC 3339 has it.
        case time
        /// Items with commas between.
        case list
        /// One of the words written in the phrase.
        case choice

        /// Whether it is text as it stands there, whichever bytes it may have.
        var isPlainText: Bool {
            switch self {
            case .text, .word, .name: true
            case .int, .counter, .number, .duration, .time, .list, .choice: false
            }
        }

        var form: TextPattern.Form {
            switch self {
            case .text, .list: .anyText
            case .word, .time: .word
            case .name: .name
            case .int, .counter: .integer
            case .number: .number
            case .duration: .duration
            case .choice: .choice
            }
        }
    }

    package init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }
}

/// What is wrong with a phrase or template, and at which of its characters.
package struct PhraseFailure: Error, Equatable {
    package var message: String
    /// The wrong word, where a right one may be near.
    package var word: String?

    package init(_ message: String, word: String? = nil) {
        self.message = message
        self.word = word
    }
}

extension TextPattern {
    /// Fits every line.
    package static let everything = TextPattern()

    private init() {
        source = ""
        start = .beginning
    }
}
