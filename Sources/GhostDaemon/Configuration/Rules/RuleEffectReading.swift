import GhostLogs
import GhostModel
import Yams

/// One rule: what its lines mean.
extension RuleSetReader {
    mutating func readEffects(_ entry: inout MappingReader, of rule: inout Rule, _ uses: inout [StateUse]) {
        var effects = effects(&entry, rule.captures, &uses)
        for (list, template, keep) in lists(&entry, rule.captures) { effects.lists.append((list, template, keep)) }
        effects.every = capture(&entry, "every", [.duration, .text], rule.captures)
        effects.at = capture(&entry, "at", [.time, .text], rule.captures)
        guard let node = entry.take("each") else {
            rule.effects = effects
            return
        }
        guard node.mapping == nil else {
            rule.effects = effects
            rule.each = each(node, path: entry.path(of: "each"), rule.captures, &uses)
            return
        }
        // In its short form what the rule says is about the entity; what it counts is counted for both.
        guard let template = template(node, path: entry.path(of: "each"), rule.captures) else { return }
        var each = EntityEffects(selector: .named(template))
        each.effects = effects
        each.effects.lists = []
        each.effects.error = nil
        each.effects.every = nil
        each.effects.at = nil
        effects.state = nil
        effects.sets = []
        effects.lasts = []
        effects.expect = nil
        effects.alerts = []
        rule.effects = effects
        rule.each = each
    }

    /// What may be said of a component as well as of an entity.
    private mutating func effects(
        _ entry: inout MappingReader,
        _ captures: [Capture],
        _ uses: inout [StateUse]
    ) -> RuleEffects {
        var effects = RuleEffects()
        if let node = entry.take("state") {
            if let word = node.scalar?.string, !word.isEmpty {
                effects.state = state(word, at: node, &uses)
            } else {
                problems.add("\(entry.path(of: "state")) must be a word", at: node)
            }
        }
        if var mapping = entry.mapping("set", problems: &problems) {
            for name in mapping.order {
                let node = mapping.take(name)
                guard let number = intern(\.values, name, at: node ?? mapping.keyNode(name)) else { continue }
                // Without a text the value is taken away.
                guard let node else {
                    effects.sets.append((number, .nothing))
                    continue
                }
                if let template = template(node, path: mapping.path(of: name), captures) {
                    effects.sets.append((number, template))
                }
            }
        }
        effects.counts = counts(&entry, captures)
        effects.lasts = texts(&entry, "last").compactMap { intern(\.lasts, $0.text, at: $0.node) }
        if let node = entry.take("error") { effects.error = template(node, path: entry.path(of: "error"), captures) }
        effects.expect = expect(&entry, &uses)
        effects.alerts = alerts(&entry, effects.counts)
        return effects
    }

    private mutating func template(_ node: Node, path: String, _ captures: [Capture]) -> RuleTemplate? {
        guard let text = node.scalar?.string, !text.isEmpty else {
            problems.add("\(path) must be a text", at: node)
            return nil
        }
        do throws(PhraseFailure) {
            return try RuleTemplate(text, captures: captures)
        } catch {
            let suggestion = error.word.flatMap { NearestWord.to($0, among: captures.map(\.name)) }
            problems.add(error.message, at: node, suggestion: suggestion)
            return nil
        }
    }

    /// A key whose value is one capture, and of a kind that makes sense.
    private mutating func capture(
        _ entry: inout MappingReader,
        _ key: String,
        _ kinds: [Capture.Kind],
        _ captures: [Capture]
    ) -> Int? {
        guard let node = entry.take(key) else { return nil }
        guard let template = template(node, path: entry.path(of: key), captures) else { return nil }
        guard let slot = template.onlyCapture, kinds.contains(captures[slot].kind) else {
            problems.add("\(entry.path(of: key)) must be one capture of the kind \(kinds[0].rawValue)", at: node)
            return nil
        }
        return slot
    }

    /// `count: restarts`, `count: [a, b]`, or `count: {processed: "{n}"}`.
    private mutating func counts(_ entry: inout MappingReader, _ captures: [Capture]) -> [RuleEffects.Count] {
        guard entry.value("count")?.mapping != nil else {
            return texts(&entry, "count").compactMap { name in
                intern(\.counters, name.text, at: name.node).map { RuleEffects.Count(counter: $0, step: .one) }
            }
        }
        guard var mapping = entry.mapping("count", problems: &problems) else { return [] }
        return mapping.order.compactMap { name in
            let path = mapping.path(of: name)
            guard let node = mapping.take(name), let number = intern(\.counters, name, at: node) else { return nil }
            if node.int == 1 { return RuleEffects.Count(counter: number, step: .one) }
            guard let template = template(node, path: path, captures) else { return nil }
            guard let slot = template.onlyCapture else {
                problems.add("\(path) must be 1 or one capture, such as \"{n}\"", at: node)
                return nil
            }
            switch captures[slot].kind {
            case .counter: return RuleEffects.Count(counter: number, step: .growth(slot))
            case .int, .text: return RuleEffects.Count(counter: number, step: .capture(slot))
            default:
                let name = captures[slot].name
                problems.add("{\(name)} is no number; capture it as {\(name):int} or {\(name):counter}", at: node)
                return nil
            }
        }
    }

