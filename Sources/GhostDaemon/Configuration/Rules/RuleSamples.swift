import GhostLogs
import GhostModel
import Yams

/// Lines, and what they must give.
struct RuleSample {
    var component: String?
    var lines: [String]
    var now: Timestamp?
    var gives: MappingReader
    var node: Node

    /// Later than every time in a sample that names no instant of its own.
    private static let latest = Timestamp(milliseconds: 4_000_000_000_000)

    /// What does not hold, each with its place.
    func faults(in set: RuleSet) -> ProblemList {
        var problems = ProblemList()
        let known = set.components.map(\.name)
        guard let component = component.map(set.component) ?? (known.count == 1 ? set.components.first : nil) else {
            if let component {
                problems.add(
                    "there is no component \"\(component)\"",
                    at: node,
                    suggestion: NearestWord.to(component, among: known)
                )
            } else {
                problems.add("the sample must say which component it is about", at: node)
            }
            return problems
        }
        var fold = RuleFold(component)
        let readAt = now ?? Self.latest
        var last: RuleExplanation?
        for (number, line) in lines.enumerated() {
            let bytes = Array(line.utf8)
            if number == lines.count - 1 { last = fold.explanation(of: bytes.span, readAt: readAt) }
            fold.fold(line: bytes.span, file: 0, generation: 1, offset: 0, readAt: readAt)
        }
        guard let last else { return problems }
        let snapshot = fold.snapshot(now: now ?? fold.newestTime ?? readAt)
        SampleComparison(snapshot: snapshot, last: last).compare(gives, &problems)
        return problems
    }
}

/// Compares what a sample must give with what it gave.
private struct SampleComparison {
    let snapshot: RuleSnapshot
    let last: RuleExplanation

    func compare(_ gives: MappingReader, _ problems: inout ProblemList) {
        var gives = gives
        let texts: [(String, String?)] = [
            ("rule", last.fired ?? "none"), ("state", snapshot.state), ("status", snapshot.status.rawValue),
            ("level", last.level.value ?? "none"), ("time", last.time.value ?? "none"),
            ("indicator", last.sign.value?.split(separator: " ").first.map(String.init) ?? "none"),
            ("error", snapshot.error ?? "none"),
        ]
        for (key, got) in texts {
            guard let node = gives.take(key) else { continue }
            expect(node, key, got ?? "none", &problems)
        }
        compare(&gives, "counts", snapshot.counters.mapValues { "\($0)" }, &problems)
        compare(&gives, "set", snapshot.values.mapValues(\.description), &problems)
        compare(&gives, "last", snapshot.times.mapValues(\.description), &problems)
        compare(&gives, "captures", last.captures, &problems)
        for name in listNames(&gives, "lists", &problems) {
            compareList(name.node, "lists.\(name.text)", snapshot.lists[name.text], &problems)
        }
        if let node = gives.take("alerts") {
            compareList(node, "alerts", snapshot.alerts.map(\.name), &problems)
        }
        compareEntities(&gives, &problems)
        gives.rejectOthers(problems: &problems)
    }

    private func expect(_ node: Node, _ what: String, _ got: String, _ problems: inout ProblemList) {
        let expected = node.scalar?.string ?? "something else than a text"
        // Times may be written with more or fewer digits.
        if let wanted = Timestamp(rfc3339: expected), wanted.description == got { return }
        guard expected != got else { return }
        problems.add("the sample does not hold: \(what) is expected to be \"\(expected)\" and is \"\(got)\"", at: node)
    }

    private func compare(
        _ gives: inout MappingReader,
        _ key: String,
        _ got: [String: String],
        _ problems: inout ProblemList
    ) {
        for name in listNames(&gives, key, &problems) {
            guard let value = got[name.text] else {
                problems.add(
                    "the sample does not hold: \(key) has no \"\(name.text)\"",
                    at: name.node,
                    suggestion: NearestWord.to(name.text, among: got.keys.sorted())
                )
                continue
            }
            expect(name.node, "\(key).\(name.text)", value, &problems)
        }
    }

