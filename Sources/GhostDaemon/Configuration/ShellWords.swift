/// Splits a command line into words as a POSIX shell does, without running one: quotes and backslashes work, variables,
/// globs and operators do not.
enum ShellWords {
    /// Why a command line cannot be split.
    enum Failure: Error, Equatable {
        case unclosedQuote(Character)
        case endsWithBackslash
        /// An operator that only a shell understands.
        case needsShell(Character)
    }

    static func split(_ line: String) throws(Failure) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var rest = Substring(line)

        while let character = rest.popFirst() {
            switch (quote, character) {
            case ("'", "'"), ("\"", "\""):
                quote = nil
            case ("'", _):
                word = (word ?? "") + String(character)
            case (nil, "'"), (nil, "\""):
                quote = character
                word = word ?? ""
            case (_, "\\"):
                guard let escaped = rest.popFirst() else { throw .endsWithBackslash }
                let keepsBackslash = quote == "\"" && !"\"\\$`".contains(escaped)
                word = (word ?? "") + (keepsBackslash ? "\\" : "") + String(escaped)
            case ("\"", _):
                word = (word ?? "") + String(character)
            case (nil, " "), (nil, "\t"), (nil, "\n"):
                if let finished = word { words.append(finished) }
                word = nil
            case (nil, "|"), (nil, "&"), (nil, ";"), (nil, "<"), (nil, ">"):
                throw .needsShell(character)
            default:
                word = (word ?? "") + String(character)
            }
        }
        if let quote { throw .unclosedQuote(quote) }
        if let word { words.append(word) }
        return words
    }
}
