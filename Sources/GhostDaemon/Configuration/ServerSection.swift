import GhostModel
import GhostSystem
import Yams

/// Reads the section `server`.
enum ServerSection {
    /// The most origins of pages.
    static let mostOrigins = 32

    static func read(_ section: MappingReader, folder: String, problems: inout ProblemList) -> ServerPlan {
        var section = section
        var plan = ServerPlan()
        plan.host = section.text("host", problems: &problems) ?? plan.host
        plan.port = section.integer("port", in: 0...65_535, problems: &problems) ?? plan.port
        plan.statusPort = section.integer("status_port", in: 0...65_535, problems: &problems) ?? plan.statusPort
        if plan.port == plan.statusPort, plan.port != 0 {
            problems.add("server.port and server.status_port are the same", at: section.node)
        }
        plan.token = section.choice("token", TokenDuty.self, problems: &problems) ?? plan.token
        if var files = section.mapping("tls", problems: &problems) {
            let certificate = files.text("cert", problems: &problems)
            let key = files.text("key", problems: &problems)
            files.rejectOthers(problems: &problems)
            if let certificate, let key {
                plan.tls = TLSFiles(
                    certificate: certificate.absolutePath(in: folder),
                    key: key.absolutePath(in: folder)
                )
            } else {
                problems.add("server.tls needs cert and key, the files of a certificate and its key", at: files.node)
            }
        }
        if let node = section.take("cors") { plan.cors = origins(node, problems: &problems) }
        section.rejectOthers(problems: &problems)
        if let fault = plan.fault { problems.add(fault, at: section.keyNode("host") ?? section.node) }
        return plan
    }

    private static func origins(_ node: Node, problems: inout ProblemList) -> [String] {
        let nodes = node.sequence.map(Array.init) ?? [node]
        if nodes.count > mostOrigins { problems.add("server.cors may name \(mostOrigins) origins", at: node) }
        return nodes.prefix(mostOrigins).compactMap { node in
            let text = node.scalar?.string ?? ""
            guard text == "*" || isOrigin(text) else {
                problems.add("server.cors lists origins such as https://status.example.com:8443, or \"*\"", at: node)
                return nil
            }
            return text
        }
    }

    /// Whether a browser would send this as an origin: a scheme and a host, no path.
    private static func isOrigin(_ text: String) -> Bool {
        guard let scheme = ["http://", "https://"].first(where: { text.hasPrefix($0) }) else { return false }
        let rest = text.dropFirst(scheme.count)
        return !rest.isEmpty && rest.allSatisfy { $0.isASCII && !"/?#@ ".contains($0) }
    }
}
