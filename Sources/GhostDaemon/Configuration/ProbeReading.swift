import GhostModel
import Yams

/// Reads a probe: `{ http: URL }`, `{ tcp: HOST:PORT }` or `{ command: WORDS }`, with `every`, `timeout`, `failures`.
enum ProbeReading {
    static let kinds = ["http", "tcp", "command"]

    static func read(_ section: MappingReader, problems: inout ProblemList) -> ProbePlan? {
        var section = section
        let probe = probe(in: &section, problems: &problems)
        let every = section.duration("every", problems: &problems)
        let timeout = section.duration("timeout", problems: &problems)
        let failures = section.integer("failures", in: 1...1000, problems: &problems)
        section.rejectOthers(later: ["log", "notify", "silent_for", "any", "all", "action"], problems: &problems)
        guard let probe else { return nil }
        var plan = ProbePlan(probe)
        plan.every = every ?? plan.every
        plan.timeout = timeout ?? plan.timeout
        plan.failures = failures ?? plan.failures
        for (key, value) in [("every", plan.every), ("timeout", plan.timeout)] where value < .milliseconds(1) {
            problems.add("\(section.path(of: key)) must be at least 1ms", at: section.keyNode(key))
        }
        return plan
    }

    /// The one probe of a mapping; reports none and several.
    static func probe(in section: inout MappingReader, problems: inout ProblemList) -> Probe? {
        let found = kinds.filter { section.keyNode($0) != nil }
        guard let kind = found.first, found.count == 1 else {
            for kind in found { _ = section.take(kind) }
            let laterKinds = ["log", "notify", "silent_for", "any", "all"]
            if found.isEmpty, laterKinds.contains(where: { section.keyNode($0) != nil }) { return nil }
            problems.add("\(section.path) must have exactly one of \(kinds.joined(separator: ", "))", at: section.node)
            return nil
        }
        guard let node = section.take(kind) else { return nil }
        let path = section.path(of: kind)
        switch kind {
        case "http":
            return http(node, path: path, problems: &problems)
        case "tcp":
            return tcp(node, path: path, problems: &problems)
        default:
            return CommandReading.read(node, path: path, usesShell: false, problems: &problems).map(Probe.command)
        }
    }

    private static func http(_ node: Node, path: String, problems: inout ProblemList) -> Probe? {
        let url = node.scalar?.string ?? ""
        guard url.hasPrefix("http://") || url.hasPrefix("https://"), url.count > "https://".count else {
            problems.add("\(path) must be a URL such as http://127.0.0.1:8080/health", at: node)
            return nil
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