    private func listNames(
        _ gives: inout MappingReader,
        _ key: String,
        _ problems: inout ProblemList
    ) -> [PlacedText] {
        guard var mapping = gives.mapping(key, problems: &problems) else { return [] }
        return mapping.order.compactMap { name in mapping.take(name).map { PlacedText(text: name, node: $0) } }
    }

    private func compareList(_ node: Node, _ what: String, _ got: [String]?, _ problems: inout ProblemList) {
        let expected = node.sequence?.map { $0.scalar?.string ?? "" } ?? []
        guard expected != got else { return }
        problems.add(
            "the sample does not hold: \(what) is expected to be \(expected) and is \(got ?? [])",
            at: node
        )
    }

    private func compareEntities(_ gives: inout MappingReader, _ problems: inout ProblemList) {
        guard var mapping = gives.mapping("entities", problems: &problems) else { return }
        for name in mapping.order {
            guard let node = mapping.take(name) else { continue }
            let entity = snapshot.entities[name]
            guard let entity else {
                if node.scalar?.string == "none" { continue }
                problems.add(
                    "the sample does not hold: there is no entity \"\(name)\"",
                    at: node,
                    suggestion: NearestWord.to(name, among: snapshot.entities.keys.sorted())
                )
                continue
            }
            guard node.mapping != nil else {
                expect(node, "entities.\(name)", entity.state, &problems)
                continue
            }
            guard var entry = MappingReader(node, path: "entities.\(name)", problems: &problems) else { continue }
            if let state = entry.take("state") { expect(state, "entities.\(name).state", entity.state, &problems) }
            compare(&entry, "counts", entity.counters.mapValues { "\($0)" }, &problems)
            compare(&entry, "set", entity.values.mapValues(\.description), &problems)
            compare(&entry, "last", entity.times.mapValues(\.description), &problems)
            entry.rejectOthers(problems: &problems)
        }
    }
}

extension RuleSetReader {
    mutating func readSamples(_ node: Node, path: String, component: String?) -> [RuleSample] {
        guard let items = node.sequence else {
            problems.add("\(path) must be a list of samples", at: node)
            return []
        }
        if items.count > RuleLimits.samples { problems.add("more than \(RuleLimits.samples) samples", at: node) }
        return items.prefix(RuleLimits.samples).enumerated().compactMap { number, item in
            readSample(item, path: "\(path)[\(number + 1)]", component: component)
        }
    }

    private mutating func readSample(_ node: Node, path: String, component: String?) -> RuleSample? {
        guard var entry = MappingReader(node, path: path, problems: &problems) else { return nil }
        defer { entry.rejectOthers(problems: &problems) }
        let named = component == nil ? entry.text("component", problems: &problems) : nil
        let line = entry.text("line", problems: &problems)
        let lines = line.map { [$0] } ?? texts(&entry, "lines").map(\.text)
        if lines.isEmpty { problems.add("\(path) wants a line, or lines", at: node) }
        if lines.count > RuleLimits.sampleLines {
            problems.add("\(path) has more than \(RuleLimits.sampleLines) lines", at: node)
        }
        var now: Timestamp?
        if let instant = entry.take("now") {
            now = instant.scalar.flatMap { Timestamp(rfc3339: $0.string) }
            if now == nil { problems.add("\(path).now must be a time such as 2026-11-22T16:00:00Z", at: instant) }
        }
        guard let gives = entry.mapping("gives", problems: &problems) else {
            if entry.keyNode("gives") == nil { problems.add("\(path) wants gives: what the lines must give", at: node) }
            return nil
        }
        guard !lines.isEmpty, lines.count <= RuleLimits.sampleLines else { return nil }
        return RuleSample(component: component ?? named, lines: lines, now: now, gives: gives, node: node)
    }
}

extension ProblemList {
    mutating func add(_ others: ProblemList) {
        for problem in others.problems { add(problem) }
    }
}
