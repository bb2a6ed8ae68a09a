public import GhostModel

/// Why a line means what it means: what was recognised in it, and what became of each rule.
public struct RuleExplanation: Codable, Sendable, Equatable {
    public var component: String
    /// What the line is for its component: record, continuation, damaged or blank.
    public var kind: String
    /// The time that it carries, and how it was judged.
    public var time: Finding
    public var level: Finding
    public var sign: Finding
    /// The text behind all that.
    public var message: String
    /// In their order, up to the one that fits.
    public var rules: [Trial]
    /// The rule that fits; nil if none does.
    public var fired: String?
    public var captures: [String: String]
    /// What the line changes, in words.
    public var changes: [String]

    /// Something that was recognised, and why.
    public struct Finding: Codable, Sendable, Equatable {
        public var value: String?
        public var reason: String
    }

    /// What became of a rule.
    public struct Trial: Codable, Sendable, Equatable {
        public var rule: String
        /// Where it stands in its file.
        public var line: Int
        /// Why it does not fit; nil if it does.
        public var refusal: String?
    }
}

extension RuleFold {
    /// Says why `line` means what it means, without folding it.
    public func explanation(of line: Span<UInt8>, readAt: Timestamp) -> RuleExplanation {
        var reader = heads
        let head = reader.read(line, readAt: readAt, everything: true)
        let context = LineContext(file: 0, generation: 1, readAt: readAt)
        var scratch = MatchScratch()
        var trials: [RuleExplanation.Trial] = []
        var fired: Int?
        if head.kind == .record || head.kind == .continuation {
            for (number, rule) in component.rules.enumerated() {
                scratch.attemptsLeft = RuleLimits.attempts
                let refusal = component.refusal(of: number, line, head, &scratch)
                trials.append(RuleExplanation.Trial(rule: rule.name, line: rule.line, refusal: refusal))
                guard refusal == nil else { continue }
                fired = number
                break
            }
        }
        var captures: [String: String] = [:]
        if let fired {
            for (slot, capture) in component.rules[fired].captures.enumerated() where !scratch.captures[slot].isEmpty {
                captures[capture.name] = line.text(scratch.captures[slot], longest: RuleLimits.valueBytes)
            }
        }
        return RuleExplanation(
            component: component.name,
            kind: "\(head.kind)",
            time: timeFinding(head, context),
            level: levelFinding(head),
            sign: signFinding(head),
            message: line.text(head.message, longest: 1024),
            rules: trials,
            fired: fired.map { component.rules[$0].name },
            captures: captures,
            changes: fired.map { changes(by: $0, line, readAt) } ?? []
        )
    }

    private func timeFinding(_ head: LineHead, _ context: LineContext) -> RuleExplanation.Finding {
        guard let time = head.time else {
            return .init(value: nil, reason: "no time stands in the line that can be read")
        }
        let isTrusted = context.trusted(time) != nil
        let reason = isTrusted ? "stands in the line" : "stands in the line, but cannot be true: it is not believed"
        return .init(value: time.description, reason: reason)
    }

    private func levelFinding(_ head: LineHead) -> RuleExplanation.Finding {
        guard let level = head.level else { return .init(value: nil, reason: "no word or sign says so") }
        guard let sign = head.signs.sign, sign.kind.level == level else {
            return .init(value: level.rawValue, reason: "a word or field of the line says so")
        }
        return .init(value: level.rawValue, reason: "the sign \(sign.text) says so")
    }

    private func signFinding(_ head: LineHead) -> RuleExplanation.Finding {
        if let sign = head.signs.sign {
            return .init(value: "\(sign.text) (\(sign.kind.rawValue))", reason: "the text begins with it")
        }
        if head.signs == .unreadable { return .init(value: nil, reason: "a sign stands there that cannot be read") }
        return .init(value: nil, reason: "the text begins with none")
    }

