extension TextPattern {
    /// Takes a phrase apart.
    ///
    /// - Parameters:
    ///   - captures: those of the rule so far; new ones are added, and one of the same name must be of the same kind.
    ///   - anchored: the whole text must fit, as if it stood between `^` and `$`.
    ///   - written: what people wrote, if it is not the phrase itself.
    package init(
        _ phrase: some StringProtocol,
        captures: inout [Capture],
        anchored: Bool = false,
        written: String? = nil
    ) throws(PhraseFailure) {
        let phrase = String(phrase)
        source = written ?? phrase
        guard phrase.utf8.count <= RuleLimits.textBytes else {
            throw PhraseFailure("a phrase has at most \(RuleLimits.textBytes) bytes")
        }
        var rest = Substring(phrase)
        if anchored {
            start = .beginning
            end = .lineEnd
        } else {
            if rest.hasPrefix("^") {
                start = .beginning
                rest.removeFirst()
            } else if rest.hasPrefix("\\^") || rest.hasPrefix("\\$") {
                rest.removeFirst()
            }
            if rest.hasSuffix("\\$") {
                rest.removeLast(2)
                rest.append("$")
            } else if rest.hasSuffix("$") {
                end = .lineEnd
                rest.removeLast()
            }
        }
        guard !rest.isEmpty else { throw PhraseFailure("the phrase is empty; it would match every line") }
        try parse(rest, &captures)
        // Any text in front takes everything from the beginning.
        if let first = elements.first, first.form == .anyText { start = .beginning }
        guard elements.contains(where: { $0.form == .literal }) || start == .beginning || end == .lineEnd || anchored
        else { throw PhraseFailure("the phrase has no text of its own; put some before or after the capture") }
    }

    private mutating func parse(_ text: Substring, _ captures: inout [Capture]) throws(PhraseFailure) {
        var rest = text
        var literal: [UInt8] = []
        while let character = rest.first {
            rest.removeFirst()
            switch character {
            case "{" where rest.first == "{", "}" where rest.first == "}":
                rest.removeFirst()
                literal.append(contentsOf: String(character).utf8)
            case "{":
                add(literal: literal)
                literal = []
                guard let close = rest.firstIndex(of: "}") else {
                    throw PhraseFailure("a { is never closed; a brace that stands for itself is written {{")
                }
                try add(capture: rest[..<close], &captures)
                rest = rest[rest.index(after: close)...]
            case "}":
                throw PhraseFailure("a } stands without its {; a brace that stands for itself is written }}")
            default:
                literal.append(contentsOf: String(character).utf8)
            }
        }
        add(literal: literal)
    }

    private mutating func add(literal: [UInt8]) {
        guard !literal.isEmpty else { return }
        elements.append(Element(form: .literal, lower: pool.count, upper: pool.count + literal.count))
        pool += literal
    }

    private mutating func add(capture text: Substring, _ captures: inout [Capture]) throws(PhraseFailure) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts.first ?? "")
        let kindText = parts.count > 1 ? String(parts[1]) : "text"
        guard name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }) else {
            throw PhraseFailure("{\(text)}: the name of a capture has letters, digits and _ only")
        }
        var element: Element
        let kind: Capture.Kind
        if kindText.contains("|") {
            kind = .choice
            element = try choice(kindText.split(separator: "|", omittingEmptySubsequences: false))
        } else if let known = Capture.Kind(rawValue: kindText), known != .choice {
            kind = known
            element = Element(form: known.form)
        } else {
            let kinds = Capture.Kind.allCases.filter { $0 != .choice }.map(\.rawValue).joined(separator: ", ")
            throw PhraseFailure("{\(text)}: a capture takes one of \(kinds), or words such as up|down", word: kindText)
        }
        if let last = elements.last, last.form.isOpen, element.form.isOpen {
            throw PhraseFailure("{\(text)} follows another capture at once; nothing says where that one ends")
        }
        if !name.isEmpty, name != "_" { element.slot = try slot(of: name, kind, &captures) }
        elements.append(element)
    }

    private mutating func choice(_ words: [Substring]) throws(PhraseFailure) -> Element {
        guard words.allSatisfy({ !$0.isEmpty }) else { throw PhraseFailure("a word between | and | is empty") }
        let first = choices.count
        // The longest first, so that none hides another that begins like it.
        for word in words.sorted(by: { $0.utf8.count > $1.utf8.count }) {
            choices.append(pool.count..<pool.count + word.utf8.count)
            pool += word.utf8
        }
        return Element(form: .choice, lower: first, upper: choices.count)
    }

    private func slot(
        of name: String,
        _ kind: Capture.Kind,
        _ captures: inout [Capture]
    ) throws(PhraseFailure) -> Int {
        if let slot = captures.firstIndex(where: { $0.name == name }) {
            guard captures[slot].kind == kind || captures[slot].kind.isPlainText && kind.isPlainText else {
                throw PhraseFailure(
                    "{\(name)} is \(captures[slot].kind) in another phrase of this rule, and \(kind) here"
                )
            }
            guard !elements.contains(where: { $0.slot == slot }) else {
                throw PhraseFailure("{\(name)} stands twice in this phrase")
            }
            return slot
        }
        guard captures.count < RuleLimits.captures else {
            throw PhraseFailure("a rule has at most \(RuleLimits.captures) captures")
        }
        captures.append(Capture(name: name, kind: kind))
        return captures.count - 1
    }
}