    /// `list: recent`, or `list: {recent: "{text}"}`, or `list: {recent: {text: "{text}", keep: 3}}`.
    private mutating func lists(
        _ entry: inout MappingReader,
        _ captures: [Capture]
    ) -> [(Int, RuleTemplate?, Int)] {
        guard entry.value("list")?.mapping != nil else {
            return texts(&entry, "list").compactMap { name in
                intern(\.lists, name.text, at: name.node).map { ($0, nil, keep($0, nil, at: name.node)) }
            }
        }
        guard var mapping = entry.mapping("list", problems: &problems) else { return [] }
        return mapping.order.compactMap { name in
            let path = mapping.path(of: name)
            guard let node = mapping.take(name), let number = intern(\.lists, name, at: node) else { return nil }
            guard node.mapping != nil, var item = MappingReader(node, path: path, problems: &problems) else {
                return template(node, path: path, captures).map { (number, $0, keep(number, nil, at: node)) }
            }
            let text = item.take("text").flatMap { template($0, path: "\(path).text", captures) }
            let count = item.integer("keep", in: 1...RuleLimits.listItems, problems: &problems)
            item.rejectOthers(problems: &problems)
            return (number, text, keep(number, count, at: node))
        }
    }

    /// How many items a list keeps: the same wherever it is named.
    private mutating func keep(_ list: Int, _ count: Int?, at node: Node) -> Int {
        let count = count ?? keeps[list] ?? RuleLimits.usualListItems
        if let other = keeps[list], other != count {
            problems.add(
                "the list \(names.lists[list]) keeps \(other) items in another rule, and \(count) here",
                at: node
            )
        }
        keeps[list] = count
        return count
    }

    private mutating func expect(_ entry: inout MappingReader, _ uses: inout [StateUse]) -> RuleEffects.Expect? {
        guard var mapping = entry.mapping("expect", problems: &problems) else { return nil }
        defer { mapping.rejectOthers(problems: &problems) }
        let within = mapping.duration("within", problems: &problems)
        let otherwise = stateNumber(&mapping, "else", &uses)
        let wanted = stateNumber(&mapping, "state", &uses)
        var captures: [Capture] = []
        let text = texts(&mapping, "phrase").first
        var expected: Phrase?
        if let text { expected = phrase(text, captures: &captures) }
        guard let within, let otherwise, (wanted == nil) != (text == nil) else {
            problems.add(
                "\(mapping.path) wants a state or a phrase, within: a duration, and else: a state",
                at: mapping.node
            )
            return nil
        }
        if let wanted { return RuleEffects.Expect(what: .state(wanted), within: within, otherwise: otherwise) }
        return expected.map { RuleEffects.Expect(what: .phrase($0), within: within, otherwise: otherwise) }
    }

    private mutating func stateNumber(
        _ entry: inout MappingReader,
        _ key: String,
        _ uses: inout [StateUse]
    ) -> Int? {
        guard let node = entry.take(key) else { return nil }
        return state(node.scalar?.string ?? "", at: node, &uses)
    }

    private mutating func alerts(_ entry: inout MappingReader, _ counts: [RuleEffects.Count]) -> [Int] {
        guard let node = entry.take("alert") else { return [] }
        let path = entry.path(of: "alert")
        let items = node.sequence.map(Array.init) ?? [node]
        return items.compactMap { item in
            guard var mapping = MappingReader(item, path: path, problems: &problems) else { return nil }
            defer { mapping.rejectOthers(problems: &problems) }
            let counter = mapping.text("count", problems: &problems)
            let over = mapping.integer("over", in: 0...RuleLimits.alertEvents, problems: &problems)
            let window = mapping.duration("in", problems: &problems)
            let keep = mapping.duration("keep", problems: &problems) ?? .zero
            let name = mapping.text("name", problems: &problems)
            guard let counter, let over, let window else {
                problems.add("\(path) wants count: a counter, over: a number and in: a duration", at: item)
                return nil
            }
            let own = counts.map { names.counters[$0.counter] }
            guard let number = counts.first(where: { names.counters[$0.counter] == counter })?.counter else {
                problems.add(
                    "\(path) watches \"\(counter)\", which this rule does not count",
                    at: mapping.keyNode("count"),
                    suggestion: NearestWord.to(counter, among: own)
                )
                return nil
            }
            let usual = "\(counter) over \(over) in \(window.configurationText)"
            let alert = AlertRule(name: name ?? usual, counter: number, over: over, window: window, keep: keep)
            if let known = names.alerts.firstIndex(of: alert) { return known }
            guard names.alerts.count < RuleLimits.names else {
                problems.add("more than \(RuleLimits.names) alerts", at: item)
                return nil
            }
            if names.alerts.contains(where: { $0.name == alert.name }) {
                problems.add("another alert is named \"\(alert.name)\" and says something else", at: item)
            }
            names.alerts.append(alert)
            return names.alerts.count - 1
        }
    }

    /// The long form: which entities, and what the line means for them.
    private mutating func each(
        _ node: Node,
        path: String,
        _ captures: [Capture],
        _ uses: inout [StateUse]
    ) -> EntityEffects? {
        guard var mapping = MappingReader(node, path: path, problems: &problems) else { return nil }
        defer { mapping.rejectOthers(problems: &problems) }
        let name = mapping.take("name")
        let except = capture(&mapping, "except", [.list], captures)
        var selector: EntityEffects.Selector?
        if let name, name.scalar?.string == "*" {
            selector = .all
        } else if let name {
            selector = template(name, path: "\(path).name", captures).map { .named($0) }
        } else if let except {
            selector = .except(except)
        }
        guard let selector else {
            if name == nil { problems.add("\(path) wants a name, such as \"{name}\" or \"*\", or except", at: node) }
            return nil
        }
        var each = EntityEffects(selector: selector)
        each.from = stateNumber(&mapping, "from", &uses)
        if mapping.truth("forget", problems: &problems) == true { each.fate = .forgotten }
        each.effects = effects(&mapping, captures, &uses)
        return each
    }
}

extension MappingReader {
    /// The value of a key, without taking it.
    func value(_ key: String) -> Node? {
        var copy = self
        return copy.take(key)
    }
}