    /// What folding the line would change, in words.
    private func changes(by number: Int, _ line: Span<UInt8>, _ readAt: Timestamp) -> [String] {
        var after = self
        after.fold(line: line, file: 0, generation: 1, offset: 0, readAt: readAt)
        let rule = component.rules[number]
        // Judged at an instant at which neither can be silent yet.
        let (old, new) = (snapshot(now: readAt), after.snapshot(now: readAt))
        var changes: [String] = []
        if old.state != new.state { changes.append("state: \(old.state) → \(new.state)") }
        changes += Self.differences(old.counters, new.counters, "count ")
        changes += Self.differences(old.values, new.values, "set ")
        changes += Self.differences(old.times, new.times, "last ")
        for (name, items) in new.lists where items != old.lists[name] {
            changes.append("list \(name): + \(items.first ?? "")")
        }
        for (name, entity) in new.entities where entity != old.entities[name] {
            let before = old.entities[name]
            if before?.state != entity.state {
                changes.append("\(name): state \(before.map { "\($0.state) → " } ?? "")\(entity.state)")
            }
            changes += Self.differences(before?.counters ?? [:], entity.counters, "\(name): count ")
            changes += Self.differences(before?.values ?? [:], entity.values, "\(name): set ")
            changes += Self.differences(before?.times ?? [:], entity.times, "\(name): last ")
        }
        for name in old.entities.keys where new.entities[name] == nil { changes.append("\(name): forgotten") }
        if rule.effects.error != nil { changes.append("error: \(Self.text(after.errorText))") }
        for expectation in after.pending where expectation.rule == number {
            guard let expect = expected(by: expectation) else { continue }
            let otherwise = component.names.states[expect.otherwise]
            changes.append("\(otherwise) unless what is expected comes within \(expect.within.configurationText)")
        }
        if after.beat != beat, let beat = after.beat { changes.append("a line is due every \(beat.configurationText)") }
        return changes.sorted()
    }

    private static func differences<Value: Equatable>(
        _ old: [String: Value],
        _ new: [String: Value],
        _ prefix: String
    ) -> [String] {
        new.filter { old[$0.key] != $0.value }.map { name, value in
            guard let number = value as? Int else { return "\(prefix)\(name): \(value)" }
            return number == 0 ? nil : "\(prefix)\(name): + \(number - (old[name] as? Int ?? 0))"
        }.compactMap(\.self)
    }
}

extension ComponentRules {
    /// Why a rule does not fit; nil if it does.
    fileprivate func refusal(
        of number: Int,
        _ line: Span<UInt8>,
        _ head: LineHead,
        _ scratch: inout MatchScratch
    ) -> String? {
        let rule = rules[number]
        guard head.meets(rule.time, records) else {
            return rule.time == .none ? "the line carries a time" : "the line begins no record"
        }
        guard rule.signs.contains(head.signs) else {
            let found = head.signs.sign.map { "begins with \($0.text)" } ?? "begins with no sign"
            return "the line \(found), which is not what indicator asks for"
        }
        if let level = rule.level, head.level.map({ $0 < level }) ?? true {
            return "the level is \(head.level?.rawValue ?? "not known"), not \(level.rawValue) or more"
        }
        if !rule.when.isEmpty {
            var fits = false
            for phrase in rule.when where !fits {
                scratch.clear(rule.captures.count)
                fits = phrase.fits(line, head, &scratch)
            }
            if !fits { return refusal(ofPhrases: rule.when, line, head) }
        }
        for field in rule.fields where !field.isMet(line, head, &scratch) {
            return "the field \(field.key) is absent or not \"\(field.pattern.source)\""
        }
        var other = MatchScratch()
        for phrase in rule.unless where phrase.fits(line, head, &other) {
            return "unless \"\(phrase.source)\" fits"
        }
        return nil
    }

    private func refusal(ofPhrases phrases: [Phrase], _ line: Span<UInt8>, _ head: LineHead) -> String {
        guard phrases.count == 1, case .text(let pattern, let signs) = phrases[0] else {
            return "none of its phrases fits"
        }
        guard signs.contains(head.signs) else {
            return "the line does not begin with the sign of \"\(phrases[0].source)\""
        }
        for element in pattern.elements where element.form == .literal {
            let text = Array(pattern.pool[element.lower..<element.upper])
            if !line.contains(text, in: head.body) {
                return "\"\(String(decoding: text, as: UTF8.self))\" does not stand in the line"
            }
        }
        return "\"\(phrases[0].source)\" does not fit"
    }
}

extension Span<UInt8> {
    fileprivate func contains(_ text: [UInt8], in range: Range<Int>) -> Bool {
        guard range.count >= text.count else { return false }
        for index in range.lowerBound..<range.upperBound - text.count + 1
        where text.equals(self, index..<index + text.count) {
            return true
        }
        return false
    }
}
