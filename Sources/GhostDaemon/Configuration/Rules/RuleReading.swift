import GhostLogs
import GhostModel
import GhostPatterns
import Yams

/// One rule: when it fires.
extension RuleSetReader {
    mutating func readRule(_ entry: inout MappingReader, usualName: String) -> ReadRule {
        let name = entry.text("name", problems: &problems) ?? usualName
        var rule = Rule(name: name, line: entry.node.mark?.line ?? 0)
        var uses: [StateUse] = []
        rule.when = phrases(&entry, "when", &rule.captures)
        var ignored: [Capture] = []
        rule.unless = phrases(&entry, "unless", &ignored)
        if rule.when.count + rule.unless.count > RuleLimits.phrases {
            problems.add("\(entry.path) has more than \(RuleLimits.phrases) phrases", at: entry.node)
        }
        rule.level = entry.choice("level", LogLevel.self, problems: &problems)
        rule.signs = signs(&entry)
        rule.time = time(&entry)
        rule.fields = fields(&entry, &rule.captures)
        let hasCondition =
            !rule.when.isEmpty || rule.level != nil || rule.signs != .any || !rule.fields.isEmpty
            || rule.time != .usual
        if !hasCondition, entry.keyNode("when") == nil {
            problems.add(
                "\(entry.path) has no when, level, indicator, fields or time: it would fire on every line",
                at: entry.node
            )
        }
        readEffects(&entry, of: &rule, &uses)
        entry.rejectOthers(problems: &problems)
        return ReadRule(rule: rule, node: entry.node, stateUses: uses)
    }

    private mutating func phrases(
        _ entry: inout MappingReader,
        _ key: String,
        _ captures: inout [Capture]
    ) -> [Phrase] {
        texts(&entry, key).compactMap { phrase($0, captures: &captures) }
    }

    /// Takes a phrase apart: words, or a regular expression between slashes.
    mutating func phrase(_ text: PlacedText, captures: inout [Capture]) -> Phrase? {
        do throws(PhraseFailure) {
            if text.text.count > 2, text.text.hasPrefix("/"), text.text.hasSuffix("/") {
                return try regex(String(text.text.dropFirst().dropLast()), &captures)
            }
            guard let (signs, rest) = leadingSign(of: text.text) else {
                return .text(try TextPattern(text.text, captures: &captures), signs: .any)
            }
            guard !rest.isEmpty else { return .text(.everything, signs: signs) }
            return .text(try TextPattern("^\(rest)", captures: &captures, written: text.text), signs: signs)
        } catch {
            let kinds = Capture.Kind.allCases.map(\.rawValue)
            problems.add(
                "\(error.message) – in \"\(text.text.prefix(80))\"",
                at: text.node,
                suggestion: error.word.flatMap { NearestWord.to($0, among: kinds) }
            )
            return nil
        }
    }

    private func regex(_ source: String, _ captures: inout [Capture]) throws(PhraseFailure) -> Phrase {
        guard source.utf8.count <= RuleLimits.textBytes else {
            throw PhraseFailure("a regular expression has at most \(RuleLimits.textBytes) bytes")
        }
        let regex: LinearRegex
        do throws(RegexFailure) {
            regex = try LinearRegex(source)
        } catch {
            throw PhraseFailure("the regular expression is wrong at character \(error.offset + 1): \(error.message)")
        }
        var slots: [Int] = []
        for name in regex.captureNames {
            guard let name else {
                slots.append(-1)
                continue
            }
            if let known = captures.firstIndex(where: { $0.name == name }) {
                slots.append(known)
            } else {
                guard captures.count < RuleLimits.captures else {
                    throw PhraseFailure("a rule has at most \(RuleLimits.captures) captures")
                }
                captures.append(Capture(name: name, kind: .text))
                slots.append(captures.count - 1)
            }
        }
        return .regex(regex, source: source, slots: slots)
    }

    /// The sign that a phrase begins with, and the rest of it.
    private func leadingSign(of text: String) -> (SignSet, Substring)? {
        var rest = Substring(text)
        if rest.hasPrefix("^") { rest.removeFirst() }
        guard let first = rest.first, let sign = SignSet(sign: String(first)) else { return nil }
        return (sign, rest.dropFirst().drop { $0 == " " })
    }

    private mutating func signs(_ entry: inout MappingReader) -> SignSet {
        let words = texts(&entry, "indicator")
        guard !words.isEmpty else { return .any }
        var set = SignSet(bits: 0)
        for word in words {
            switch word.text {
            case "any": set.insert(.present)
            case "none": set.insert(.absent)
            case "unreadable": set.insert(.unreadable)
            default:
                if let kind = LineSign.Kind(rawValue: word.text) {
                    set.insert(SignSet(kind))
                } else if let sign = SignSet(sign: word.text) {
                    set.insert(sign)
                } else {
                    let kinds = LineSign.Kind.allCases.map(\.rawValue) + ["any", "none", "unreadable"]
                    problems.add(
                        "\(entry.path(of: "indicator")) must be a sign such as ❌, or one of \(kinds.joined(separator: ", "))",
                        at: word.node,
                        suggestion: NearestWord.to(word.text, among: kinds)
                    )
                }
            }
        }
        return set
    }

    private mutating func time(_ entry: inout MappingReader) -> TimeCondition {
        guard let node = entry.take("time") else { return .usual }
        switch node.scalar?.string {
        case "none": return .none
        case "some": return .some
        case "any": return .any
        default:
            problems.add("\(entry.path(of: "time")) must be one of none, some, any", at: node)
            return .usual
        }
    }

    private mutating func fields(_ entry: inout MappingReader, _ captures: inout [Capture]) -> [FieldCondition] {
        guard var mapping = entry.mapping("fields", problems: &problems) else { return [] }
        return mapping.order.compactMap { key in
            guard let node = mapping.take(key), let text = node.scalar?.string else {
                problems.add("\(mapping.path(of: key)) must be a text", at: mapping.keyNode(key))
                return nil
            }
            do throws(PhraseFailure) {
                let pattern = try TextPattern(text, captures: &captures, anchored: true)
                return FieldCondition(key: key, pattern: pattern)
            } catch {
                problems.add("\(error.message) – in \"\(text.prefix(80))\"", at: node)
                return nil
            }
        }
    }

    /// One text or a list of them.
    mutating func texts(_ entry: inout MappingReader, _ key: String) -> [PlacedText] {
        guard let node = entry.take(key) else { return [] }
        let items = node.sequence.map(Array.init) ?? [node]
        return items.compactMap { item in
            guard let text = item.scalar?.string, !text.isEmpty else {
                problems.add("\(entry.path(of: key)) must be a text or a list of texts", at: item)
                return nil
            }
            return PlacedText(text: text, node: item)
        }
    }

    /// The number of a name, a new one if it is new.
    mutating func intern(_ table: WritableKeyPath<RuleNames, [String]>, _ name: String, at node: Node?) -> Int? {
        if let number = names[keyPath: table].firstIndex(of: name) { return number }
        guard names[keyPath: table].count < RuleLimits.names else {
            problems.add("more than \(RuleLimits.names) names", at: node)
            return nil
        }
        guard !name.isEmpty, name.utf8.count <= RuleLimits.textBytes else {
            problems.add("a name has 1 to \(RuleLimits.textBytes) bytes", at: node)
            return nil
        }
        names[keyPath: table].append(name)
        return names[keyPath: table].count - 1
    }

    mutating func state(_ word: String, at node: Node, _ uses: inout [StateUse]) -> Int {
        uses.append(StateUse(word: word, node: node))
        return intern(\.states, word, at: node) ?? 0
    }
}
