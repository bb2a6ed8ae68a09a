import GhostModel
import GhostPatterns
import Yams

/// Reads a probe: one question such as `{ http: URL }`, or `{ any: [...] }` or `{ all: [...] }` of several, with `every`,
/// `timeout`, `failures` and `action`.
enum ProbeReading {
    /// The questions that endpoints can be asked.
    static let kinds = ["http", "tcp", "command"]
    /// The questions that daemons can be asked.
    private static let daemonKinds = kinds + ["log", "notify", "silent_for", "any", "all"]
    /// How deep questions may be joined.
    private static let deepest = 4

    static func read(
        _ section: MappingReader,
        for role: ProbeRole,
        refused: Set<String>,
        problems: inout ProblemList
    ) -> ProbePlan? {
        var section = section
        let probe = question(in: &section, role: role, depth: 0, refused: refused, problems: &problems)
        let every = section.duration("every", problems: &problems)
        let timeout = section.duration("timeout", problems: &problems)
        let failures = section.integer("failures", in: 1...1000, problems: &problems)
        let action = section.choice("action", ProbePlan.Action.self, problems: &problems)
        section.rejectOthers(problems: &problems)
        guard let probe else { return nil }
        var plan = ProbePlan(probe, for: role)
        plan.every = every ?? plan.every
        plan.timeout = timeout ?? plan.timeout
        plan.failures = failures ?? plan.failures
        plan.action = action ?? plan.action
        for (key, value) in [("every", plan.every), ("timeout", plan.timeout)] where value < .milliseconds(1) {
            problems.add("\(section.path(of: key)) must be at least 1ms", at: section.keyNode(key))
        }
        if probe.leaves.count > Probe.mostLeaves {
            problems.add("\(section.path) asks more than \(Probe.mostLeaves) questions", at: section.node)
        }
        return plan
    }

    /// The one question that an endpoint is asked; reports none and several.
    static func probe(in section: inout MappingReader, problems: inout ProblemList) -> Probe? {
        guard let kind = onlyKind(among: kinds, in: &section, problems: &problems),
            let node = section.take(kind)
        else { return nil }
        return endpoint(kind, node, path: section.path(of: kind), problems: &problems)
    }

    private static func onlyKind(
        among kinds: [String],
        in section: inout MappingReader,
        problems: inout ProblemList
    ) -> String? {
        let found = kinds.filter { section.keyNode($0) != nil }
        guard let kind = found.first, found.count == 1 else {
            for kind in kinds { _ = section.take(kind) }
            problems.add("\(section.path) must have exactly one of \(kinds.joined(separator: ", "))", at: section.node)
            return nil
        }
        return kind
    }

    private static func question(
        in section: inout MappingReader,
        role: ProbeRole,
        depth: Int,
        refused: Set<String>,
        problems: inout ProblemList
    ) -> Probe? {
        section.refuse(refused, prefix: "probe.", problems: &problems)
        guard let kind = onlyKind(among: daemonKinds, in: &section, problems: &problems) else { return nil }
        let path = section.path(of: kind)
        switch kind {
        case "notify":
            guard section.truth("notify", problems: &problems) != false else {
                problems.add("\(path) must be true", at: section.keyNode("notify"))
                return nil
            }
            return .notify
        case "silent_for":
            guard let limit = section.duration("silent_for", problems: &problems) else { return nil }
            if role != .alive { problems.add("\(path) belongs to alive", at: section.keyNode("silent_for")) }
            if limit < .seconds(1) { problems.add("\(path) must be at least 1s", at: section.keyNode("silent_for")) }
            return .silentFor(limit)
        case "log": return section.take("log").flatMap { phrase($0, path: path, problems: &problems) }
        case "any", "all":
            guard let node = section.take(kind) else { return nil }
            guard case .sequence(let nodes) = node, !nodes.isEmpty, depth < deepest else {
                problems.add("\(path) must be a list of probes", at: node)
                return nil
            }
            let probes = nodes.enumerated().compactMap { place, node -> Probe? in
                guard var inner = MappingReader(node, path: "\(path)[\(place)]", problems: &problems) else {
                    return nil
                }
                let probe = question(in: &inner, role: role, depth: depth + 1, refused: refused, problems: &problems)
                inner.rejectOthers(problems: &problems)
                return probe
            }
            return kind == "any" ? .any(probes) : .all(probes)
        default: return section.take(kind).flatMap { endpoint(kind, $0, path: path, problems: &problems) }
        }
    }

    private static func endpoint(_ kind: String, _ node: Node, path: String, problems: inout ProblemList) -> Probe? {
        switch kind {
        case "http": http(node, path: path, problems: &problems)
        case "tcp": tcp(node, path: path, problems: &problems)
        default: CommandReading.read(node, path: path, usesShell: false, problems: &problems).map(Probe.command)
        }
    }

    /// `log: TEXT`, or `log: {pattern: REGEX}`.
    private static func phrase(_ node: Node, path: String, problems: inout ProblemList) -> Probe? {
        if case .scalar(let text) = node, !text.string.isEmpty {
            return checked(.text(text.string), at: node, path: path, problems: &problems)
        }
        guard case .mapping = node, var section = MappingReader(node, path: path, problems: &problems) else {
            problems.add("\(path) must be a text, or {pattern: REGULAR EXPRESSION}", at: node)
            return nil
        }
        let pattern = section.text("pattern", problems: &problems)
        section.rejectOthers(problems: &problems)
        return pattern.flatMap {
            checked(
                .pattern($0),
                at: section.keyNode("pattern") ?? node,
                path: section.path(of: "pattern"),
                problems: &problems
            )
        }
    }

    /// A phrase that can be looked for.
    private static func checked(
        _ phrase: LogPhrase,
        at node: Node,
        path: String,
        problems: inout ProblemList
    ) -> Probe? {
        do throws(RegexFailure) {
            _ = try LinearRegex(phrase.regularExpression)
            return .log(phrase)
        } catch {
            let sentence = error.message.hasSuffix(".") ? String(error.message.dropLast()) : error.message
            problems.add("\(path): \(sentence)", at: node)
            return nil
        }
    }

    private static func http(_ node: Node, path: String, problems: inout ProblemList) -> Probe? {
        let url = node.scalar?.string ?? ""
        guard url.hasPrefix("http://") || url.hasPrefix("https://"), url.count > "https://".count else {
            problems.add("\(path) must be a URL such as http://127.0.0.1:8080/health", at: node)
            return nil
        }
        let authority = url.split(separator: "/", omittingEmptySubsequences: false)[2].prefix { $0 != "?" && $0 != "#" }
        if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
            let port = authority[authority.index(after: colon)...]
            guard let number = Int(port), (1...65_535).contains(number) else {
                problems.add("\(path) has the port \"\(port)\"; ports go from 1 to 65535", at: node)
                return nil
            }
        }
        return .http(url: url)
    }

    private static func tcp(_ node: Node, path: String, problems: inout ProblemList) -> Probe? {
        let text = node.scalar?.string ?? ""
        let host: Substring
        let port: Substring
        if let colon = text.lastIndex(of: ":") {
            (host, port) = (text[..<colon], text[text.index(after: colon)...])
        } else {
            (host, port) = ("127.0.0.1", text[...])
        }
        let bareHost = host.hasPrefix("[") && host.hasSuffix("]") ? host.dropFirst().dropLast() : host
        guard let number = Int(port), (1...65_535).contains(number), !bareHost.isEmpty else {
            problems.add("\(path) must be an address such as 127.0.0.1:5432", at: node)
            return nil
        }
        return .tcp(host: String(bareHost), port: number)
    }
}
